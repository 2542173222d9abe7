internal import Glibc
internal import POSIX

/// The system's log daemon, by the socket that syslog(3) uses.
///
/// syslog(3) itself waits without bounds for a daemon that hangs, and reads the time zone first.
enum Syslog {
    private static let path: StaticString = "/dev/log"

    /// Sends a line, unless the daemon is not there or does not keep up. The line end is left out:
    /// there is one datagram per message.
    static func send(_ line: [UInt8]) {
        let kind = CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let number = socket(AF_UNIX, kind, 0)
        guard number >= 0 else { return }
        let descriptor = Descriptor(owning: number)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { target in
            path.withUTF8Buffer { unsafe target.copyBytes(from: $0) }
        }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        _ = unsafe line.dropLast().withUnsafeBytes { octets in
            unsafe withUnsafePointer(to: &address) { address in
                unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    unsafe sendto(
                        descriptor.rawValue, octets.baseAddress, octets.count,
                        CInt(MSG_NOSIGNAL), address, length)
                }
            }
        }
    }
}
