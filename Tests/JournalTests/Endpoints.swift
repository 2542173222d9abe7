import Glibc
import Journal

/// Standard error of this process turned into a pipe that the test reads.
final class StandardErrorPipe {
    private let readEnd: Int32

    init() {
        // What waits for ever ends all the same, and so has failed.
        alarm(20)
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0)
        precondition(dup2(ends[1], 2) == 2)
        close(ends[1])
        readEnd = ends[0]
    }

    /// As JOURNAL_STREAM tells it.
    var identity: String {
        var status = stat()
        precondition(fstat(2, &status) == 0)
        return "\(status.st_dev):\(status.st_ino)"
    }

    /// All that is in it now.
    func text() -> String {
        var octets: [UInt8] = []
        while isReady, let more = read() { octets += more }
        return String(decoding: octets, as: UTF8.self)
    }

    /// Writes until there is no room for a page, and says how many octets that took.
    func fill() -> Int {
        let octets = [UInt8](repeating: 46, count: 4096)
        var count = 0
        var room = pollfd(fd: 2, events: Int16(POLLOUT), revents: 0)
        while poll(&room, 1, 0) == 1 { count += write(2, octets, octets.count) }
        return count
    }

    func stopReading() {
        close(readEnd)
    }

    private var isReady: Bool {
        var interest = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        return poll(&interest, 1, 0) == 1
    }

    private func read() -> [UInt8]? {
        var octets = [UInt8](repeating: 0, count: 65536)
        let count = Glibc.read(readEnd, &octets, octets.count)
        return count > 0 ? Array(octets[..<count]) : nil
    }
}

/// A socket that a daemon would listen on.
final class DatagramSocket {
    private let descriptor: Int32

    init(at path: String) {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        precondition(result == 0, "bind: \(errno)")
    }

    deinit {
        close(descriptor)
    }

    /// The next datagram, or nil if there is none.
    func receive() -> String? {
        var octets = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &octets, octets.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: octets[..<count], as: UTF8.self)
    }

    /// The contents of the file that is the next datagram, and fcntl(2)'s F_GET_SEALS of it.
    func receiveFile() -> (text: String, seals: Int32)? {
        // cmsg(3): a header of 16 octets, and then the descriptor.
        var control = [UInt8](repeating: 0, count: 24)
        let count = control.withUnsafeMutableBytes { control in
            var message = msghdr()
            message.msg_control = control.baseAddress
            message.msg_controllen = control.count
            return recvmsg(descriptor, &message, Int32(MSG_DONTWAIT))
        }
        if count != 0 { return nil }
        let file = control.withUnsafeBytes { $0.load(fromByteOffset: 16, as: Int32.self) }
        defer { close(file) }
        var octets = [UInt8](repeating: 0, count: 1 << 20)
        let size = pread(file, &octets, octets.count, 0)
        return (String(decoding: octets[..<max(0, size)], as: UTF8.self), fcntl(file, 1034))
    }
}

/// A journal of a session that has a name.
func someJournal(
    logFile: String? = nil, format: Journal.Format = .text, standardErrorIsClient: Bool = false,
    remote: String? = nil
) -> Journal {
    Journal(
        logFile: logFile, format: format, verbosity: .normal,
        standardErrorIsClient: standardErrorIsClient,
        session: "5f3a", remote: remote)
}

/// Records an event as one that has a name.
func recordSomething(logFile: String? = nil, standardErrorIsClient: Bool = false) {
    someJournal(logFile: logFile, standardErrorIsClient: standardErrorIsClient)
        .record(.timeout, priority: .notice, "late")
}
