internal import CLinux
internal import Glibc

extension Descriptor {
    /// Whether both numbers stand for the same file, pipe or socket; false where one is closed.
    package static func areSameFile(_ first: CInt, _ second: CInt) -> Bool {
        guard let first = status(of: first), let second = status(of: second) else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// Whether the number stands for a socket.
    package static func isSocket(_ number: CInt) -> Bool {
        status(of: number).map { $0.st_mode & S_IFMT == S_IFSOCK } ?? false
    }

    private static func status(of number: CInt) -> stat? {
        var status = stat()
        return unsafe fstat(number, &status) == 0 ? status : nil
    }

    /// Has no program that this process might become inherit it.
    package func closeOnExec() throws(SystemError) {
        try retrying("fcntl") { clinux_set_close_on_exec(rawValue) }
    }

    /// Makes reads and writes return at once, and tells whether they did so before.
    ///
    /// The flag belongs to the open file, which other processes may share.
    @discardableResult
    package func setNonBlocking(_ isNonBlocking: Bool) throws(SystemError) -> Bool {
        let flags = try retrying("fcntl") { clinux_status_flags(rawValue) }
        let wanted = isNonBlocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK
        if wanted != flags {
            try retrying("fcntl") { clinux_set_status_flags(rawValue, wanted) }
        }
        return flags & O_NONBLOCK != 0
    }
}
