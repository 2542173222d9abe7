internal import CLinux
internal import Glibc
internal import POSIX

/// A socket that listens on one loopback address.
final class Listener: Sendable {
    enum Family {
        case ipv4, ipv6
    }

    let descriptor: Descriptor

    /// Port 0 stands for one that is free.
    init(_ family: Family, port: UInt16) throws(SystemError) {
        let isIPv4 = family == .ipv4
        descriptor = Descriptor(
            owning: try retrying("socket") {
                Glibc.socket(
                    isIPv4 ? AF_INET : AF_INET6,
                    CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
            })
        try descriptor.setNonBlocking(true)
        try Self.reuseAddress(descriptor)
        if isIPv4 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            try Self.bind(descriptor, address)
        } else {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_addr = in6addr_loopback
            try Self.bind(descriptor, address)
        }
        let number = descriptor.rawValue
        try retrying("listen") { Glibc.listen(number, 64) }
    }

    /// Connections of an earlier run that are still being taken down are not in the way.
    private static func reuseAddress(_ socket: borrowing Descriptor) throws(SystemError) {
        var on: CInt = 1
        let number = socket.rawValue
        try retrying("setsockopt") {
            unsafe setsockopt(
                number, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
        }
    }

    private static func bind<Address>(
        _ socket: borrowing Descriptor, _ address: Address
    ) throws(SystemError) {
        let number = socket.rawValue
        try retrying("bind") {
            unsafe withUnsafePointer(to: address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe Glibc.bind(number, $0, socklen_t(MemoryLayout<Address>.size))
                }
            }
        }
    }

    /// Nothing can connect any more, and whoever waits for a connection is woken.
    func stop() {
        // Fails only where that was done before.
        _ = shutdown(descriptor.rawValue, CInt(SHUT_RDWR))
    }

    func port() throws(SystemError) -> UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let number = descriptor.rawValue
        // The port has the same place in the addresses of both families.
        try retrying("getsockname") {
            unsafe withUnsafeMutablePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe getsockname(number, $0, &length)
                }
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }
}

extension Listener {
    /// Waits until there is something to be accepted or they were stopped; false where it cannot.
    static func awaitConnection(on listeners: [Listener]) -> Bool {
        var entries = listeners.map {
            pollfd(fd: $0.descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        }
        do throws(SystemError) {
            try retrying("poll") { unsafe poll(&entries, nfds_t(entries.count), -1) }
            return true
        } catch {
            return false
        }
    }

    /// On 127.0.0.1 and on ::1, as some clients try only one of them; without the latter where
    /// this system has none.
    static func both(port: UInt16) throws(SystemError) -> [Listener] {
        var triesLeft = port == 0 ? 50 : 1
        while true {
            triesLeft -= 1
            let first = try Listener(.ipv4, port: port)
            do throws(SystemError) {
                return [first, try Listener(.ipv6, port: first.port())]
            } catch {
                switch error.code {
                case EAFNOSUPPORT, EADDRNOTAVAIL: return [first]
                // A port that is free in one family need not be so in the other.
                case EADDRINUSE where triesLeft > 0: continue
                default: throw error
                }
            }
        }
    }
}
