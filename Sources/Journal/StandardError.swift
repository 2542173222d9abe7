internal import CLinux
internal import Glibc
internal import POSIX

/// Descriptor 2, which may be anything, and may have nobody at its other end who reads.
final class StandardError {
    private let status: stat?
    private var patience = Patience()

    init() {
        var status = stat()
        self.status = unsafe fstat(STDERR_FILENO, &status) == 0 ? status : nil
    }

    /// Whether it leads to the journal. systemd.exec(5): JOURNAL_STREAM tells device and inode.
    var isJournal: Bool {
        guard let status, let variable = Environment["JOURNAL_STREAM"] else { return false }
        return variable == "\(status.st_dev):\(status.st_ino)"
    }

    /// Writes a line if there is room for it, or soon is.
    func write(_ line: [UInt8]) {
        guard let status else { return }
        if status.st_mode & S_IFMT == S_IFREG { return writeWhateverItTakes(line) }
        let deadline = patience.deadline
        repeat {
            guard hasRoom(milliseconds: deadline.remainingMilliseconds) else { break }
            let result = unsafe line.withUnsafeBytes { octets in
                unsafe clinux_write_nowait(STDERR_FILENO, octets.baseAddress, octets.count)
            }
            if result >= 0 { return }
            switch errno {
            // Another process was faster; a write that waits could wait for ever.
            case EAGAIN: continue
            // Terminals know no such writes, but then nobody else fills them at this moment.
            case EOPNOTSUPP, ENOSYS: return writeWhateverItTakes(line)
            default: return
            }
        } while deadline.remainingMilliseconds > 0
        patience.waitedInVain()
    }

    private func hasRoom(milliseconds: CInt) -> Bool {
        var interest = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&interest, 1, milliseconds) == 1
    }

    private func writeWhateverItTakes(_ line: [UInt8]) {
        _ = unsafe line.withUnsafeBytes { octets in
            unsafe Glibc.write(STDERR_FILENO, octets.baseAddress, octets.count)
        }
    }
}
