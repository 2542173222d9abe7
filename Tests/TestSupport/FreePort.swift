import Glibc
import Synchronization

/// TCP ports for programs that have to be told where to listen.
package enum FreePort {
    /// Below those that the kernel gives to clients, and from a place that differs between runs.
    private static let next = Mutex(UInt16.random(in: 10_000..<28_000))

    /// A port of 127.0.0.1 that nobody listens on and that no other test of this run is given.
    package static func take() -> UInt16 {
        while true {
            let port = next.withLock { port in
                port = port < 32_000 ? port + 1 : 10_000
                return port
            }
            if isFree(port) { return port }
        }
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let socket = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        defer { close(socket) }
        var on: CInt = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, 4)
        return withAddress(AF_INET, port: port, anyAddress: false) { bind(socket, $0, $1) } == 0
    }
}
