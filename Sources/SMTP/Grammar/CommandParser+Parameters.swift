internal import Notation

/// What the parameters of MAIL say.
struct MailParameters: Equatable {
    /// RFC 1870 §6: the octets that the message will have, if the client knows.
    var size: UInt64?
    /// RFC 6152 §2: what the client says of the octets of the message.
    var body: Body?
    /// RFC 6531 §3.4: addresses and header may go beyond ASCII.
    var usesSMTPUTF8 = false
    /// AUTH= was there: who sent the message first (RFC 4954 §5). It is checked and not kept, as we
    /// take no one's word for it.
    var hasAuthParameter = false

    enum Body: Equatable { case sevenBit, eightBit }
}

// RFC 5321 §4.1.2: esmtp-param, and the four parameters that EHLO offers.
extension CommandParser {
    /// `[SP Mail-parameters]` to the end of the line.
    mutating func mailParameters() throws(Reply) -> MailParameters {
        var parameters = MailParameters()
        while !isAtEnd {
            let (keyword, value) = try parameter()
            guard let keyword else { throw .unknownParameter }
            // RFC 5321 §4.1.1.11 knows of no parameter that could be given twice.
            switch keyword {
            case "SIZE":
                guard parameters.size == nil else { throw .badSyntax }
                parameters.size = try Self.size(value)
            case "BODY":
                guard parameters.body == nil else { throw .badSyntax }
                parameters.body = try Self.body(value)
            case "SMTPUTF8":
                guard !parameters.usesSMTPUTF8, value == nil else { throw .badSyntax }
                parameters.usesSMTPUTF8 = true
            case "AUTH":
                guard !parameters.hasAuthParameter else { throw .badSyntax }
                try Self.checkXtext(value)
                parameters.hasAuthParameter = true
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
        try parser.expectEnd()
        return size
    }

    /// `7BIT` or `8BITMIME`.
    private static func body(_ value: ArraySlice<UInt8>?) throws(Reply) -> MailParameters.Body {
        guard let value else { throw .badSyntax }
        switch Keyword(value) {
        case "7BIT": return .sevenBit
        case "8BITMIME": return .eightBit
        // RFC 3030 §3: BINARYMIME is a matter of an extension that is not offered here.
        default: throw .unknownParameter
        }
    }

    /// RFC 3461 §4: `+` is followed by two digits of a hexadecimal number, in capitals.
    private static func checkXtext(_ value: ArraySlice<UInt8>?) throws(Reply) {
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
