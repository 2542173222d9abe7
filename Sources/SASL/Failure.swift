/// Why an exchange has failed: for the log, never for the client.
///
/// It holds no password, token or hash, but may hold any text that the client sent as its name.
package struct Failure: Error, Equatable, Sendable {
    /// Whom the client claimed to be, where it got so far.
    package var user: String?
    package let reason: String

    init(_ reason: String, user: String? = nil) {
        self.reason = reason
        self.user = user
    }

    static func malformed(_ mechanism: Mechanism) -> Failure {
        Failure("malformed \(mechanism.rawValue) message")
    }

    /// The client wants to act as somebody else.
    static func notAuthorized(_ user: String) -> Failure {
        Failure("may not act as another identity", user: user)
    }

    /// The same failure, of this user.
    func of(_ user: String) -> Failure {
        Failure(reason, user: user)
    }
}
