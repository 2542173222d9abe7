internal import Notation

/// A cursor over one command line, with a method for each production of the grammar.
///
/// A method either takes what its production matches or throws the reply that says what is wrong.
struct CommandParser {
    private(set) var rest: ArraySlice<UInt8>
    /// What a stricter server would mind in what was taken so far.
    var findings = FindingSet()

    init(_ line: ArraySlice<UInt8>) {
        rest = line
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// Takes one octet if it is the expected one.
    mutating func take(_ octet: UInt8) -> Bool {
        guard rest.first == octet else { return false }
        rest.removeFirst()
        return true
    }

    /// Takes a word, in letters of either case, if the line goes on with it.
    mutating func take(word: String) -> Bool {
        var index = rest.startIndex
        for expected in word.utf8 {
            guard index < rest.endIndex, rest[index].uppercased == expected else { return false }
            index += 1
        }
        rest = rest[index...]
        return true
    }

    /// Takes the longest run of octets that satisfy the condition; it may be empty.
    mutating func takeWhile(_ condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let run = rest.prefix(while: condition)
        rest = rest[run.endIndex...]
        return run
    }

    /// Takes SP, of which there should be one; more, and HTAB, are tolerated. RFC 5321 §4.1.1.
    mutating func takeBlanks() -> Bool {
        !takeWhile { $0.isBlank }.isEmpty
    }

    /// Takes the next octet, whatever it is, or nil at the end.
    mutating func takeOctet() -> UInt8? {
        rest.popFirst()
    }

    /// Takes all that is left.
    mutating func takeRest() -> ArraySlice<UInt8> {
        takeWhile { _ in true }
    }

    /// 1*DIGIT whose value fits into 64 bits.
    mutating func number() throws(Reply) -> UInt64 {
        guard let value = UInt64(decimal: takeWhile({ $0.isDigit })) else { throw .badSyntax }
        return value
    }
}

// What stands in a command line. RFC 5321 §4.1.1 unless said otherwise.
extension CommandParser {
    /// The first word, which the caller knows already.
    mutating func takeVerb() {
        _ = takeWhile { !$0.isBlank }
    }

    /// Throws unless the line ends here.
    func expectEnd() throws(Reply) {
        guard isAtEnd else { throw .badSyntax }
    }

    /// `SP ( Domain / address-literal )`: any one printable word, since many clients send invalid
    /// names.
    mutating func hello() throws(Reply) -> String {
        guard takeBlanks(), !rest.contains(where: { $0.isBlank }),
            let name = takeRest().printableText
        else { throw .badSyntax }
        return name
    }

    /// `SP String`, if there: ignored, but text.
    mutating func ignoredText() throws(Reply) {
        if isAtEnd { return }
        let text = takeRest().filter { $0 != .tab }
        guard text[...].printableText != nil else { throw .badSyntax }
    }

    /// `SP sasl-mech [SP initial-response]`, the name in capitals. RFC 4954 §4
    mutating func auth() throws(Reply) -> (mechanism: String, response: ArraySlice<UInt8>?) {
        guard takeBlanks() else { throw .badSyntax }
        // RFC 4422 §3.1: up to 20 letters, digits, hyphens and underscores.
        let name = takeWhile { $0.isLetterOrDigit || $0 == .hyphen || $0 == UInt8(ascii: "_") }
        let mechanism = String(decoding: name.map { $0.uppercased }, as: UTF8.self)
        guard !name.isEmpty else { throw .badSyntax }
        if isAtEnd { return (mechanism, nil) }
        guard takeBlanks() else { throw .badSyntax }
        let response = takeWhile { !$0.isBlank }
        try expectEnd()
        return (mechanism, response)
    }

    /// `SP "FROM:" Reverse-path [SP Mail-parameters]`
    mutating func mail(limits: Limits, extensions: Extensions) throws(Reply) -> (
        ReversePath, MailParameters
    ) {
        (try sender(limits), try mailParameters(extensions))
    }

    /// `SP "FROM:" Reverse-path`
    mutating func sender(_ limits: Limits) throws(Reply) -> ReversePath {
        guard takeBlanks(), take(word: "FROM:") else { throw .badSyntax }
        tolerateBlanks()
        return try reversePath(maximumOctets: limits.addressOctets)
    }

    /// `SP "TO:" Forward-path [SP Rcpt-parameters]`
    mutating func rcpt(limits: Limits, extensions: Extensions, usesSMTPUTF8: Bool) throws(Reply)
        -> (path: ForwardPath, requests: [String])
    {
        (try recipient(limits), try rcptParameters(extensions, usesSMTPUTF8: usesSMTPUTF8))
    }

    /// `SP "TO:" Forward-path`
    mutating func recipient(_ limits: Limits) throws(Reply) -> ForwardPath {
        guard takeBlanks(), take(word: "TO:") else { throw .badSyntax }
        tolerateBlanks()
        return try forwardPath(maximumOctets: limits.addressOctets)
    }

    /// RFC 5321 §3.3: no blanks are permitted behind the colon, but many clients send them.
    private mutating func tolerateBlanks() {
        if takeBlanks() { findings.insert(.spaceAfterColon) }
    }

    /// `SP chunk-size [SP end-marker]`. RFC 3030 §2.
    mutating func bdat() throws(Reply) -> (octets: UInt64, isLast: Bool) {
        guard takeBlanks() else { throw .badSyntax }
        let octets = try number()
        if isAtEnd { return (octets, false) }
        guard takeBlanks(), take(word: "LAST") else { throw .badSyntax }
        try expectEnd()
        return (octets, true)
    }
}

extension ArraySlice<UInt8> {
    /// The octets as text, or nil where they are no UTF-8 or hold a control character.
    ///
    /// The controls are those of ASCII and, as U+0080 to U+009F, of ISO 8859.
    var printableText: String? {
        guard !contains(where: { $0.isControl }), let text = String(validating: self, as: UTF8.self)
        else { return nil }
        let isASCII = !contains { $0.isBeyondASCII }
        return isASCII || !text.unicodeScalars.contains { (0x80...0x9F).contains($0.value) }
            ? text : nil
    }
}
