internal import Glibc
internal import Notation
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
        if let count = try? passedDescriptors(), count > 0 { return .passed(count) }
        guard Descriptor.isSocket(STDIN_FILENO) else { return .none }
        // Looked at through a copy, which is closed again.
        let copy = Descriptor(owning: dup(STDIN_FILENO))
        switch try? copy.socketKind() {
        case .connection: return .connection
        case .listener: return .listener
        default: return .datagrams
        }
    }

    /// How many descriptors `LISTEN_FDS` passes to this very process, from number 3 on.
    ///
    /// As sd_listen_fds(3) has it, which is not called: to load libsystemd and what that needs would
    /// take longer than anything else before the greeting.
    static func passedDescriptors() throws(SystemError) -> Int {
        guard let count = Environment["LISTEN_FDS"], let process = Environment["LISTEN_PID"] else {
            return 0
        }
        let fault = SystemError("LISTEN_FDS", code: EINVAL)
        guard let process = Int(decimal: process.utf8) else { throw fault }
        // What is for another process is none of our business, whatever it is.
        if process != Int(getpid()) { return 0 }
        guard let count = Int(decimal: count.utf8) else { throw fault }
        return count
    }
}
