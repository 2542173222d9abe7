internal import CLinux
internal import CSystemd
internal import Glibc
internal import Notation

/// systemd's journal, by libsystemd, which is loaded with the first record or by `load()`.
enum SystemdJournal {
    static func load() {
        // Without it `send` fails, and the record goes elsewhere.
        _ = unsafe csystemd_symbol("sd_journal_sendv")
    }

    /// Sends a record with all its fields; false if there is no libsystemd or it fails.
    static func send(_ record: Record) -> Bool {
        var octets: [UInt8] = []
        var ends: [Int] = []
        func add(_ name: String, _ value: String) {
            octets.append(contentsOf: name.utf8)
            octets.append(.equals)
            octets.append(value.utf8.span, escaping: .unprintable)
            ends.append(octets.count)
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
        return send(&octets, ends: ends)
    }

    private static func send(_ octets: inout [UInt8], ends: [Int]) -> Bool {
        unsafe octets.withUnsafeMutableBytes { octets in
            var start = 0
            var fields: [iovec] = unsafe []
            for end in ends {
                unsafe fields.append(
                    iovec(
                        iov_base: octets.baseAddress.map { unsafe $0 + start }, iov_len: end - start
                    ))
                start = end
            }
            return unsafe csystemd_journal_sendv(fields, CInt(fields.count)) >= 0
        }
    }
}
