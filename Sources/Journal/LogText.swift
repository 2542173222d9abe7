internal import Notation

/// What a client sent, as text for a message or a field: ASCII and other characters that show as
/// what they are stand as they are, every other octet as `\xNN`.
///
/// Backslash and quote get a backslash, so that the octets can be told from the text. A semicolon is
/// `\x3B`, as it ends the message of a line and no client shall add fields to it. Of more octets
/// than `maximumOctets` the rest is left out, and `...` says so.
package func logText(_ octets: [UInt8], maximumOctets: Int = 1024) -> String {
    var text: [UInt8] = []
    text.append(octets.span, escaping: .everything, maximumOctets: maximumOctets)
    return String(decoding: text, as: UTF8.self)
}

/// The same for octets that a string was made of.
package func logText(_ text: String) -> String {
    // Nearly always nothing of it has to be written otherwise.
    let octets = text.utf8.span
    if octets.count <= 1024, octets.ordinaryOctets(from: 0, upTo: octets.count) == octets.count {
        return text
    }
    return logText(Array(text.utf8))
}

/// Any text so that it stays on its line and shows as what it is, with `\xNN` for what does not.
package func lineText(_ text: String) -> String {
    var line: [UInt8] = []
    line.append(Array(text.utf8).span, escaping: .unprintable)
    return String(decoding: line, as: UTF8.self)
}

/// What must not stand in a text as it is, beside octets that show as nothing or as something else.
enum Escaping {
    /// Nothing more: enough for a message, and for a field of the journal.
    case unprintable
    /// A quote, unless a backslash stands before it already: what `logText` made stays as it is.
    case quotes
    /// Quote, backslash and semicolon.
    case everything
    /// Quote and backslash, and the backslash that escapes what is unprintable: a string of JSON
    /// whose value is what `unprintable` makes of the text. RFC 8259 §7
    case json
}

extension [UInt8] {
    /// Appends text so that it stays on its line and shows as what it is.
    mutating func append(_ octets: Span<UInt8>, escaping: Escaping, maximumOctets: Int = .max) {
        var index = 0
        var isQuoted = false
        while index < octets.count, index < maximumOctets {
            let ordinary = octets.ordinaryOctets(from: index, upTo: maximumOctets)
            if ordinary > 0 {
                append(octets.extracting(index..<index + ordinary))
                isQuoted = false
                index += ordinary
                continue
            }
            let octet = octets[index]
            var length = 1
            switch octet {
            case .quote:
                switch escaping {
                case .everything, .json: append(.backslash)
                case .quotes: if !isQuoted { append(.backslash) }
                case .unprintable: break
                }
                append(octet)
            case .backslash:
                if escaping == .everything || escaping == .json { append(octet) }
                append(octet)
            case .semicolon where escaping == .everything:
                append(escaped: octet)
            case .semicolon:
                append(octet)
            default:
                length = octets.printableCharacter(at: index)
                for offset in 0..<length { append(octets[index + offset]) }
                if length == 0 {
                    if escaping == .json { append(.backslash) }
                    append(escaped: octet)
                    length = 1
                }
            }
            isQuoted = octet == .backslash && !isQuoted
            index += length
        }
        // A backslash at the end would quote the quote that closes the value.
        if escaping == .quotes, isQuoted { append(.backslash) }
        if index < octets.count { self += "..." }
    }

    private mutating func append(escaped octet: UInt8) {
        append(.backslash)
        append(UInt8(ascii: "x"))
        append(UInt8(digit: octet >> 4).uppercased)
        append(UInt8(digit: octet & 0xF).uppercased)
    }
}

extension Span<UInt8> {
    /// How many octets from there on stand as they are wherever they stand: printable ASCII but for
    /// quotes, backslashes and semicolons.
    fileprivate func ordinaryOctets(from start: Int, upTo maximum: Int) -> Int {
        let end = Swift.min(count, maximum)
        var index = start
        while index < end, self[index].isOrdinary { index += 1 }
        return index - start
    }

    /// How many octets the printable character beyond ASCII takes that begins here, or none where
    /// it is not valid UTF-8, a control, or a character that shows as nothing: those that turn the
    /// direction of writing are among them, and blanks that could pass for a space.
    fileprivate func printableCharacter(at index: Int) -> Int {
        let length =
            switch self[index] {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 0
            }
        guard length > 0, index + length <= count else { return 0 }
        let octets = (index..<index + length).map { self[$0] }
        guard let scalar = String(validating: octets, as: UTF8.self)?.unicodeScalars.first else {
            return 0
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator, .spaceSeparator:
            return 0
        default: return length
        }
    }
}

extension UInt8 {
    fileprivate var isOrdinary: Bool {
        isPrintable && self != .quote && self != .backslash && self != .semicolon
    }
}
