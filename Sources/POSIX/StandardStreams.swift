internal import CLinux
internal import Glibc

/// Descriptors 0, 1 and 2, which libraries use without asking.
package enum StandardStreams {
    /// Opens /dev/null in place of those that are closed, so that no file opened later becomes one
    /// of them.
    package static func ensureOpen() throws(SystemError) {
        // open(2) takes the lowest free number, so this ends once all three are taken.
        while true {
            let descriptor = try openNull()
            if descriptor > STDERR_FILENO {
                close(descriptor)
                return
            }
        }
    }

    /// Puts /dev/null in place of one: whatever is written there is lost.
    package static func silence(_ stream: CInt) throws(SystemError) {
        let null = try openNull()
        defer { if null != stream { close(null) } }
        try retrying("dup2") { dup2(null, stream) }
    }

    /// Closes what was inherited above the standard streams, but for one descriptor.
    package static func closeOthers(except kept: CInt) {
        // Cannot fail with these flags and an ordered range: close_range(2).
        guard kept > STDERR_FILENO else {
            _ = clinux_close_range(CUnsignedInt(STDERR_FILENO) + 1, .max)
            return
        }
        if kept > STDERR_FILENO + 1 {
            _ = clinux_close_range(CUnsignedInt(STDERR_FILENO) + 1, CUnsignedInt(kept) - 1)
        }
        _ = clinux_close_range(CUnsignedInt(kept) + 1, .max)
    }

    /// Writes all of a text to one, however long it takes; false if that fails.
    package static func write(_ text: String, to stream: CInt) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = try? retrying("write") {
                unsafe rest.withUnsafeBytes { unsafe Glibc.write(stream, $0.baseAddress, $0.count) }
            }
            guard let count else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func openNull() throws(SystemError) -> CInt {
        try Descriptor(opening: "/dev/null", O_RDWR).release()
    }
}
