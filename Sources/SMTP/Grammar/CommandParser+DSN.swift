internal import Notation

// RFC 3461 §4: what the values of DSN's parameters may be. They come out as they are kept, in the form
// of a parameter, which no line of ours is too long for.

extension CommandParser {
    /// The longest value of ENVID, and that of ORCPT, in octets. RFC 3461 §5.
    static let maximumENVIDOctets = 100
    static let maximumORCPTOctets = 500

    /// `"RET=" ( "FULL" / "HDRS" )`
    static func ret(_ value: ArraySlice<UInt8>?) throws(Reply) -> String {
        switch value.flatMap(Keyword.init) {
        case "FULL": return "RET=FULL"
        case "HDRS": return "RET=HDRS"
        default: throw .badSyntax
        }
    }

    /// `"ENVID=" xtext`
    static func envid(_ value: ArraySlice<UInt8>?) throws(Reply) -> String {
        let octets = try xtext(value)
        guard let value, value.count <= maximumENVIDOctets,
            octets.allSatisfy({ $0.isPrintableOrTab })
        else { throw .badSyntax }
        return "ENVID=\(String(decoding: value, as: UTF8.self))"
    }

    /// `"NOTIFY=" ( "NEVER" / 1#( "SUCCESS" / "FAILURE" / "DELAY" ) )`, each of them once.
    static func notify(_ value: ArraySlice<UInt8>?) throws(Reply) -> String {
        guard let value else { throw .badSyntax }
        if Keyword(value) == "NEVER" { return "NOTIFY=NEVER" }
        var (success, failure, delay) = (false, false, false)
        for element in value.split(separator: .comma, omittingEmptySubsequences: false) {
            switch Keyword(element) {
            case "SUCCESS": success = true
            case "FAILURE": failure = true
            case "DELAY": delay = true
            default: throw .badSyntax
            }
        }
        let names = [success ? "SUCCESS" : nil, failure ? "FAILURE" : nil, delay ? "DELAY" : nil]
        return "NOTIFY=\(names.compactMap { $0.self }.joined(separator: ","))"
    }

    /// `"ORCPT=" atom ";" xtext`; with SMTPUTF8 the address of the type `utf-8` may go beyond ASCII
    /// instead of being xtext (RFC 6533 §3).
    static func orcpt(_ value: ArraySlice<UInt8>?, usesSMTPUTF8: Bool) throws(Reply) -> String {
        guard let value, value.count <= maximumORCPTOctets else { throw .badSyntax }
        var parser = CommandParser(value)
        let type = parser.takeWhile { $0.isAtomText && !$0.isBeyondASCII }
        guard !type.isEmpty, parser.take(.semicolon) else { throw .badSyntax }
        if usesSMTPUTF8, Keyword(type) == "UTF-8", parser.rest.contains(where: { $0.isBeyondASCII })
        {
            if parser.rest.contains(UInt8(ascii: "+")) { throw .badSyntax }
        } else {
            guard try xtext(parser.rest).allSatisfy({ $0.isPrintableOrTab }) else {
                throw .badSyntax
            }
        }
        return "ORCPT=\(String(decoding: value, as: UTF8.self))"
    }
}

extension UInt8 {
    /// RFC 3461 §4.2 and §4.4: what xtext stands for has graphic characters and white space alone, as
    /// it has to have a place in a report.
    fileprivate var isPrintableOrTab: Bool { isPrintable || self == .tab }
}
