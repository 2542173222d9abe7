/// Why a call on the connection has not done what it is for.
enum Interruption: Error, Equatable {
    /// Nothing can be sent or received any more: why.
    case lost(String)
    case timedOut
    /// A signal asks the process to end.
    case terminated
}
