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
    /// What was asked for by DSN and REQUIRETLS, each in the form of a parameter.
    var requests: [String] = []

    enum Body: Equatable { case sevenBit, eightBit }
}

// RFC 5321 §4.1.2: esmtp-param, and the parameters that EHLO offers.
extension CommandParser {
    /// `[SP Mail-parameters]` to the end of the line; those of other extensions are unknown.
    mutating func mailParameters(_ extensions: Extensions) throws(Reply) -> MailParameters {
        var parameters = MailParameters()
        while !isAtEnd {
            let (word, value) = try parameter()
            // RFC 5321 §4.1.1.11 knows of no parameter that could be given twice.
            switch Keyword(word) {
            case "SIZE" where extensions.contains(.size):
                guard parameters.size == nil else { throw .badSyntax }
                parameters.size = try Self.size(value)
            case "BODY" where extensions.contains(.eightBitMIME):
                guard parameters.body == nil else { throw .badSyntax }
                parameters.body = try Self.body(value)
            case "SMTPUTF8" where extensions.contains(.smtpUTF8):
                guard !parameters.usesSMTPUTF8, value == nil else { throw .badSyntax }
                parameters.usesSMTPUTF8 = true
            case "AUTH":
                guard !parameters.hasAuthParameter else { throw .badSyntax }
                _ = try Self.xtext(value)
                parameters.hasAuthParameter = true
            case "RET" where extensions.contains(.dsn):
                try parameters.requests.append(parameter: Self.ret(value))
            case "ENVID" where extensions.contains(.dsn):
                try parameters.requests.append(parameter: Self.envid(value))
            case nil where extensions.contains(.requireTLS) && Self.isRequireTLS(word):
                guard value == nil else { throw .badSyntax }
                try parameters.requests.append(parameter: "REQUIRETLS")
            default: throw .unknownParameter
            }
        }
        return parameters
    }

    /// The only keyword that is longer than a `Keyword` can be.
    private static func isRequireTLS(_ word: ArraySlice<UInt8>) -> Bool {
        var parser = CommandParser(word)
        return parser.take(word: "REQUIRETLS") && parser.isAtEnd
    }

    /// `[SP Rcpt-parameters]` to the end of the line, each as it is kept.
    mutating func rcptParameters(_ extensions: Extensions, usesSMTPUTF8: Bool) throws(Reply)
        -> [String]
    {
        var requests: [String] = []
        while !isAtEnd {
            let (word, value) = try parameter()
            switch Keyword(word) {
            case "NOTIFY" where extensions.contains(.dsn):
                try requests.append(parameter: Self.notify(value))
            case "ORCPT" where extensions.contains(.dsn):
                try requests.append(
                    parameter: Self.orcpt(value, usesSMTPUTF8: usesSMTPUTF8))
            default: throw .unknownParameter
            }
        }
        return requests
    }

    /// `SP esmtp-keyword ["=" esmtp-value]`
    mutating func parameter() throws(Reply) -> (
        keyword: ArraySlice<UInt8>, value: ArraySlice<UInt8>?
    ) {
        guard takeBlanks() else { throw .badSyntax }
        let word = takeWhile { $0.isLetterOrDigit || $0 == .hyphen }
        guard let first = word.first, first != .hyphen else { throw .badSyntax }
        guard take(.equals) else {
            guard isAtEnd || rest.first?.isBlank == true else { throw .badSyntax }
            return (word, nil)
        }
        let value = takeWhile { !$0.isBlank }
        // RFC 5321 §4.1.2: any printable character but "="; RFC 6531 §3.3 adds those beyond ASCII.
        guard !value.isEmpty, !value.contains(.equals), value.printableText != nil else {
            throw .badSyntax
        }
        return (word, value)
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

    /// What xtext stands for. RFC 3461 §4: `+` is followed by two digits of a hexadecimal number, in
    /// capitals.
    static func xtext(_ value: ArraySlice<UInt8>?) throws(Reply) -> [UInt8] {
        guard var rest = value else { throw .badSyntax }
        var octets: [UInt8] = []
        while var octet = rest.popFirst() {
            if octet == UInt8(ascii: "+") {
                octet = 0
                for _ in 0..<2 {
                    guard let digit = rest.popFirst(),
                        digit.isDigit || (0x41...0x46).contains(digit)
                    else { throw .badSyntax }
                    octet = octet << 4 | (digit - (digit.isDigit ? 0x30 : 0x37))
                }
            }
            octets.append(octet)
        }
        return octets
    }
}

extension [String] {
    /// Adds a parameter in the form `KEYWORD=value` or `KEYWORD` that may be there once.
    fileprivate mutating func append(parameter: String) throws(Reply) {
        let keyword = parameter.utf8.prefix { $0 != UInt8.equals }
        for other in self {
            let present = other.utf8.prefix { $0 != UInt8.equals }
            if present.elementsEqual(keyword) { throw .badSyntax }
        }
        append(parameter)
    }
}
