internal import CLinux
internal import Glibc
internal import POSIX

/// Numbers the sessions of a service that come by a trigger, in a file of their Maildir.
///
/// The file has a line for each trigger: the number of sessions so far, a blank, and the trigger as
/// it was written. Sessions take turns by a lock, which the kernel lets go of with the process; to
/// remove the file is to begin anew.
struct SessionCounter: ~Copyable {
    private let descriptor: Descriptor
    private let path: String

    static let fileName = "mailpit-chaos"
    /// How long a session waits for its turn. The others hold the lock for less than a millisecond.
    private static let patienceSeconds: Int64 = 5
    /// More than any list of triggers comes to.
    private static let maximumOctets = 1 << 16

    init(in maildir: String) throws(SystemError) {
        let path = "\(maildir)/\(Self.fileName)"
        descriptor = try Descriptor(
            opening: path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode: 0o600)
        self.path = path
    }

    /// The number of this session among those that asked with the same key, from 1 on.
    func number(for key: String) throws(SystemError) -> Int {
        try lock()
        // Cannot fail: the lock is ours.
        defer { _ = clinux_lock_file(descriptor.rawValue, 0) }
        var lines = try read().split(separator: "\n").map { String($0) }
        let index = lines.firstIndex { $0.drop { $0 != " " } == " \(key)" }
        // Whatever is in the file, as anybody may have edited it.
        let before = index.flatMap { Int(lines[$0].prefix { $0 != " " }) } ?? 0
        let number = min(before, Int.max - 1) + 1
        let line = "\(number) \(key)"
        if let index { lines[index] = line } else { lines.append(line) }
        try write(lines.map { "\($0)\n" }.joined())
        return number
    }

    private func lock() throws(SystemError) {
        let deadline = Deadline.after(seconds: Self.patienceSeconds)
        while clinux_lock_file(descriptor.rawValue, 1) != 0 {
            // fcntl(2): either of the two, where somebody else has the lock.
            let isTaken = errno == EAGAIN || errno == EACCES
            guard isTaken, deadline.remainingMilliseconds > 0 else {
                throw .last("fcntl", path: path)
            }
            // Nothing to be waited for but the time, in milliseconds.
            _ = poll(nil, 0, 2)
        }
    }

    private func read() throws(SystemError) -> String {
        let octets = try descriptor.contentsFromStart(
            path: path, maximumOctets: Self.maximumOctets)
        guard octets.count < Self.maximumOctets else {
            throw SystemError("pread", path: path, code: EFBIG)
        }
        return String(decoding: octets, as: UTF8.self)
    }

    private func write(_ text: String) throws(SystemError) {
        // It never gets shorter, so that nothing of what was there before is left behind it.
        try descriptor.overwriteStart(path: path, with: Array(text.utf8))
    }
}
