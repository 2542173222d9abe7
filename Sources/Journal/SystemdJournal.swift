internal import CLinux
internal import Glibc
internal import Notation
internal import POSIX

/// systemd's journal, by its native protocol, which is documented and stable: an entry is a datagram,
/// or a sealed file where it is too large for one. https://systemd.io/JOURNAL_NATIVE_PROTOCOL/
///
/// sd_journal_sendv(3) does the same, but to load libsystemd and what it needs would take a session
/// longer than anything else before its greeting, and it waits without bounds for a journal that hangs.
final class SystemdJournal {
    private static let path: StaticString = "/run/systemd/journal/socket"

    /// Leads to the journal, so that it can be asked whether there is room.
    private let socket: Descriptor?
    private var patience = Patience()

    /// Connects, which is forbidden once the process is in its sandbox.
    init() {
        socket = Self.connected()
    }

    private static func connected() -> Descriptor? {
        guard let socket = localDatagramSocket() else { return nil }
        let number = socket.rawValue
        let result = unsafe withLocalAddress(path) { address, length in
            unsafe Int(connect(number, address, length))
        }
        if result != 0 { return nil }
        return socket
    }

    /// Sends a record with all its fields; false if there is no journal, or none that takes it.
    func send(_ record: Record) -> Bool {
        guard socket != nil, isReady() else { return false }
        return Self.send(Self.entry(record), through: socket!)
    }

    private static func send(_ entry: [UInt8], through socket: borrowing Descriptor) -> Bool {
        let number = socket.rawValue
        // With the address: another journal may listen there by now.
        return unsafe withLocalAddress(path) { address, length in
            unsafe entry.withUnsafeBytes { octets in
                let count = unsafe sendto(
                    number, octets.baseAddress, octets.count, CInt(MSG_NOSIGNAL), address, length)
                if count >= 0 || errno != EMSGSIZE && errno != ENOBUFS { return count }
                return unsafe clinux_send_as_file(
                    number, address, length, octets.baseAddress, octets.count)
            }
        } >= 0
    }

    /// Waits a while for room, and says whether there is any.
    private func isReady() -> Bool {
        if awaitReadiness(of: socket!, for: .output, until: patience.deadline) != .timedOut {
            return true
        }
        patience.waitedInVain()
        return false
    }

    /// A field a line. No value has a line end, as what does not show as itself is escaped.
    private static func entry(_ record: Record) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(512)
        func add(_ name: String, _ value: String) {
            octets += name
            octets.append(.equals)
            octets.append(value.utf8.span, escaping: .unprintable)
            octets.append(.lineFeed)
        }
        add("MESSAGE", record.message)
        add("MESSAGE_ID", record.event.messageID)
        add("PRIORITY", "\(record.priority.rawValue)")
        add("SYSLOG_IDENTIFIER", "mailpit")
        add("SYSLOG_FACILITY", "2")  // LOG_MAIL >> 3
        add("MAILPIT_SESSION", record.session)
        add("MAILPIT_EVENT", record.event.rawValue)
        for field in record.fields where !field.value.isEmpty {
            add(field.name.rawValue, field.value)
        }
        return octets
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
