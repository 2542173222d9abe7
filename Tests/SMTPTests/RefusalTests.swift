import Testing

@testable import SMTP

/// What the log learns of a command that was refused.
@Suite struct RefusalTests {
    private func refusals(_ actions: [Action]) -> [(reply: Reply, command: RefusedCommand?)] {
        reports(actions).compactMap { incident in
            guard case .commandRejected(let reply, let command) = incident else { return nil }
            return (reply, command)
        }
    }

    /// The only refusal that a line leads to.
    private func refusal(_ line: String, _ session: Session) -> RefusedCommand? {
        var session = session
        let found = refusals(session.send(line + "\r\n"))
        #expect(found.count == 1, "\(line): \(found)")
        return found.first?.command
    }

    static let lines: [(String, RefusedCommand)] = [
        ("MAIL FROM:<a@b.example>", .mail(from: "a@b.example")),
        ("mail from: <a@b.example> X=y", .mail(from: "a@b.example")),
        ("MAIL FROM:<>", .mail(from: "")), ("MAIL FROM:<@c,@d:a@b>", .mail(from: "a@b")),
        ("MAIL", .mail(from: nil)), ("MAIL FROM:a", .mail(from: nil)),
        ("MAIL FROM:<a b@c>", .mail(from: nil)), ("MAIL TO:<a@b>", .mail(from: nil)),
        ("RCPT TO:<a@b.example>", .rcpt(to: "a@b.example")),
        ("RCPT TO:<postmaster>", .rcpt(to: "postmaster")),
        ("RCPT TO:<a@b> X", .rcpt(to: "a@b")), ("RCPT TO:<>", .rcpt(to: nil)),
        ("RCPT FROM:<a@b>", .rcpt(to: nil)),
        ("rcpt to:<\"a\\\"; b\"@c>", .rcpt(to: "\"a\\\"; b\"@c")),
        ("AUTH PLAIN AGpvZQBzZWNyZXQ=", .other(verb: "AUTH")), ("auth", .other(verb: "AUTH")),
        ("DATA", .other(verb: "DATA")), ("EXPN secret", .other(verb: "EXPN")),
        ("vrfy \u{1}", .other(verb: "VRFY")), ("RSET x", .other(verb: "RSET")),
        ("HELO", .other(verb: "HELO")), ("BDAT 0", .other(verb: "BDAT")),
        ("HELP \u{1}", .other(verb: "HELP")), ("XYZZY secret", .unknown), ("", .unknown),
        ("AGpvZQBzZWNyZXQ=", .unknown), ("GET / HTTP/1.1", .unknown),
    ]

    @Test(arguments: lines) func `is named`(_ line: String, _ command: RefusedCommand) {
        // Before EHLO MAIL comes too early, and so do RCPT, DATA and AUTH.
        #expect(refusal(line, .plain()) == command)
        #expect(refusal(line, .inTLS()) == command)
    }

    @Test(arguments: lines) func `is named before TLS`(_ line: String, _ command: RefusedCommand) {
        let session = Session.plain(configuration: .test(.required))
        #expect(refusal(line, session) == command)
    }

    @Test(arguments: [
        ("STARTTLS x", RefusedCommand.other(verb: "STARTTLS")), ("EHLO", .other(verb: "EHLO")),
        ("NOOP \u{1}", .other(verb: "NOOP")), ("QUIT x", .other(verb: "QUIT")),
        ("BDAT x", .other(verb: "BDAT")), ("BDAT 3\r\nabc", .other(verb: "BDAT")),
    ])
    func `is named whatever its syntax`(_ line: String, _ command: RefusedCommand) {
        var session = Session.plain(configuration: .test(.required))
        #expect(refusals(session.send(line + "\r\n")).first?.command == command)
    }

    @Test func `is named where somebody else refuses the recipient`() {
        var session = Session.plain(
            "EHLO x", "MAIL FROM:<s@t>",
            configuration: .test(.unavailable) { $0.recipients = .checkedRefusingOthers })
        _ = session.send("RCPT TO:<c@d>\r\n")
        session.recipientChecked(isAllowed: false)
        let found = refusals(session.drain())
        #expect(found.map(\.reply.code) == [550])
        #expect(found.map(\.command) == [.rcpt(to: "c@d")])
    }

    @Test func `is AUTH for all that belongs to it, and of a response nothing is told`() {
        func session() -> Session {
            var session = Session.plain(configuration: .test { $0.authentication = .required })
            _ = session.send("STARTTLS\r\n")
            session.tlsEstablished(mechanisms: ["PLAIN"])
            _ = session.send("EHLO x\r\nAUTH PLAIN\r\n")
            session.authenticationChallenged(with: [])
            _ = session.drain()
            return session
        }
        for response in ["*", "%secret%", String(repeating: "c2VjcmV0", count: 2000)] {
            #expect(refusal(response, session()) == .other(verb: "AUTH"))
        }
        var denied = session()
        _ = denied.send("c2VjcmV0\r\n")
        denied.authenticationFailed()
        #expect(refusals(denied.drain()).map(\.command) == [.other(verb: "AUTH")])
    }

    @Test func `has no name where the line was dropped, nor where the session ends for it`() {
        #expect(refusal(String(repeating: "x", count: 3000), .plain()) == nil)
        var session = Session.plain()
        let found = refusals(session.send(String(repeating: "X\r\n", count: 20)))
        #expect(found.map(\.reply.code) == Array(repeating: 500, count: 20) + [421])
        #expect(found.map(\.command) == Array(repeating: .unknown, count: 20) + [nil])
    }
}
