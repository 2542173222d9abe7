internal import Glibc
internal import POSIX

/// Whether systemd's journal takes one more record at the moment.
///
/// sd_journal_sendv(3) waits without bounds for a journal that hangs, once its queue is full. So a
/// socket of ours is asked first, which leads to the same place and never sends anything.
final class JournalReadiness {
    private let socket: Descriptor?
    private var patience = Patience()

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
    func isReady() -> Bool {
        guard socket != nil else { return true }
        guard awaitReadiness(of: socket!, for: .output, until: patience.deadline) == .timedOut
        else { return true }
        patience.waitedInVain()
        return false
    }
}

/// How long a session waits for somebody who reads its log and may hang: ten waits of 100 ms in
/// vain, then none, so that it loses a second at most.
struct Patience {
    private var waitsLeft = 10

    /// Until when the next wait may take; now, once ten were in vain.
    var deadline: Deadline { .after(milliseconds: waitsLeft > 0 ? 100 : 0) }

    mutating func waitedInVain() {
        waitsLeft -= 1
    }
}
