/// Text of whatever origin, made fit for a terminal or a document.
enum PlainText {
    /// With octets and characters that are no text as `\xNN`, so that nothing a client sent can
    /// move a cursor, or be no XML.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if isShown(scalar) {
                result.unicodeScalars.append(scalar)
            } else {
                let digits = String(scalar.value, radix: 16)
                result += "\\x" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return result
    }

    /// XML 1.0 §2.2 excludes the last two; the others are controls of a terminal.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x20...0x7E, 0xA0...0xFFFD, 0x10000...: !isDirectional(scalar)
        default: false
        }
    }

    /// Those by which text can be shown in another order than it has.
    private static func isDirectional(_ scalar: Unicode.Scalar) -> Bool {
        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }

    /// The lines of a text, each by itself.
    static func lines(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).map { escaped(String($0)) }
    }

    /// With this many places at least, filled up with spaces.
    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// Seconds with two places, as in `0.07`.
    static func seconds(_ seconds: Double) -> String {
        let hundredths = Int((seconds * 100).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
