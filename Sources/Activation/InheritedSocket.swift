internal import CSystemd
internal import Glibc
internal import POSIX

/// The sockets that a process was started with.
package enum InheritedSocket: Equatable, Sendable {
    /// So many descriptors by `LISTEN_FDS`; one is what can be served.
    case passed(Int)
    /// Standard input is a connection, or a listener to accept one from.
    case connection, listener
    /// Standard input is a socket that carries no connection.
    case datagrams
    /// Standard input is no socket.
    case none

    /// Those of this process. Nothing is taken, and everything stays as it is.
    package static var current: InheritedSocket {
        if unsafe getenv("LISTEN_FDS") != nil, case let count = csystemd_listen_fds(0), count > 0 {
            return .passed(Int(count))
        }
        guard Descriptor.isSocket(STDIN_FILENO) else { return .none }
        // Looked at through a copy, which is closed again.
        let copy = Descriptor(owning: dup(STDIN_FILENO))
        switch try? copy.socketKind() {
        case .connection: return .connection
        case .listener: return .listener
        default: return .datagrams
        }
    }
}
