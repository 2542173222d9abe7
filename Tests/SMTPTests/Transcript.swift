import SMTP
import Testing

/// A dialogue as text, run against a session whole and again one octet at a time.
///
/// Each line begins with what it is:
/// - `C: ` a command line, sent with CRLF; `c: ` the same without, with the escapes `\r`, `\n`,
///   `\t`, `\0`, `\\` and `\xNN`
/// - `S: ` a line of a reply; `S: @plain`, where TLS is optional `S: @plain+chunking`, `S: @tls`
///   and, where there is no TLS, `S: @unavailable` stand for the reply to EHLO; `S: @tls AUTH PLAIN`
///   and its like stand for those with a line for AUTH
/// - `! ` an action: `startTLS`, `check <a@b>`, `auth MECHANISM "initial response"`,
///   `respond "text"`, `forget` (the exchange), `begin`, `append "text"`, `commit`, `abandon`,
///   `close`, `chaos sender <a@b>`; what is appended in a row counts as one, and
///   what is abandoned again as nothing
/// - `? ` an event that is told to the session: `tls MECHANISMS`, `challenge TEXT`,
///   `authenticated`, `denied`, `stored NAME`, `dropped`, `failed full|other`, `allowed`, `refused`,
///   `chaos nothing|drop`, `chaos POINT CODE TEXT`, `timeout`, `terminate`, `gone`
/// - `# ` a comment
struct Transcript {
    /// What is put in, and what must come out before anything more is put in.
    private struct Exchange {
        var octets: [UInt8] = []
        var event: Substring?
        var expected: [String] = []
    }

    private let exchanges: [Exchange]

    init(_ text: String) {
        var exchanges = [Exchange()]
        for line in text.split(separator: "\n") {
            let content = line.dropFirst(3)
            switch line.prefix(2) {
            case "C:", "c:":
                if exchanges.last?.expected.isEmpty == false || exchanges.last?.event != nil {
                    exchanges.append(Exchange())
                }
                let octets =
                    line.hasPrefix("C") ? Array(content.utf8) + [13, 10] : unescape(content)
                exchanges[exchanges.count - 1].octets += octets
            case "? ":
                exchanges.append(Exchange(event: line.dropFirst(2)))
            case "S:":
                exchanges[exchanges.count - 1].expected += expand(content)
            case "! ":
                exchanges[exchanges.count - 1].expected.append(String(line))
            case "# ": continue
            default: Issue.record("not a line of a transcript: \(line)")
            }
        }
        self.exchanges = exchanges
    }

    /// Runs the dialogue both ways with sessions made from the configuration.
    func run(
        _ configuration: Session.Configuration = .test(), offers size: String = "SIZE 52428800",
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        run(Session(configuration), size, stride: .max, sourceLocation)
        run(Session(configuration), size, stride: 1, sourceLocation)
    }

    private func run(
        _ session: Session, _ size: String, stride: Int, _ sourceLocation: SourceLocation
    ) {
        var session = session
        for exchange in exchanges {
            if let event = exchange.event { session.tell(event) }
            var seen = session.drain()
            for start in Swift.stride(from: 0, to: exchange.octets.count, by: min(stride, 1 << 30))
            {
                let end = min(exchange.octets.count, start + min(stride, 1 << 30))
                session.receive(exchange.octets[start..<end].span)
                seen += session.drain()
            }
            let lines = render(seen).map { $0.replacing(size, with: "SIZE 52428800") }
            #expect(
                lines == exchange.expected,
                "after \(String(decoding: exchange.octets.suffix(200), as: UTF8.self).debugDescription), \(stride) at a time",
                sourceLocation: sourceLocation)
            if lines != exchange.expected { return }
        }
    }
}

private func expand(_ content: Substring) -> [String] {
    let common = [
        "mx.example", "SIZE 52428800", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "PIPELINING",
        "LIMITS RCPTMAX=100",
    ]
    let auth = content.firstRange(of: " AUTH ").map {
        [String(content[$0.lowerBound...].dropFirst())]
    }
    let lines =
        switch content.prefix(while: { $0 != " " }) {
        case "@plain": common + ["STARTTLS"] + (auth ?? [])
        case "@plain+chunking": common + ["STARTTLS"] + (auth ?? []) + ["CHUNKING"]
        case "@tls", "@unavailable": common + (auth ?? []) + ["CHUNKING"]
        default: [String]()
        }
    if lines.isEmpty { return [String(content)] }
    return lines.dropLast().map { "250-\($0)" } + ["250 \(lines[lines.count - 1])"]
}

func unescape(_ text: some StringProtocol) -> [UInt8] {
    var octets: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let octet = rest.popFirst() {
        guard octet == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
            octets.append(octet)
            continue
        }
        switch escape {
        case UInt8(ascii: "r"): octets.append(13)
        case UInt8(ascii: "n"): octets.append(10)
        case UInt8(ascii: "t"): octets.append(9)
        case UInt8(ascii: "0"): octets.append(0)
        case UInt8(ascii: "x"):
            octets.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        default: octets.append(escape)
        }
    }
    return octets
}
