/// A field that a header may have once. RFC 5322 §3.6
enum Field: Int, Sendable {
    case date, from, sender, replyTo, to, cc, bcc, messageID, inReplyTo, references, subject

    /// Their names in the order of the cases, each as one number.
    private static let names = [
        "DATE", "FROM", "SENDER", "REPLY-TO", "TO", "CC", "BCC", "MESSAGE-ID", "IN-REPLY-TO",
        "REFERENCES", "SUBJECT",
    ].map { $0.utf8.reduce(0) { $0 << 8 | UInt128($1) } }

    /// The field of this name, which is given as its last sixteen octets in capitals.
    init?(name: UInt128) {
        guard let place = Self.names.firstIndex(of: name) else { return nil }
        self.init(rawValue: place)
    }
}

/// Which of these fields a header has.
struct FieldSet: Equatable, Sendable {
    private var bits: UInt16 = 0
    private var hasDuplicate = false

    mutating func insert(_ field: Field) {
        let bit = UInt16(1) << field.rawValue
        if bits & bit != 0 { hasDuplicate = true }
        bits |= bit
    }

    private func contains(_ field: Field) -> Bool {
        bits & UInt16(1) << field.rawValue != 0
    }

    /// What is there twice, and what is missing.
    var findings: FindingSet {
        var findings = FindingSet()
        if hasDuplicate { findings.insert(.duplicateHeader) }
        if !contains(.from) { findings.insert(.missingFrom) }
        if !contains(.date) { findings.insert(.missingDate) }
        if !contains(.messageID) { findings.insert(.missingMessageID) }
        return findings
    }
}
