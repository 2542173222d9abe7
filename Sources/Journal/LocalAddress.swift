internal import Glibc
internal import POSIX

/// A datagram socket of ours on this machine, that does not block; nil where none can be made.
func localDatagramSocket() -> Descriptor? {
    let kind = CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let number = socket(AF_UNIX, kind, 0)
    return number < 0 ? nil : Descriptor(owning: number)
}

/// Calls `body` with the address of the socket at a path, which is shorter than 108 octets. unix(7)
func withLocalAddress(
    _ path: StaticString, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int
) -> Int {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { target in
        path.withUTF8Buffer { unsafe target.copyBytes(from: $0) }
    }
    return unsafe withUnsafePointer(to: &address) { address in
        unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            unsafe body(address, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
}
