import SMTP
import Testing

/// The replies that the specification names, a test a row or so.
@Suite struct ReplyTests {
    @Test func `the greeting has the label, if there is one`() {
        Transcript("S: 220 mx.example ESMTP Mailpit").run()
        Transcript("S: 220 mx.example ESMTP Mailpit (lab 1)").run(.test { $0.label = "lab 1" })
    }

    @Test func `HELO gets one line`() {
        Transcript(
            """
            S: 220 mx.example ESMTP Mailpit
            C: HELO client.example
            S: 250 mx.example
            """
        ).run(.test(.unavailable))
    }

    @Test func `without a limit SIZE is offered without a number`() {
        var session = Session.plain(
            configuration: .test(.unavailable) { $0.limits.messageOctets = nil })
        #expect(
            session.replies(to: "EHLO x\r\n") == [
                "250-mx.example", "250-SIZE", "250-8BITMIME", "250-SMTPUTF8",
                "250-ENHANCEDSTATUSCODES", "250-PIPELINING", "250-LIMITS RCPTMAX=100",
                "250 CHUNKING",
            ])
    }

    @Test func `where TLS is optional it is offered, and CHUNKING too`() {
        var session = Session.plain(
            configuration: .test(.optional) { $0.limits.recipients = 7 })
        #expect(
            session.replies(to: "ehlo x\r\n").suffix(3) == [
                "250-LIMITS RCPTMAX=7", "250-STARTTLS", "250 CHUNKING",
            ])
        #expect(session.replies(to: "MAIL FROM:<>\r\n") == ["250 2.1.0 Ok"])
    }

    @Test(arguments: [
        ("XYZZY", "500 5.5.2 Command not recognized"),
        ("", "500 5.5.2 Command not recognized"),
        (" NOOP", "500 5.5.2 Command not recognized"),
        ("NOOP\r", "500 5.5.2 Command not recognized"),
        ("STARTTLSX", "500 5.5.2 Command not recognized"),
        ("EXPN list", "502 5.5.1 Command not implemented"),
        ("VRFY someone", "252 2.0.0 Cannot verify the user"),
        ("HELP", "214 2.0.0 See RFC 5321; EHLO lists what is offered"),
        ("NOOP", "250 2.0.0 Ok"),
        ("nOoP and more", "250 2.0.0 Ok"),
        ("NOOP \t ", "250 2.0.0 Ok"),
        ("NOOP a\u{0}b", "501 5.5.4 Syntax error in parameters or arguments"),
        ("NOOP a\rb", "501 5.5.4 Syntax error in parameters or arguments"),
        ("RSET", "250 2.0.0 Ok"),
        ("RSET now", "501 5.5.4 Syntax error in parameters or arguments"),
        ("QUIT now", "501 5.5.4 Syntax error in parameters or arguments"),
        ("EHLO", "501 5.5.4 Syntax error in parameters or arguments"),
        ("MAIL", "501 5.5.4 Syntax error in parameters or arguments"),
        ("MAIL TO:<a@b>", "501 5.5.4 Syntax error in parameters or arguments"),
        ("RCPT TO:<a@b>", "503 5.5.1 Send MAIL first"),
        ("DATA", "503 5.5.1 Send MAIL first"),
        ("STARTTLS", "502 5.5.1 STARTTLS is not available"),
    ])
    func `a command in a session that is ready`(line: String, reply: String) {
        var session = Session.plain("EHLO client.example")
        #expect(session.replies(to: line + "\r\n") == [reply])
    }

    @Test func `DATA takes no parameters`() {
        var session = Session.plain("EHLO x", "MAIL FROM:<>", "RCPT TO:<a@b>")
        #expect(
            session.replies(to: "DATA now\r\n")
                == ["501 5.5.4 Syntax error in parameters or arguments"])
        #expect(
            session.replies(to: "DATA \r\n") == ["354 End data with <CR><LF>.<CR><LF>"])
    }

    @Test(arguments: ["GET / HTTP/1.1", "POST /a b HTTP/1.0", "OPTIONS * HTTP/1.1"])
    func `an HTTP request ends the session`(line: String) {
        Transcript(
            """
            S: 220 mx.example ESMTP Mailpit
            C: \(line)
            C: NOOP
            S: 421 4.7.0 This is no web server
            ! close
            """
        ).run(.test(.unavailable))
    }

    @Test func `QUIT ends the session, and nothing behind it is run`() {
        Transcript(
            """
            S: 220 mx.example ESMTP Mailpit
            C: QUIT
            C: NOOP
            S: 221 2.0.0 Bye
            ! close
            """
        ).run()
    }

    @Test func `a recipient may be refused or dropped`() {
        let dialogue = """
            S: 220 mx.example ESMTP Mailpit
            C: EHLO x
            C: MAIL FROM:<>
            C: RCPT TO:<a@b>
            S: @unavailable
            S: 250 2.1.0 Ok
            ! check <a@b>
            ? refused

            """
        Transcript(
            dialogue + """
                S: 550 5.1.1 Recipient not allowed
                C: DATA
                S: 503 5.5.1 Send RCPT first
                C: RCPT TO:<c@d>
                ! check <c@d>
                ? allowed
                S: 250 2.1.5 Ok
                C: DATA
                ! begin
                S: 354 End data with <CR><LF>.<CR><LF>
                """
        ).run(.test(.unavailable) { $0.recipients = .checkedRefusingOthers })
        Transcript(
            dialogue + """
                S: 250 2.1.5 Ok
                C: DATA
                C: text
                C: .
                S: 354 End data with <CR><LF>.<CR><LF>
                S: 250 2.0.0 Ok: queued
                """
        ).run(.test(.unavailable) { $0.recipients = .checkedDroppingOthers })
    }

    @Test func `a deadline, a signal and a lost client end the session`() {
        let dialogue = """
            S: 220 mx.example ESMTP Mailpit
            C: EHLO x
            C: MAIL FROM:<>
            C: RCPT TO:<a@b>
            C: DATA
            C: a:
            S: @unavailable
            S: 250 2.1.0 Ok
            S: 250 2.1.5 Ok
            ! begin
            S: 354 End data with <CR><LF>.<CR><LF>

            """
        for (event, reply) in [
            ("timeout", "S: 421 4.4.2 Timeout\n"), ("terminate", "S: 421 4.3.2 Shutting down\n"),
            ("gone", ""),
        ] {
            var text = dialogue
            text += "! append \"a:\\n\"\n? \(event)\n! abandon\n\(reply)! close\nC: NOOP"
            Transcript(text).run(.test(.unavailable))
        }
    }

    @Test func `what the client says comes back in no reply`() {
        var session = Session.plain(
            configuration: .test(.unavailable) { $0.recipients = .checkedRefusingOthers })
        var replies: [String] = []
        for line in [
            "EHLO zzz", "HELO zzz", "ZZZ", "VRFY zzz", "NOOP zzz", "MAIL FROM:<zzz>",
            "MAIL FROM:<zzz@zzz> ZZZ=zzz", "MAIL FROM:<zzz@zzz>", "RCPT TO:<zzz@zzz>",
        ] {
            replies += session.replies(to: line + "\r\n")
        }
        session.recipientChecked(isAllowed: false)
        replies += render(session.drain())
        #expect(replies.count == 16)
        #expect(!replies.contains { $0.lowercased().contains("zzz") })
    }
}
