// The octets that the protocol gives a meaning to, and its character classes.

extension UInt8 {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let hyphen = UInt8(ascii: "-")
    static let dot = UInt8(ascii: ".")
    static let colon = UInt8(ascii: ":")
    static let comma = UInt8(ascii: ",")
    static let equals = UInt8(ascii: "=")
    static let at = UInt8(ascii: "@")
    static let less = UInt8(ascii: "<")
    static let greater = UInt8(ascii: ">")

    /// WSP of RFC 5234 §B.1.
    var isBlank: Bool { self == .space || self == .tab }

    /// ALPHA of RFC 5234 §B.1.
    var isLetter: Bool { (0x41...0x5A).contains(self & 0xDF) }

    /// DIGIT of RFC 5234 §B.1.
    var isDigit: Bool { (0x30...0x39).contains(self) }

    /// Let-dig of RFC 5321 §4.1.2.
    var isLetterOrDigit: Bool { isLetter || isDigit }

    /// Part of a character beyond ASCII: UTF8-2, UTF8-3 or UTF8-4 of RFC 3629 §4.
    var isBeyondASCII: Bool { self >= 0x80 }

    /// C0 controls and DEL.
    var isControl: Bool { self < 0x20 || self == 0x7F }

    /// The octet with a small letter made a capital.
    var uppercased: UInt8 { (0x61...0x7A).contains(self) ? self & 0xDF : self }

    /// atext of RFC 5322 §3.2.3, with the characters that RFC 6531 §3.3 adds.
    var isAtomText: Bool {
        if isLetterOrDigit || isBeyondASCII { return true }
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"),
            UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "?"),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "{"),
            UInt8(ascii: "|"), UInt8(ascii: "}"), UInt8(ascii: "~"):
            return true
        default:
            return false
        }
    }
}

extension ArraySlice<UInt8> {
    /// The octets as text, or nil where they are no UTF-8 or hold a control character.
    ///
    /// The controls are those of ASCII and, as U+0080 to U+009F, of ISO 8859.
    var printableText: String? {
        guard !contains(where: \.isControl), let text = String(validating: self, as: UTF8.self)
        else { return nil }
        let isASCII = !contains(where: \.isBeyondASCII)
        return isASCII || !text.unicodeScalars.contains { (0x80...0x9F).contains($0.value) }
            ? text : nil
    }
}
