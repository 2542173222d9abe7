internal import Glibc
internal import POSIX

/// A file that lines are appended to, opened once.
struct LogFile: ~Copyable {
    private let descriptor: Descriptor

    /// Opens a file, or makes it with mode 0640: those who may read logs are its group. A FIFO
    /// that nobody reads is an error instead of a wait.
    init(_ path: String) throws(SystemError) {
        let flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        do throws(SystemError) {
            descriptor = try Descriptor(opening: path, flags)
            return
        } catch {
            guard error.code == ENOENT else { throw error }
        }
        descriptor = try Descriptor(opening: path, flags | O_CREAT, mode: 0o640)
        // Our umask is stricter than that. Where the file is another's, who was faster, it stays.
        _ = fchmod(descriptor.rawValue, 0o640)
    }

    /// Writes a line by one write(2), which O_APPEND keeps whole; false if that fails.
    func write(_ line: [UInt8]) -> Bool {
        descriptor.write(line.span) == .octets(line.count)
    }
}
