internal import Glibc
internal import POSIX

/// A port on this machine: nobody else's server is put under load.
struct LoopbackAddress: Sendable {
    private let octets: [UInt8]

    /// Reads `127.0.0.1:PORT` or `[::1]:PORT`.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { return nil }
        let host = text[..<colon]
        if host == "[::1]" {
            self.init(ipv6Port: port)
        } else {
            guard case .ipv4(let name, _) = SocketAddress(text: String(host), port: port),
                name.hasPrefix("127.")
            else { return nil }
            unsafe self.init(ipv4: inet_addr(name), port: port)
        }
    }

    private init(ipv4: in_addr_t, port: UInt16) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = ipv4
        octets = unsafe withUnsafeBytes(of: &address) { unsafe Array($0) }
    }

    private init(ipv6Port port: UInt16) {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        address.sin6_addr = in6addr_loopback
        octets = unsafe withUnsafeBytes(of: &address) { unsafe Array($0) }
    }

    /// Where a socket is bound.
    init(of socket: borrowing Descriptor) throws(SystemError) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let number = socket.rawValue
        try retrying("getsockname") {
            unsafe withUnsafeMutablePointer(to: &storage) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe getsockname(number, $0, &length)
                }
            }
        }
        octets = unsafe withUnsafeBytes(of: &storage) { unsafe Array($0.prefix(Int(length))) }
    }

    /// Calls connect(2) or bind(2) with the address.
    private func apply(
        _ operation: String, _ socket: borrowing Descriptor,
        _ call: (CInt, UnsafePointer<sockaddr>?, socklen_t) -> CInt
    ) throws(SystemError) {
        let number = socket.rawValue
        try retrying(operation) {
            unsafe octets.withUnsafeBytes { octets in
                let address = unsafe octets.baseAddress!.assumingMemoryBound(to: sockaddr.self)
                return unsafe call(number, address, socklen_t(octets.count))
            }
        }
    }
}

extension LoopbackAddress {
    private static func socket(_ family: CInt) throws(SystemError) -> Descriptor {
        let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        return Descriptor(owning: try retrying("socket") { Glibc.socket(family, type, 0) })
    }

    private var family: CInt { octets.count == MemoryLayout<sockaddr_in>.size ? AF_INET : AF_INET6 }

    /// A connection to it, on which nothing waits longer than the timeout.
    func connect(timeoutSeconds: Int) throws(SystemError) -> Descriptor {
        let connection = try Self.socket(family)
        try unsafe apply("connect", connection) { unsafe Glibc.connect($0, $1, $2) }
        connection.disableSendDelay()
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            var limit = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
            let length = socklen_t(MemoryLayout<timeval>.size)
            let number = connection.rawValue
            try retrying("setsockopt") {
                unsafe setsockopt(number, SOL_SOCKET, option, &limit, length)
            }
        }
        return connection
    }

    /// A socket that listens on a port of the system's choice.
    static func listeningSocket() throws(SystemError) -> Descriptor {
        let listener = try socket(AF_INET)
        let any = unsafe LoopbackAddress(ipv4: inet_addr("127.0.0.1"), port: 0)
        try unsafe any.apply("bind", listener) { unsafe Glibc.bind($0, $1, $2) }
        let number = listener.rawValue
        try retrying("listen") { Glibc.listen(number, 16) }
        return listener
    }
}
