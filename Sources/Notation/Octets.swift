// The octets that protocols give a meaning to, and the classes that grammars put octets into.
//
// They are inlined, as other modules ask them of every octet that a client sends.

extension UInt8 {
    @inlinable package static var tab: UInt8 { 0x09 }
    @inlinable package static var lineFeed: UInt8 { 0x0A }
    @inlinable package static var carriageReturn: UInt8 { 0x0D }
    @inlinable package static var space: UInt8 { 0x20 }
    @inlinable package static var quote: UInt8 { UInt8(ascii: "\"") }
    @inlinable package static var backslash: UInt8 { UInt8(ascii: "\\") }
    @inlinable package static var hyphen: UInt8 { UInt8(ascii: "-") }
    @inlinable package static var underscore: UInt8 { UInt8(ascii: "_") }
    @inlinable package static var dot: UInt8 { UInt8(ascii: ".") }
    @inlinable package static var slash: UInt8 { UInt8(ascii: "/") }
    @inlinable package static var colon: UInt8 { UInt8(ascii: ":") }
    @inlinable package static var semicolon: UInt8 { UInt8(ascii: ";") }
    @inlinable package static var comma: UInt8 { UInt8(ascii: ",") }
    @inlinable package static var equals: UInt8 { UInt8(ascii: "=") }
    @inlinable package static var at: UInt8 { UInt8(ascii: "@") }
    @inlinable package static var less: UInt8 { UInt8(ascii: "<") }
    @inlinable package static var greater: UInt8 { UInt8(ascii: ">") }

    /// WSP of RFC 5234 §B.1.
    @inlinable package var isBlank: Bool { self == .space || self == .tab }

    /// ALPHA of RFC 5234 §B.1.
    @inlinable package var isLetter: Bool { (0x41...0x5A).contains(self & 0xDF) }

    /// DIGIT of RFC 5234 §B.1.
    @inlinable package var isDigit: Bool { (0x30...0x39).contains(self) }

    /// Let-dig of RFC 5321 §4.1.2.
    @inlinable package var isLetterOrDigit: Bool { isLetter || isDigit }

    /// VCHAR of RFC 5234 §B.1: printable ASCII, the space left out.
    @inlinable package var isVisible: Bool { (0x21...0x7E).contains(self) }

    /// Printable ASCII, the space included.
    @inlinable package var isPrintable: Bool { (0x20...0x7E).contains(self) }

    /// C0 controls and DEL.
    @inlinable package var isControl: Bool { self < 0x20 || self == 0x7F }

    /// Part of a character beyond ASCII: UTF8-2, UTF8-3 or UTF8-4 of RFC 3629 §4.
    @inlinable package var isBeyondASCII: Bool { self >= 0x80 }

    /// The octet with a small letter made a capital.
    @inlinable package var uppercased: UInt8 {
        (0x61...0x7A).contains(self) ? self & 0xDF : self
    }

    /// The octet with a capital made a small letter.
    @inlinable package var lowercased: UInt8 {
        (0x41...0x5A).contains(self) ? self | 0x20 : self
    }
}

extension String {
    /// What a function of C has written into a buffer, up to the NUL at its end.
    package init(writtenByC buffer: [CChar]) {
        let octets = buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        self.init(decoding: octets, as: UTF8.self)
    }
}
