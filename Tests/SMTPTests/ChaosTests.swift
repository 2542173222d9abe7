import SMTP
import Testing

/// What a session does about failures that are made on purpose.
@Suite struct ChaosTests {
    func run(
        _ text: String, _ tls: Session.Configuration.TLS = .required, _ points: ChaosPoint...,
        recipients: Session.Configuration.Recipients = .all,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        Transcript(text).run(
            .test(tls) {
                $0.chaos = points
                $0.recipients = recipients
            }, sourceLocation: sourceLocation)
    }

    static let greeted = "S: 220 mx.example ESMTP Mailpit\n"
    static let inTransaction =
        greeted + """
            C: EHLO x
            C: MAIL FROM:<>
            C: RCPT TO:<a@b>
            S: @unavailable
            S: 250 2.1.0 Ok
            S: 250 2.1.5 Ok

            """

    @Test func `nobody is asked where nothing can happen`() {
        run(Self.inTransaction + "C: QUIT\nS: 221 2.0.0 Bye\n! close", .unavailable)
        run(Self.greeted + "C: STARTTLS\nS: 220 2.0.0 Ready to start TLS\n! startTLS")
        var session = Session.plain()
        session.permitted()
        session.refused(with: .chaos(421, at: .connection))
        #expect(session.drain() == [])
    }

    @Test func `a reply may stand in place of the greeting`() {
        run("! chaos connection\n? chaos nothing\n" + Self.greeted, .required, .connection)
        run(
            "! chaos connection\n? chaos connection 421\nS: 421 4.3.2 Chaos connection error\n! close",
            .required, .connection)
        run(
            "! chaos connection\n? chaos connection 554\nS: 554 5.3.2 Chaos connection error\n! close",
            .required, .connection)
        run("! chaos connection\n? chaos drop\n! close", .required, .connection)
        run(
            "! startTLS\n? tls\n! chaos connection\n? chaos connection 421\nS: 421 4.3.2 Chaos connection error\n"
                + "! close", .implicit, .connection)
    }

    @Test func `what comes before the greeting is known to stand waits`() {
        run(
            "C: EHLO x\n! chaos connection\n? chaos nothing\n" + Self.greeted + "S: @unavailable",
            .unavailable, .connection)
    }

    @Test func `STARTTLS may be refused, and what is behind it are commands then`() {
        run(
            Self.greeted + """
                C: STARTTLS
                C: NOOP
                ! chaos starttls
                ? chaos starttls 454
                S: 454 4.7.0 Chaos starttls error
                S: 250 2.0.0 Ok
                C: STARTTLS
                ! chaos starttls
                ? chaos nothing
                S: 220 2.0.0 Ready to start TLS
                ! startTLS
                """, .required, .startTLS)
        run(
            Self.greeted + "C: STARTTLS\n! chaos starttls\n? chaos drop\n! close", .required,
            .startTLS)
    }

    @Test func `what is behind a STARTTLS that is granted is still an injection`() {
        run(
            Self.greeted + """
                c: STARTTLS\\r\\nN
                ! chaos starttls
                ? chaos nothing
                S: 554 5.5.0 Nothing may follow STARTTLS
                ! close
                """, .required, .startTLS)
    }

    @Test func `a handshake that is not made ends the session without a word`() {
        run("! startTLS\n? chaos drop\n! close", .implicit)
        run(
            Self.greeted + "C: STARTTLS\nS: 220 2.0.0 Ready to start TLS\n! startTLS\n"
                + "? chaos drop\n! close")
    }

    @Test func `who strips STARTTLS does so all along`() {
        let plain = """
            S: 250-mx.example
            S: 250-SIZE 52428800
            S: 250-8BITMIME
            S: 250-SMTPUTF8
            S: 250-ENHANCEDSTATUSCODES
            S: 250-PIPELINING
            S: 250-LIMITS RCPTMAX=100
            S: 250 AUTH PLAIN LOGIN

            """
        let rest = """
            C: STARTTLS
            S: 502 5.5.1 Chaos strip error
            C: MAIL FROM:<>
            C: RSET
            C: AUTH PLAIN
            S: 530 5.7.0 Must issue a STARTTLS command first
            S: 530 5.7.0 Must issue a STARTTLS command first
            S: 530 5.7.0 Must issue a STARTTLS command first
            C: EHLO y

            """
        run(
            Self.greeted + "C: EHLO x\n! chaos strip\n? chaos strip 502\n" + plain + rest + plain,
            .required, .strip)
        run(
            Self.greeted + "C: STARTTLS\n! chaos strip\n? chaos strip 502\n"
                + rest.split(separator: "\n").dropFirst().joined(separator: "\n") + "\n" + plain,
            .required, .strip)
        run(
            Self.greeted + "C: EHLO x\n! chaos strip\n? chaos nothing\nS: @plain\nC: STARTTLS\n"
                + "S: 220 2.0.0 Ready to start TLS\n! startTLS", .required, .strip)
        run(
            Self.greeted + "C: STARTTLS\n! chaos strip\n? chaos nothing\n"
                + "S: 220 2.0.0 Ready to start TLS\n! startTLS", .required, .strip)
        run(Self.greeted + "C: EHLO x\n! chaos strip\n? chaos drop\n! close", .required, .strip)
    }

    @Test func `who strips STARTTLS asks for the password, and gets none to read`() {
        let session =
            Self.greeted + """
                C: EHLO x
                ! chaos strip
                ? chaos strip 502
                S: 250-mx.example
                S: 250-SIZE 52428800
                S: 250-8BITMIME
                S: 250-SMTPUTF8
                S: 250-ENHANCEDSTATUSCODES
                S: 250-PIPELINING
                S: 250-LIMITS RCPTMAX=100

                """
        let login = """
            C: AUTH PLAIN AGpvZQBwZW5jaWw=
            S: 530 5.7.0 Must issue a STARTTLS command first
            C: AUTH LOGIN
            S: 530 5.7.0 Must issue a STARTTLS command first
            """
        Transcript(session + "S: 250 AUTH SCRAM-SHA-256 PLAIN\n" + login).run(
            .test(.required) {
                $0.chaos = [.strip]
                $0.authentication = .required
                $0.mechanismsWhereStripped = ["SCRAM-SHA-256", "PLAIN"]
            })
        // Nor where it may be sent without TLS, or there is no AUTH at all.
        for authentication in [Session.Configuration.Authentication.optional, .unavailable] {
            Transcript(session + "S: 250-AUTH PLAIN LOGIN\nS: 250 CHUNKING\n" + login).run(
                .test(.optional) {
                    $0.chaos = [.strip]
                    $0.authentication = authentication
                    $0.plaintextMechanisms = ["LOGIN"]
                })
        }
        var other = Session(.test { $0.chaos = [.strip] })
        _ = other.send("EHLO x\r\n")
        other.refused(with: .chaos(502, at: .strip))
        _ = other.send("AUTH LOGIN\r\n")
        #expect(other.allFindings == FindingSet(.ehloNotFQDN, .authBeforeTLS))
    }

    @Test func `STARTTLS that is stripped gets the code of the trigger`() {
        for asked in ["STARTTLS", "EHLO x"] {
            var session = Session(.test { $0.chaos = [.strip] })
            _ = session.drain()
            _ = session.send("\(asked)\r\n")
            session.refused(with: .chaos(454, at: .strip))
            var seen = render(session.drain())
            if asked != "STARTTLS" { seen = session.replies(to: "STARTTLS\r\n") }
            #expect(seen == ["454 4.5.1 Chaos strip error"])
        }
    }

    @Test func `EHLO may be refused where HELO is not`() {
        run(
            Self.greeted + """
                C: EHLO x
                C: NOOP
                ! chaos hello
                ? chaos hello 502
                S: 502 5.5.1 Chaos hello error
                S: 250 2.0.0 Ok
                C: MAIL FROM:<>
                S: 503 5.5.1 Send EHLO first
                C: HELO x
                S: 250 mx.example
                C: MAIL FROM:<>
                S: 250 2.1.0 Ok
                C: EHLO y
                ! chaos hello
                ? chaos hello 451
                S: 451 4.5.1 Chaos hello error
                # RFC 5321 §4.1.4: the state is the one before.
                C: RCPT TO:<a@b>
                S: 250 2.1.5 Ok
                C: EHLO y
                ! chaos hello
                ? chaos nothing
                S: @unavailable
                C: RCPT TO:<a@b>
                S: 503 5.5.1 Send MAIL first
                C: EHLO
                S: 501 5.5.4 Syntax error in parameters or arguments
                """, .unavailable, .hello)
        run(Self.greeted + "C: EHLO x\n! chaos hello\n? chaos drop\n! close", .required, .hello)
        run(
            Self.greeted + """
                C: EHLO x
                ! chaos hello
                ? chaos nothing
                ! chaos strip
                ? chaos nothing
                S: @plain
                C: HELO x
                S: 530 5.7.0 Must issue a STARTTLS command first
                """, .required, .hello, .strip)
    }

    @Test func `a chunk under way survives an EHLO that is refused`() {
        run(
            Self.greeted + """
                C: EHLO x
                C: MAIL FROM:<>
                C: RCPT TO:<a@b>
                ! chaos hello
                ? chaos nothing
                S: @unavailable
                S: 250 2.1.0 Ok
                S: 250 2.1.5 Ok
                c: BDAT 2\\r\\na:EHLO x\\r\\n
                ! begin
                ! append "a:"
                S: 250 2.0.0 Ok
                ! chaos hello
                ? chaos hello 500
                S: 500 5.5.1 Chaos hello error
                c: BDAT 2 LAST\\r\\n\\r\\n
                ! append "\\n"
                ! commit
                ? stored N
                S: 250 2.0.0 Ok: queued as N
                """, .unavailable, .hello)
    }

    @Test(arguments: [
        ("5.1.1 No such user", "550 5.1.1 No such user"),
        ("No such user", "550 5.1.0 No such user"),
        ("4.7.28 Slow down", "550 4.7.28 Slow down"), ("5.1.1", "550 5.1.1"),
        ("5.1 x", "550 5.1.0 5.1 x"), ("5.1.1.1 x", "550 5.1.0 5.1.1.1 x"),
        ("5.1234.1 x", "550 5.1.0 5.1234.1 x"), ("5..1 x", "550 5.1.0 5..1 x"),
        ("3.1.1 x", "550 5.1.0 3.1.1 x"), ("5.1.1: x", "550 5.1.0 5.1.1: x"), ("", "550 5.1.0 "),
    ]) func `a failure may have a text of its own`(text: String, reply: String) {
        #expect("\(Reply.chaos(550, at: .recipient, saying: text))" == reply)
    }

    @Test func `where there is no STARTTLS there is none to strip`() {
        run(Self.inTransaction, .unavailable, .strip, .startTLS)
        run(Self.greeted + "C: HELO x\nS: 250 mx.example", .optional, .strip)
    }
}
