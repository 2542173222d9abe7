/// How the client's command came to its end.
package enum ClientExit: Equatable, Sendable {
    /// By itself, with this status.
    case exited(Int32)
    /// By this signal, which did not come from us.
    case signalled(Int32)
    /// It had not ended at the time limit, and was killed.
    case killed
    /// It could not be executed: why.
    case didNotStart(String)
}
