internal import POSIX
internal import SMTP

/// A failure to be made on purpose: where, which, and how often.
struct ChaosTrigger: Equatable {
    enum Effect: Equatable {
        case failure(Failure)
        /// Nothing happens for so many seconds; then it goes on.
        case delay(seconds: Int64)
    }

    enum Failure: Equatable {
        /// A reply code with the text behind it, or nil for ours; or the number of a TLS alert.
        case code(Int, text: String? = nil)
        /// The connection ends.
        case close
        /// The same by a reset of TCP, as where a server has crashed.
        case reset
    }

    enum Chance: Equatable {
        /// 0 for never, 100 for always.
        case percent(Int)
        /// The first sessions of the service that come by, and no later one.
        case firstSessions(Int)
        /// All sessions but the first that come by.
        case laterSessions(Int)
    }

    /// As it was written.
    let text: String
    let point: ChaosPoint
    /// Only addresses that match this regular expression are meant; of a message's recipients one
    /// that does is enough.
    let pattern: String?
    let effect: Effect
    let chance: Chance

    var canFire: Bool { chance != .percent(0) }

    /// It depends on the number of the session, so that somebody has to count them.
    var isCounted: Bool {
        if case .percent = chance { false } else { true }
    }

    /// The pattern ready for use, where there is one.
    func compiledPattern() throws(ConfigurationError) -> RegularExpression? {
        guard let pattern else { return nil }
        do throws(RegularExpression.SyntaxError) {
            return try RegularExpression(pattern)
        } catch {
            throw ConfigurationError("--chaos-triggers: \"\(text)\": \(error.reason)")
        }
    }
}
