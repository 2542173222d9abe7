package import POSIX

/// Why there is no connection to serve.
package enum ActivationError: Error, Equatable, Sendable {
    /// The client has gone before we looked, which is nobody's fault.
    case peerGone
    /// A signal asked the process to end while it waited for a connection.
    case terminated
    /// `LISTEN_FDS` announces so many descriptors, where one can be served.
    case severalDescriptors(Int)
    /// The descriptor with this number is a datagram socket, or from `LISTEN_FDS` and no socket.
    case notAStreamSocket(CInt)
    case system(SystemError)
}

extension ActivationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .peerGone: "the client has gone"
        case .terminated: "told to end before a connection came"
        case .severalDescriptors(let count):
            "LISTEN_FDS passes \(count) descriptors; exactly one can be served"
        case .notAStreamSocket(let number): "descriptor \(number) is not a stream socket"
        case .system(let error): "cannot take the connection: \(error)"
        }
    }
}
