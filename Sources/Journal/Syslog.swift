internal import Glibc
internal import POSIX

/// The system's log daemon, by the socket that syslog(3) uses.
///
/// syslog(3) itself waits without bounds for a daemon that hangs, and reads the time zone first.
enum Syslog {
    /// Sends a line, unless the daemon is not there or does not keep up. The line end is left out:
    /// there is one datagram per message.
    static func send(_ line: [UInt8]) {
        guard let descriptor = localDatagramSocket() else { return }
        _ = unsafe line.dropLast().withUnsafeBytes { octets in
            unsafe withLocalAddress("/dev/log") { address, length in
                unsafe sendto(
                    descriptor.rawValue, octets.baseAddress, octets.count,
                    CInt(MSG_NOSIGNAL), address, length)
            }
        }
    }
}
