internal import Notation

/// The first line of a message, held back until it shows whether it begins a header.
///
/// Our own header fields come before it. If it begins with white space it would continue the last of
/// them, and if it is plain text it would stand among them, so an empty line has to keep it apart.
struct FirstLine: Equatable, Sendable {
    private var held: [UInt8] = []
    private var isKnown = false

    /// RFC 5322 §2.1.1: no line is longer, so there is no field name either that is.
    static let maximumOctets = 998

    /// Adds decoded octets of the message, and returns what can be stored.
    mutating func pass(_ decoded: [UInt8]) -> [UInt8] {
        if isKnown { return decoded }
        if held.isEmpty { held = decoded } else { held += decoded }
        guard let needsSeparator = Self.needsSeparator(held[...]) else { return [] }
        return release(separated: needsSeparator)
    }

    /// What is still held back at the end of the message.
    mutating func finish() -> [UInt8] {
        isKnown || held.isEmpty ? [] : release(separated: true)
    }

    private mutating func release(separated: Bool) -> [UInt8] {
        defer { held = [] }
        isKnown = true
        return separated ? [.lineFeed] + held : held
    }

    /// Whether the octets begin with neither a header field nor an empty line, or nil if it depends
    /// on what follows.
    private static func needsSeparator(_ octets: ArraySlice<UInt8>) -> Bool? {
        guard let first = octets.first else { return nil }
        if first == .lineFeed { return false }
        // RFC 5322 §3.6.8 and §4.5: field-name *WSP ":", the name of printable characters.
        var parser = CommandParser(octets.prefix(maximumOctets))
        if parser.takeWhile({ (0x21...0x7E).contains($0) && $0 != .colon }).isEmpty { return true }
        _ = parser.takeBlanks()
        if parser.take(.colon) { return false }
        return parser.isAtEnd && octets.count < maximumOctets ? nil : true
    }
}
