/// What the parameters of MAIL say.
struct MailParameters: Equatable {
    /// RFC 1870 §6: the octets that the message will have, if the client knows.
    var size: UInt64?
    /// RFC 6531 §3.4: addresses and header may go beyond ASCII.
    var usesSMTPUTF8 = false
}

// RFC 5321 §4.1.2: esmtp-param, and the four parameters that EHLO offers.
extension CommandParser {
    /// `[SP Mail-parameters]` to the end of the line.
    mutating func mailParameters() throws(Reply) -> MailParameters {
        var parameters = MailParameters()
        var seen: [Keyword] = []
        while !isAtEnd {
            let (keyword, value) = try parameter()
            guard let keyword else { throw .unknownParameter }
            guard !seen.contains(keyword) else { throw .badSyntax }
            seen.append(keyword)
            switch keyword {
            case "SIZE": parameters.size = try Self.size(value)
            case "BODY": try Self.checkBody(value)
            case "SMTPUTF8":
                guard value == nil else { throw .badSyntax }
                parameters.usesSMTPUTF8 = true
            case "AUTH": try Self.checkAuth(value)
            default: throw .unknownParameter
            }
        }
        return parameters
    }

    /// `SP esmtp-keyword ["=" esmtp-value]`; a keyword too long for any that we know is nil.
    mutating func parameter() throws(Reply) -> (keyword: Keyword?, value: ArraySlice<UInt8>?) {
        guard takeBlanks() else { throw .badSyntax }
        let word = takeWhile { $0.isLetterOrDigit || $0 == .hyphen }
        guard let first = word.first, first != .hyphen else { throw .badSyntax }
        let keyword = Keyword(word)
        guard take(.equals) else {
            guard isAtEnd || rest.first?.isBlank == true else { throw .badSyntax }
            return (keyword, nil)
        }
        let value = takeWhile { !$0.isBlank }
        // RFC 5321 §4.1.2: any printable character but "="; RFC 6531 §3.3 adds those beyond ASCII.
        guard !value.isEmpty, !value.contains(.equals), value.printableText != nil else {
            throw .badSyntax
        }
        return (keyword, value)
    }

    private static func size(_ value: ArraySlice<UInt8>?) throws(Reply) -> UInt64 {
        var parser = CommandParser(value ?? [])
        let size = try parser.number()
        try parser.end()
        return size
    }

    /// RFC 6152 §2: `7BIT` or `8BITMIME`. Both are stored alike, so the choice is not kept.
    private static func checkBody(_ value: ArraySlice<UInt8>?) throws(Reply) {
        guard let value else { throw .badSyntax }
        let body = Keyword(value)
        // RFC 3030 §3: BINARYMIME is a matter of an extension that is not offered here.
        guard body == "7BIT" || body == "8BITMIME" else { throw .unknownParameter }
    }

    /// RFC 4954 §5: an xtext of RFC 3461 §4. Nothing follows from it, as we trust no one's word.
    private static func checkAuth(_ value: ArraySlice<UInt8>?) throws(Reply) {
        guard var rest = value else { throw .badSyntax }
        while let octet = rest.popFirst() {
            guard octet == UInt8(ascii: "+") else { continue }
            for _ in 0..<2 {
                guard let digit = rest.popFirst(),
                    digit.isDigit || (0x41...0x46).contains(digit)
                else { throw .badSyntax }
            }
        }
    }
}
