import TestSupport

/// A file of the Maildir, taken apart.
struct StoredMessage {
    let name: String
    let octets: [UInt8]

    /// What delivery put before the message.
    struct Trace {
        let sender: String
        /// In one line.
        let recipients: String
        let helo: String
        /// What is in parentheses behind it.
        let origin: String
        let host: String
        let with: String
        let id: String
        /// The one recipient that is named, and the cipher suite.
        let recipient: String?
        let cipherSuite: String?
        let findings: String?
        /// What the comment says of who has authenticated.
        let login: String?
    }

    /// The fields and what is behind them; nil where the beginning is anything else.
    var parts: (trace: Trace, message: [UInt8])? {
        let text = String(
            decoding: octets.map { $0 < 0x80 ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
        let pattern =
            #/
              Return-Path:\ <(?<sender>[^>\n]*)>\n
              Envelope-To:(?<recipients>(?:\ <[^>\n]+>,?|\n\ \ \ )+)\n
              Received:\ from\ (?<helo>\S+)\ \((?<origin>[^)\n]+)\)\ by\ (?<host>\S+)\ \(Mailpit\)
              \ with\ (?<with>[A-Z0-9]+)\ id\ (?<id>[^\s;]+)
              (?:\n\ \ \ \ \((?<login>authenticated\ [^\n]+)\))?
              (?:;\n\ \ \ \ |\n\ \ \ (?:\ for\ <(?<recipient>[^>\n]+)>)?
              (?:\ tls\ (?<cipher>TLS_[A-Z0-9_]+))?;\ )
              [A-Z][a-z]{2},\ \d{1,2}\ [A-Z][a-z]{2}\ \d{4}\ \d\d:\d\d:\d\d\ [+\-]\d{4}\n
              (?:X-Mailpit-Findings:(?<findings>[^\n]*)\n)?
            /#
        guard let match = text.prefixMatch(of: pattern) else { return nil }
        let trace = Trace(
            sender: String(match.sender), recipients: Self.unfolded(match.recipients),
            helo: String(match.helo), origin: String(match.origin), host: String(match.host),
            with: String(match.with), id: String(match.id),
            recipient: match.recipient.map { String($0) },
            cipherSuite: match.cipher.map { String($0) },
            findings: match.findings.map { String($0) }, login: match.login.map { String($0) })
        return (trace, Array(octets.dropFirst(match.range.upperBound.utf16Offset(in: text))))
    }

    var trace: Trace? { parts?.trace }

    /// What the client sent, as it stands in the file.
    var message: [UInt8]? { parts?.message }

    /// Where the file stops being a trace header and these octets, in a few words; nil where it
    /// does not.
    func differsFrom(_ expected: [UInt8]) -> String? {
        guard let message else { return "no trace header: \(Self.excerpt(octets, from: 0))" }
        if message == expected { return nil }
        let place = zip(message, expected).enumerated().first { $1.0 != $1.1 }?.offset
        let index = place ?? min(message.count, expected.count)
        return "at \(index) of \(message.count): \(Self.excerpt(message, from: index)) where "
            + "\(Self.excerpt(expected, from: index)) of \(expected.count) was expected"
    }

    private static func excerpt(_ octets: [UInt8], from index: Int) -> String {
        String(decoding: octets.dropFirst(index).prefix(60), as: UTF8.self).debugDescription
    }

    /// Whether the name is a unique one of maildir(5) and its sizes are those of the file.
    var hasSoundName: Bool {
        let pattern =
            #/(\d+\.M\d{6}P\d+V[0-9a-f]+I[0-9a-f]+Q\d+R[0-9a-f]{16}\.[^,]+),S=(\d+),W=(\d+)/#
        guard let match = name.wholeMatch(of: pattern) else { return false }
        let lineEnds = zip([0] + octets, octets).count { $1 == 10 && $0 != 13 }
        return Int(match.2) == octets.count && Int(match.3) == octets.count + lineEnds
            && trace?.id == String(match.1)
    }

    private static func unfolded(_ text: Substring) -> String {
        text.split(whereSeparator: { $0 == " " || $0 == "\n" }).joined(separator: " ")
    }
}

extension Mailpit {
    /// The stored messages in the order of their names.
    var messages: [StoredMessage] {
        (stored ?? []).map {
            StoredMessage(name: $0, octets: octetsOfFile("\(maildir)/new/\($0)") ?? [])
        }
    }
}
