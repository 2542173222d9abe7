internal import CLinux
internal import Glibc

extension Descriptor {
    /// Whether it is the terminal of a person.
    package var isTerminal: Bool { isatty(rawValue) == 1 }

    /// Whether both numbers stand for the same file, pipe or socket; false where one is closed.
    package static func areSameFile(_ first: CInt, _ second: CInt) -> Bool {
        guard let first = identity(of: first), let second = identity(of: second) else {
            return false
        }
        return first == second
    }

    private static func identity(of descriptor: CInt) -> [UInt64]? {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return nil }
        return [UInt64(status.st_dev), UInt64(status.st_ino)]
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
