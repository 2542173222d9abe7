internal import Notation

/// Follows the header of a message to its end, the first empty line (RFC 5322 §2.1), and notes which
/// fields it has, what is wrong with them, and whether a line of it ends in CR CR LF.
///
/// A line that is neither a field nor the continuation of one is passed over, and the header goes on
/// behind it; but where it is the first line there is no header.
struct HeaderInspector: Equatable, Sendable {
    /// What has been seen of the current line.
    private enum State: Equatable, Sendable {
        case lineStart
        /// So many octets of what may be a field name, the last sixteen of them as capitals.
        case name(UInt128, count: Int)
        /// The blanks between a field name and its colon, both counted.
        case blanks(UInt128, count: Int)
        /// Behind the colon, in a continuation of the field, or in a line that is none.
        case value
        /// The first line is no field; of the others only the empty one matters.
        case noHeader
        case ended
    }

    private var state = State.lineStart
    private var fields = FieldSet()
    /// The body of a field whose form matters, as far as it has come.
    private var body: FieldBody?
    private var hasField = false
    private var isMalformed = false
    /// A line of the header, of whatever kind, ended in CR CR LF, of which CR LF is left in the
    /// decoded octets.
    private(set) var hasDoubleCR = false
    /// The octet before those to come; at the beginning of the message that of an empty line.
    private var last = UInt8.lineFeed

    var isEnded: Bool { state == .ended }

    /// Takes what comes next of a message whose header has not ended, and returns how much of it
    /// belongs to its header.
    mutating func inspect(_ octets: Span<UInt8>) -> Int {
        var index = 0
        while index < octets.count, state != .noHeader, state != .ended {
            if state == .value {
                let end = octets.index(of: .lineFeed, from: index)
                body?.append(contentsOf: octets.extracting(index..<end))
                index = end
                if index == octets.count { break }
                if octet(before: index, octets) == .carriageReturn { hasDoubleCR = true }
            }
            if !step(octets[index]) { break }
            index += 1
        }
        if state == .noHeader { followLines(octets, from: index) }
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

    /// Takes one octet; false if there is no header.
    private mutating func step(_ octet: UInt8) -> Bool {
        switch state {
        case .lineStart where octet.isBlank && hasField:
            body?.append(.space)
            state = .value
        case .lineStart:
            endField()
            if octet != .lineFeed { return name(0, count: 0, octet) }
            state = .ended
        case .name(let packed, let count):
            return name(packed, count: count, octet)
        case .blanks(let packed, let count):
            return blanks(packed, count: count, octet)
        case .value:
            state = .lineStart
        case .noHeader, .ended:
            return false
        }
        return true
    }

    /// RFC 5322 §3.6.8: field-name, of printable characters without the colon.
    private mutating func name(_ packed: UInt128, count: Int, _ octet: UInt8) -> Bool {
        guard count > 0, octet == .colon || octet.isBlank else {
            let isName = (0x21...0x7E).contains(octet) && octet != .colon
            guard isName, count < FirstLine.maximumOctets else { return passOver(octet) }
            state = .name(packed << 8 | UInt128(octet.uppercased), count: count + 1)
            return true
        }
        return blanks(packed, count: count, octet)
    }

    /// RFC 5322 §4.5: blanks before the colon may be read, and not be sent.
    private mutating func blanks(_ packed: UInt128, count: Int, _ octet: UInt8) -> Bool {
        guard count < FirstLine.maximumOctets, octet == .colon || octet.isBlank else {
            return passOver(octet)
        }
        if octet == .colon {
            if case .blanks = state { isMalformed = true }
            beginField(packed)
            state = .value
        } else {
            state = .blanks(packed, count: count + 1)
        }
        return true
    }

    /// This line is no field.
    private mutating func passOver(_ octet: UInt8) -> Bool {
        guard hasField else {
            state = .noHeader
            return false
        }
        isMalformed = true
        state = octet == .lineFeed ? .lineStart : .value
        return true
    }

    private mutating func beginField(_ name: UInt128) {
        hasField = true
        guard let field = Field(name: name) else { return }
        fields.insert(field)
        body = FieldBody(of: field)
    }

    private mutating func endField() {
        if body?.isReadable == false { isMalformed = true }
        body = nil
    }

    /// What is wrong, once the message has come to its end.
    var findings: FindingSet {
        guard hasField else { return FindingSet(.noHeader) }
        var findings = fields.findings
        if isMalformed || body?.isReadable == false { findings.insert(.malformedHeader) }
        return findings
    }
}
