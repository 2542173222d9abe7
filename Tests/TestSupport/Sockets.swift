import Glibc
package import POSIX

/// Two connected local stream sockets.
package final class SocketPair {
    package let first: Descriptor
    package let second: Descriptor

    package init() {
        var pair: [CInt] = [-1, -1]
        let result = socketpair(
            AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0, &pair)
        precondition(result == 0, "socketpair: errno \(errno)")
        first = Descriptor(owning: pair[0])
        second = Descriptor(owning: pair[1])
    }

    /// Leaves the second one to those who have a copy of it.
    package func closeSecond() {
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        dup2(null, second.rawValue)
        close(null)
    }
}

/// A pipe.
package final class TestPipe {
    package let reading: Descriptor
    package let writing: Descriptor

    package init() {
        var pair: [CInt] = [-1, -1]
        precondition(pipe(&pair) == 0, "pipe: errno \(errno)")
        reading = Descriptor(owning: pair[0])
        writing = Descriptor(owning: pair[1])
    }
}

/// A stream socket that listens on a free port of the loopback addresses, or on a path.
package final class TestListener {
    package let descriptor: Descriptor
    package let family: CInt
    package let port: UInt16
    private let path: String?

    /// Listens on 127.0.0.1, or by AF_INET6 on `::` where IPv4 clients are served too.
    package init(_ family: CInt) {
        self.family = family
        path = nil
        descriptor = Descriptor(
            owning: socket(family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0))
        let number = descriptor.rawValue
        var off: CInt = 0
        if family == AF_INET6 {
            setsockopt(number, CInt(IPPROTO_IPV6), IPV6_V6ONLY, &off, 4)
        }
        let bound = withAddress(family, port: 0, anyAddress: family == AF_INET6) {
            bind(number, $0, $1)
        }
        precondition(bound == 0 && listen(number, 64) == 0, "listen: errno \(errno)")
        port = localPort(number)
    }

    /// Listens on a path of the file system.
    package init(path: String) {
        family = AF_UNIX
        port = 0
        self.path = path
        descriptor = Descriptor(
            owning: socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0))
        let number = descriptor.rawValue
        let bound = withLocalAddress(path) { bind(number, $0, $1) }
        precondition(bound == 0 && listen(number, 64) == 0, "listen \(path): errno \(errno)")
    }

    /// Connects a client of the same or another family.
    package func connect(family: CInt? = nil) -> Descriptor {
        let family = family ?? self.family
        let client = socket(family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        let result =
            if let path {
                withLocalAddress(path) { Glibc.connect(client, $0, $1) }
            } else {
                withAddress(family, port: port, anyAddress: false) {
                    Glibc.connect(client, $0, $1)
                }
            }
        precondition(result == 0, "connect: errno \(errno)")
        return Descriptor(owning: client)
    }

    /// Takes the connection of a client.
    package func accept() -> Descriptor {
        while true {
            if let connection = try! descriptor.accept() { return connection }
        }
    }
}

/// The port that a socket is bound to.
package func localPort(_ descriptor: CInt) -> UInt16 {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            precondition(getsockname(descriptor, $0, &length) == 0, "getsockname: errno \(errno)")
        }
        // The port stands at the same place in both address families.
        return $0.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
            UInt16(bigEndian: $0.pointee.sin_port)
        }
    }
}

/// Connects to a port of 127.0.0.1, from any address of the loopback network; or to the one of `::1`
/// from there.
package func connectToLoopback(port: UInt16, from source: String = "127.0.0.1") -> Descriptor {
    let family = source.contains(":") ? AF_INET6 : AF_INET
    let client = socket(family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    if family == AF_INET, inet_pton(AF_INET, source, &address.sin_addr) == 1 {
        precondition(rebound(&address) { bind(client, $0, $1) } == 0, "bind to \(source)")
    }
    let result = withAddress(family, port: port, anyAddress: false) {
        Glibc.connect(client, $0, $1)
    }
    precondition(result == 0, "connect to port \(port): errno \(errno)")
    return Descriptor(owning: client)
}

func withAddress(
    _ family: CInt, port: UInt16, anyAddress: Bool,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
) -> CInt {
    if family == AF_INET6 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        if !anyAddress { inet_pton(AF_INET6, "::1", &address.sin6_addr) }
        return rebound(&address, body)
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
    return rebound(&address, body)
}

private func withLocalAddress(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
) -> CInt {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) {
        precondition(path.utf8.count < $0.count, "too long for a local address: \(path)")
        $0.copyBytes(from: path.utf8)
    }
    return rebound(&address, body)
}

private func rebound<Address>(
    _ address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
) -> CInt {
    withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<Address>.size))
        }
    }
}
