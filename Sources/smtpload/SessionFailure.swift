/// Why a session did not go as it should; failures of the same text are of one kind.
struct SessionFailure: Error, Hashable, Comparable, CustomStringConvertible {
    /// What was being done: a command, or a word like `handshake`.
    let stage: String
    let reason: String

    var description: String { "\(stage): \(reason)" }

    static func < (first: SessionFailure, second: SessionFailure) -> Bool {
        (first.stage, first.reason) < (second.stage, second.reason)
    }
}
