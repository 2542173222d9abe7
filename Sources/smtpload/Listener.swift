internal import POSIX

/// Where connections come from that servers are started for.
final class Listener {
    private let descriptor: Descriptor
    let address: LoopbackAddress

    /// Listens on a port of the system's choice.
    init() throws(SystemError) {
        let socket = try LoopbackAddress.listeningSocket()
        address = try LoopbackAddress(of: socket)
        descriptor = socket
    }

    /// The server's end of a connection, which must have been made before.
    func accept() throws(SystemError) -> Descriptor {
        while true {
            if let connection = try descriptor.accept() { return connection }
        }
    }
}
