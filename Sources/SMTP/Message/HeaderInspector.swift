internal import Notation

/// Follows the header of a message to its end, the first empty line (RFC 5322 §2.1), and notes which
/// fields it has and whether a line of it ends in CR CR LF.
///
/// Behind a line that is neither a field nor the continuation of one no fields are looked for, as
/// those who read mail take what follows for the text.
struct HeaderInspector: Equatable, Sendable {
    /// What has been seen of the current line.
    private enum State: Equatable, Sendable {
        case lineStart
        /// So many octets of what may be a field name, the last sixteen of them as capitals.
        case name(UInt128, count: Int)
        /// The blanks between a field name and its colon, both counted.
        case blanks(UInt128, count: Int)
        /// Behind the colon, or in a continuation of the field.
        case value
        /// Nothing that counts, in a line that is no field or behind it.
        case noField
        case ended
    }

    private var state = State.lineStart
    private var hasField = false
    private var hasFrom = false
    private var hasDate = false
    private var hasMessageID = false
    /// A line of the header, of whatever kind, ended in CR CR LF, of which CR LF is left in the
    /// decoded octets.
    private(set) var hasDoubleCR = false
    /// The octet before those to come; at the beginning of the message that of an empty line.
    private var last = UInt8.lineFeed

    var isEnded: Bool { state == .ended }

    /// Takes what comes next of a message whose header has not ended, and returns how much of it
    /// belongs to its fields.
    mutating func inspect(_ octets: Span<UInt8>) -> Int {
        var index = 0
        while index < octets.count, state != .noField, state != .ended {
            if state == .value {
                index = octets.index(of: .lineFeed, from: index)
                if index == octets.count { break }
                if octet(before: index, octets) == .carriageReturn { hasDoubleCR = true }
            }
            if !step(octets[index]) { break }
            index += 1
        }
        if state == .noField { followLines(octets, from: index) }
        if octets.count > 0 { last = octets[octets.count - 1] }
        return index
    }

    /// Looks for nothing but the ends of lines, up to the empty one.
    private mutating func followLines(_ octets: Span<UInt8>, from start: Int) {
        var end = octets.index(of: .lineFeed, from: start)
        while end < octets.count {
            switch octet(before: end, octets) {
            case .lineFeed:
                state = .ended
                return
            case .carriageReturn: hasDoubleCR = true
            default: break
            }
            end = octets.index(of: .lineFeed, from: end + 1)
        }
    }

    private func octet(before index: Int, _ octets: Span<UInt8>) -> UInt8 {
        index > 0 ? octets[index - 1] : last
    }

    /// Takes one octet; false if it belongs to no field.
    private mutating func step(_ octet: UInt8) -> Bool {
        switch state {
        case .lineStart where octet == .lineFeed:
            state = .ended
        case .lineStart where octet.isBlank && hasField, .value where octet != .lineFeed:
            state = .value
        case .lineStart:
            return name(0, count: 0, octet)
        case .name(let packed, let count):
            return name(packed, count: count, octet)
        case .blanks(let packed, let count):
            return blanks(packed, count: count, octet)
        case .value:
            state = .lineStart
        case .noField, .ended:
            return false
        }
        return true
    }

    /// RFC 5322 §3.6.8: field-name, of printable characters without the colon.
    private mutating func name(_ packed: UInt128, count: Int, _ octet: UInt8) -> Bool {
        guard count > 0, octet == .colon || octet.isBlank else {
            let isName = (0x21...0x7E).contains(octet) && octet != .colon
            guard isName, count < FirstLine.maximumOctets else { return leaveFields() }
            state = .name(packed << 8 | UInt128(octet.uppercased), count: count + 1)
            return true
        }
        return blanks(packed, count: count, octet)
    }

    /// RFC 5322 §4.5: blanks are tolerated before the colon.
    private mutating func blanks(_ packed: UInt128, count: Int, _ octet: UInt8) -> Bool {
        guard count < FirstLine.maximumOctets, octet == .colon || octet.isBlank else {
            return leaveFields()
        }
        if octet == .colon {
            note(packed)
            state = .value
        } else {
            state = .blanks(packed, count: count + 1)
        }
        return true
    }

    private mutating func leaveFields() -> Bool {
        state = .noField
        return false
    }

    private mutating func note(_ name: UInt128) {
        hasField = true
        switch name {
        case Self.from: hasFrom = true
        case Self.date: hasDate = true
        case Self.messageID: hasMessageID = true
        default: break
        }
    }

    private static let from = pack("FROM")
    private static let date = pack("DATE")
    private static let messageID = pack("MESSAGE-ID")

    private static func pack(_ name: StaticString) -> UInt128 {
        name.description.utf8.reduce(0) { $0 << 8 | UInt128($1) }
    }

    /// What is missing, once the message has come to its end.
    var findings: FindingSet {
        guard hasField else { return FindingSet(.noHeader) }
        var findings = FindingSet()
        if !hasFrom { findings.insert(.missingFrom) }
        if !hasDate { findings.insert(.missingDate) }
        if !hasMessageID { findings.insert(.missingMessageID) }
        return findings
    }
}
