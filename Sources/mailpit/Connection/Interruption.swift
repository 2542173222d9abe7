internal import SMTP

/// Why a call on the connection has not done what it is for.
enum Interruption: Error, Equatable {
    /// Nothing can be sent or received any more: why, and what the client was seen to do.
    case lost(String, Session.Ending = .givenUp)
    case timedOut
    /// A signal asks the process to end.
    case terminated
}
