internal import Notation

/// The body of a Date or Message-ID field, unfolded, and whether it can be read.
///
/// It is read as the receiving side of RFC 5322 has it, with the obsolete forms of a date (§4.3).
struct FieldBody: Equatable, Sendable {
    private let field: Field
    private var octets: [UInt8] = []
    /// As much as a line may have. Of what is longer, by folding, nothing is said.
    private static let maximumOctets = 998

    /// Nil for a field whose form does not matter.
    init?(of field: Field) {
        guard field == .date || field == .messageID else { return nil }
        self.field = field
    }

    /// Adds octets of the body, line ends left out.
    mutating func append(contentsOf part: Span<UInt8>) {
        octets.append(part.extracting(first: Self.maximumOctets + 1 - octets.count))
    }

    mutating func append(_ octet: UInt8) {
        if octets.count <= Self.maximumOctets { octets.append(octet) }
    }

    var isReadable: Bool {
        guard octets.count <= Self.maximumOctets else { return true }
        var parser = CommandParser(octets[...])
        let isMatched = field == .date ? parser.dateTime() : parser.messageID()
        return isMatched && parser.isAtEnd
    }
}

extension CommandParser {
    /// `[CFWS] "<" id-left "@" id-right ">" [CFWS]`, where both sides may be of any characters that
    /// do not end them: to be told apart they need not be more. RFC 5322 §3.6.4
    fileprivate mutating func messageID() -> Bool {
        skipComments()
        guard take(.less), takeIdentifierPart(), take(.at), takeIdentifierPart(), take(.greater)
        else { return false }
        skipComments()
        return true
    }

    private mutating func takeIdentifierPart() -> Bool {
        if take(.quote) {
            while let octet = takeOctet(), octet != .quote {
                if octet == .backslash { _ = takeOctet() }
            }
            return rest.first == .at
        }
        return !takeWhile { $0 != .less && $0 != .greater && $0 != .at && !$0.isBlankOrControl }
            .isEmpty
    }

    /// `[ day-of-week "," ] day month year hour ":" minute [ ":" second ] zone`. RFC 5322 §3.3
    fileprivate mutating func dateTime() -> Bool {
        skipComments()
        if rest.first?.isLetter == true {
            guard word(among: "MONTUEWEDTHUFRISATSUN") != nil, takeSpaced(.comma) else {
                return false
            }
        }
        guard let day = digits(1...2), let month = word(among: Self.months),
            let year = digits(2...6), (1...Self.days(in: month, of: year)).contains(day)
        else { return false }
        return timeOfDay() && zone()
    }

    private mutating func timeOfDay() -> Bool {
        guard let hour = digits(1...2), hour < 24, takeSpaced(.colon),
            let minute = digits(1...2), minute < 60
        else { return false }
        // RFC 5322 §3.3: a leap second has the number 60.
        if takeSpaced(.colon) {
            guard let second = digits(1...2), second <= 60 else { return false }
        }
        return true
    }

    /// An offset of four digits, or, as RFC 5322 §4.3 has it, a name of letters.
    private mutating func zone() -> Bool {
        if take(UInt8(ascii: "+")) || take(.hyphen) {
            guard let offset = digits(4...4) else { return false }
            return offset % 100 < 60
        }
        let name = takeWhile { $0.isLetter }
        skipComments()
        return (1...5).contains(name.count)
    }

    private static var months: String { "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC" }

    /// The length of a month, numbered from 0, where a year of two or three digits may be any.
    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 1: year < 1000 || (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) ? 29 : 28
        case 3, 5, 8, 10: 30
        default: 31
        }
    }

    /// A word of three letters and what may follow it; returns its place among such words.
    private mutating func word(among words: String) -> Int? {
        let word = takeWhile { $0.isLetter }.map { $0.uppercased }
        skipComments()
        let words = Array(words.utf8)
        return (0..<words.count / 3).first { words[3 * $0..<3 * $0 + 3].elementsEqual(word) }
    }

    /// A number of so many digits, and what may follow it.
    private mutating func digits(_ count: ClosedRange<Int>) -> Int? {
        let text = takeWhile { $0.isDigit }
        skipComments()
        return count.contains(text.count) ? Int(decimal: text) : nil
    }

    private mutating func takeSpaced(_ octet: UInt8) -> Bool {
        guard take(octet) else { return false }
        skipComments()
        return true
    }

    /// `[CFWS]`: blanks, and comments in parentheses, which may be nested. RFC 5322 §3.2.2
    private mutating func skipComments() {
        var depth = 0
        while let octet = rest.first {
            switch octet {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")") where depth > 0: depth -= 1
            case .backslash where depth > 0: _ = takeOctet()
            default: if depth == 0, !octet.isBlank, octet != .carriageReturn { return }
            }
            _ = takeOctet()
        }
    }
}

extension UInt8 {
    fileprivate var isBlankOrControl: Bool { isBlank || isControl }
}
