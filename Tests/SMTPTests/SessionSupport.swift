import SMTP
import Testing

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
    /// A session in plaintext that has read `lines` already, each sent with CRLF.
    static func plain(
        _ lines: String..., configuration: Configuration = .test(.unavailable)
    ) -> Session {
        var session = Session(configuration)
        _ = session.drain()
        for line in lines { _ = session.send(line + "\r\n") }
        return session
    }

    /// A session that has gone through STARTTLS and has read `lines` since.
    static func inTLS(_ lines: String..., configuration: Configuration = .test()) -> Session {
        var session = Session(configuration)
        _ = session.drain()
        _ = session.send("STARTTLS\r\n")
        session.tlsEstablished()
        for line in lines { _ = session.send(line + "\r\n") }
        return session
    }

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

    /// Sends octets, stores what comes of them, and returns the replies as text without line ends.
    mutating func replies(to octets: some Sequence<UInt8>) -> [String] {
        var actions = send(octets)
        while actions.contains(.commitMessage), !isAnswered(actions) {
            messageStored(as: "N")
            actions += drain()
        }
        return render(actions).filter { !$0.hasPrefix("! ") }
    }

    mutating func replies(to text: String) -> [String] {
        replies(to: text.utf8)
    }

    private func isAnswered(_ actions: [Action]) -> Bool {
        actions.suffix(from: actions.lastIndex(of: .commitMessage) ?? 0).contains {
            if case .reply = $0 { true } else { false }
        }
    }

    mutating func tell(_ event: Substring) {
        let words = event.split(separator: " ")
        switch words[0] {
        case "tls": tlsEstablished(mechanisms: words.dropFirst().map(String.init))
        case "challenge": authenticationChallenged(with: unescape(event.dropFirst(10)))
        case "authenticated": authenticationSucceeded()
        case "denied": authenticationFailed()
        case "stored": messageStored(as: String(words[1]))
        case "dropped": messageStored(as: nil)
        case "failed": storingFailed(words[1] == "full" ? .full : .other)
        case "allowed": recipientChecked(isAllowed: true)
        case "refused": recipientChecked(isAllowed: false)
        case "chaos":
            switch words[1] {
            case "nothing": permitted()
            case "drop": disconnected(.givenUp)
            default:
                guard let point = ChaosPoint(rawValue: String(words[1])), let code = Int(words[2])
                else { break }
                let text = words.dropFirst(3).joined(separator: " ")
                refused(with: .chaos(code, at: point, saying: text.isEmpty ? nil : text))
            }
        case "timeout": timedOut()
        case "terminate": terminated()
        case "gone": disconnected()
        default: Issue.record("not an event: \(event)")
        }
    }
}

/// What was handed out in all, so that it does not matter how it was cut: appends in a row are one,
/// and those to a message that was abandoned are none.
func joined(_ actions: [Action]) -> [Action] {
    var result: [Action] = []
    var begin = 0
    for action in actions {
        switch action {
        case .appendMessage(let octets):
            if case .appendMessage(let before) = result.last {
                result[result.count - 1] = .appendMessage(before + octets)
            } else {
                result.append(action)
            }
        case .beginMessage:
            begin = result.count
            result.append(action)
        case .abandonMessage:
            result[begin...].removeAll { if case .appendMessage = $0 { true } else { false } }
            result.append(action)
        default:
            result.append(action)
        }
    }
    return result
}

/// The actions as lines of a transcript; reports and findings are left out, as tests of their own
/// look at them.
func render(_ actions: [Action]) -> [String] {
    var lines: [String] = []
    for action in joined(actions.filter { if case .report = $0 { false } else { true } }) {
        switch action {
        case .reply(let reply):
            var octets: [UInt8] = []
            reply.append(to: &octets)
            lines += String(decoding: octets, as: UTF8.self).split(separator: "\r\n").map { line in
                String(
                    line.prefix(
                        upTo: line.firstRange(of: " (findings: ")?.lowerBound ?? line.endIndex))
            }
        case .startTLS: lines.append("! startTLS")
        case .ask(let point, let addresses):
            lines.append("! chaos \(point.rawValue)\(addresses.map { " <\($0)>" }.joined())")
        case .checkRecipient(let path): lines.append("! check <\(path.text)>")
        case .beginAuthentication(let mechanism, let response):
            let text = response.map { " " + String(decoding: $0, as: UTF8.self).debugDescription }
            lines.append("! auth \(mechanism)\(text ?? "")")
        case .continueAuthentication(let response):
            lines.append("! respond \(String(decoding: response, as: UTF8.self).debugDescription)")
        case .abandonAuthentication: lines.append("! forget")
        case .beginMessage: lines.append("! begin")
        case .appendMessage(let octets):
            let text = String(decoding: octets, as: UTF8.self)
            lines.append("! append \(text.debugDescription)")
        case .commitMessage: lines.append("! commit")
        case .abandonMessage: lines.append("! abandon")
        case .report: break
        case .close: lines.append("! close")
        }
    }
    return lines
}

/// The incidents among the actions.
func reports(_ actions: [Action]) -> [Incident] {
    actions.compactMap { if case .report(let incident) = $0 { incident } else { nil } }
}

/// The octets of all messages among the actions.
func stored(_ actions: [Action]) -> [UInt8] {
    actions.flatMap { if case .appendMessage(let octets) = $0 { octets } else { [UInt8]() } }
}

extension DeliveryHeader {
    var text: String { String(decoding: octets, as: UTF8.self) }
}
