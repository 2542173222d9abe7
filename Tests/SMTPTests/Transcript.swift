import SMTP
import Testing

/// A dialogue as text, run against a session whole and again one octet at a time.
///
/// Each line begins with what it is:
/// - `C: ` a command line, sent with CRLF; `c: ` the same without, with the escapes `\r`, `\n`,
///   `\t`, `\0`, `\\` and `\xNN`
/// - `S: ` a line of a reply; `S: @plain` and `S: @tls` stand for the reply to EHLO
/// - `! ` an action: `startTLS`, `check <a@b>`, `begin`, `append "text"`, `commit`, `abandon`,
///   `close`; what is appended in a row counts as one
/// - `? ` an event that is told to the session: `tls`, `stored NAME`, `failed full|other`,
///   `allowed`, `refused`, `timeout`, `terminate`, `gone`
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
        _ configuration: Session.Configuration = .test(),
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        run(Session(configuration), stride: .max, sourceLocation)
        run(Session(configuration), stride: 1, sourceLocation)
    }

    private func run(_ session: Session, stride: Int, _ sourceLocation: SourceLocation) {
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
            let lines = render(seen)
            #expect(
                lines == exchange.expected,
                "after \(String(decoding: exchange.octets.suffix(200), as: UTF8.self).debugDescription), \(stride) at a time",
                sourceLocation: sourceLocation)
            if lines != exchange.expected { return }
        }
    }
}

extension Session.Configuration {
    static func test(
        _ tls: TLS = .required, _ change: (inout Session.Configuration) -> Void = { _ in }
    ) -> Session.Configuration {
        var configuration = Session.Configuration(hostname: "mx.example", tls: tls)
        change(&configuration)
        return configuration
    }
}

extension Session {
    /// All actions up to the point where the session wants input or an event.
    mutating func drain() -> [Action] {
        var actions: [Action] = []
        while let action = next() { actions.append(action) }
        return actions
    }

    mutating func send(_ octets: some Sequence<UInt8>) -> [Action] {
        receive(Array(octets).span)
        return drain()
    }

    mutating func send(_ text: String) -> [Action] {
        send(text.utf8)
    }

    mutating func tell(_ event: Substring) {
        let words = event.split(separator: " ")
        switch words[0] {
        case "tls": tlsEstablished()
        case "stored": messageStored(as: String(words[1]))
        case "failed": storingFailed(words[1] == "full" ? .full : .other)
        case "allowed": recipientChecked(isAllowed: true)
        case "refused": recipientChecked(isAllowed: false)
        case "timeout": timedOut()
        case "terminate": terminated()
        case "gone": disconnected()
        default: Issue.record("not an event: \(event)")
        }
    }
}

/// The actions as lines of a transcript; reports are left out, as tests of their own look at them.
func render(_ actions: [Action]) -> [String] {
    var lines: [String] = []
    var appended: [UInt8] = []
    for action in actions {
        if case .appendMessage(let octets) = action {
            appended += octets
            continue
        }
        if case .report = action { continue }
        if !appended.isEmpty {
            lines.append("! append \(String(decoding: appended, as: UTF8.self).debugDescription)")
            appended = []
        }
        switch action {
        case .reply(let reply):
            var octets: [UInt8] = []
            reply.append(to: &octets)
            lines += String(decoding: octets, as: UTF8.self).split(separator: "\r\n").map(
                String.init)
        case .startTLS: lines.append("! startTLS")
        case .checkRecipient(let path): lines.append("! check <\(path.text)>")
        case .beginMessage: lines.append("! begin")
        case .commitMessage: lines.append("! commit")
        case .abandonMessage: lines.append("! abandon")
        case .close: lines.append("! close")
        case .appendMessage, .report: break
        }
    }
    if !appended.isEmpty {
        lines.append("! append \(String(decoding: appended, as: UTF8.self).debugDescription)")
    }
    return lines
}

private func expand(_ content: Substring) -> [String] {
    let common = [
        "mx.example", "SIZE 52428800", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "PIPELINING",
        "LIMITS RCPTMAX=100",
    ]
    let lines =
        switch content {
        case "@plain": common + ["STARTTLS"]
        case "@tls": common + ["CHUNKING"]
        default: [String]()
        }
    if lines.isEmpty { return [String(content)] }
    return lines.dropLast().map { "250-\($0)" } + ["250 \(lines[lines.count - 1])"]
}

private func unescape(_ text: Substring) -> [UInt8] {
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
