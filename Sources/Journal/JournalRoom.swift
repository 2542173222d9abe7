internal import Glibc
internal import POSIX

/// Whether systemd's journal takes one more record at the moment.
///
/// sd_journal_sendv(3) waits without bounds for a journal that hangs, once its queue is full. So a
/// socket of ours is asked first, which leads to the same place and never sends anything.
final class JournalRoom {
    private let socket: Descriptor?
    private var waitsLeft = 10
    /// As for standard error: what a session can lose is a second.
    private static let patienceMilliseconds: Int32 = 100

    /// Connects, which is forbidden once the process is in its sandbox.
    init() {
        socket = Self.connected()
    }

    private static func connected() -> Descriptor? {
        guard let socket = localDatagramSocket() else { return nil }
        let number = socket.rawValue
        let result = unsafe withLocalAddress("/run/systemd/journal/socket") { address, length in
            unsafe Int(connect(number, address, length))
        }
        if result != 0 { return nil }
        return socket
    }

    /// Waits a while for room, and says whether there is any. Where no journal is reached there is
    /// no wait either: a record then fails at once.
    func isThere() -> Bool {
        guard socket != nil else { return true }
        let deadline = Deadline.after(milliseconds: waitsLeft > 0 ? Self.patienceMilliseconds : 0)
        guard awaitReadiness(of: socket!, for: .output, until: deadline) == .timedOut else {
            return true
        }
        waitsLeft -= 1
        return false
    }
}
