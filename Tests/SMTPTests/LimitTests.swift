import Testing

@testable import SMTP

@Suite struct LimitTests {
    private func line(_ octets: Int, _ start: String = "NOOP ") -> String {
        start + String(repeating: "x", count: octets - start.utf8.count - 2) + "\r\n"
    }

    @Test(arguments: [
        (2048, "NOOP ", "250 2.0.0 Ok"), (2049, "NOOP ", "500 5.5.2 Line too long"),
        (12288, "AUTH ", "502 5.5.1 Command not implemented"),
        (12289, "AUTH ", "500 5.5.2 Line too long"), (2049, "AUTHX ", "500 5.5.2 Line too long"),
        (65536, "NOOP ", "500 5.5.2 Line too long"),
    ])
    func `a line and the one behind it`(octets: Int, start: String, reply: String) {
        let text = line(octets, start)
        for cut in [1, 9, octets - 2, octets - 1, octets] {
            var session = Session.plain()
            var replies = session.replies(to: text.utf8.prefix(cut))
            replies += session.replies(to: text.utf8.dropFirst(cut))
            #expect(
                replies + session.replies(to: "HELP x\r\n") == [
                    reply, "214 2.0.0 See RFC 5321; EHLO lists what is offered",
                ])
        }
        var session = Session.plain()
        #expect(text.utf8.flatMap { session.replies(to: [$0]) } == [reply])
    }

    @Test func `a line over 64 KiB ends the session, with or without its end`() {
        for text in [line(65537), String(repeating: "x", count: 65537), line(200_000)] {
            var session = Session.plain()
            #expect(render(session.send(text)) == ["421 4.7.0 Line too long", "! close"])
            #expect(session.send("NOOP\r\n") == [])
        }
        var session = Session.plain()
        #expect(session.send(String(repeating: "x", count: 65536)) == [])
    }

    @Test func `an address has 900 octets at most`() {
        for (octets, sender, recipient) in [
            (900, "250 2.1.0 Ok", "250 2.1.5 Ok"),
            (901, "501 5.1.7 Bad sender address syntax", "501 5.1.3 Bad recipient address syntax"),
        ] {
            let address = String(repeating: "x", count: octets - 2) + "@y"
            var session = Session.plain("EHLO x")
            #expect(session.replies(to: "MAIL FROM:<\(address)>\r\n") == [sender])
            session = .plain("EHLO x", "MAIL FROM:<>")
            #expect(session.replies(to: "RCPT TO:<\(address)>\r\n") == [recipient])
            #expect(session.replies(to: "RCPT TO:<@route:\(address)>\r\n") == [recipient])
        }
    }

    @Test func `the hundred-and-first recipient is too many, and no error`() {
        var session = Session.plain("EHLO x", "MAIL FROM:<>")
        let text = String(repeating: "RCPT TO:<a@b>\r\n", count: 200)
        let replies = session.replies(to: text)
        #expect(
            replies == Array(repeating: "250 2.1.5 Ok", count: 100)
                + Array(repeating: "452 4.5.3 Too many recipients", count: 100))
        #expect(session.replies(to: "DATA\r\n.\r\n").last == "250 2.0.0 Ok: queued as N")
    }

    @Test func `from the thousand-and-first on a 452 is an error`() {
        var session = Session.plain("EHLO x", "MAIL FROM:<>")
        let text = String(repeating: "RCPT TO:<a@b>\r\n", count: 1100)
        #expect(session.replies(to: text).last == "452 4.5.3 Too many recipients")
        let patient = session
        #expect(session.replies(to: String(repeating: "RCPT TO:<a@b>\r\n", count: 19)).count == 19)
        #expect(
            session.replies(to: "RCPT TO:<a@b>\r\n")
                == ["452 4.5.3 Too many recipients", "421 4.7.0 Too many errors"])
        // What is no error still begins a new row.
        session = patient
        _ = session.send(String(repeating: "RCPT TO:<a@b>\r\n", count: 19) + "NOOP\r\n")
        #expect(session.replies(to: "RCPT TO:<a@b>\r\n") == ["452 4.5.3 Too many recipients"])
    }

    private func limited(_ octets: UInt64) -> Session {
        .plain(
            "EHLO x", "MAIL FROM:<>", "RCPT TO:<a@b>",
            configuration: .test(.unavailable) { $0.limits.messageOctets = octets })
    }

    @Test func `the size of the data, exact and one more`() {
        var session = limited(10)
        _ = session.send("DATA\r\n")
        #expect(session.replies(to: "..3456789\r\n.\r\n") == ["250 2.0.0 Ok: queued as N"])
        session = limited(10)
        _ = session.send("DATA\r\n")
        #expect(
            session.replies(to: "..34567890\r\nQUIT\r\nRSET\r\n.\r\nNOOP\r\n")
                == ["552 5.3.4 Message size exceeds the limit", "250 2.0.0 Ok"])
    }

    @Test func `the declared size, exact and one more`() {
        var session = limited(10)
        _ = session.send("RSET\r\n")
        #expect(
            session.replies(to: "MAIL FROM:<> SIZE=11\r\nMAIL FROM:<> SIZE=10\r\n")
                == ["552 5.3.4 Message size exceeds the limit", "250 2.1.0 Ok"])
    }

    @Test func `the size of chunks, exact and one more`() {
        var session = limited(10)
        #expect(
            session.replies(to: "BDAT 4\r\n0123BDAT 6 LAST\r\n456789")
                == ["250 2.0.0 Ok", "250 2.0.0 Ok: queued as N"])
        session = limited(10)
        #expect(
            session.replies(to: "BDAT 4\r\n0123BDAT 7 LAST\r\nNOOP\r\n0NOOP\r\n").suffix(2)
                == ["552 5.3.4 Message size exceeds the limit", "250 2.0.0 Ok"])
        session = limited(10)
        // A CR that may belong to a line end counts too, once it is known.
        #expect(
            session.replies(to: "BDAT 10\r\n012345678\rBDAT 1 LAST\r\n\n").last
                == "552 5.3.4 Message size exceeds the limit")
    }

    @Test func `a count of 2 to the 64th less one is skipped as far as it comes`() {
        var session = limited(10)
        #expect(session.send("BDAT 18446744073709551615\r\nNOOP\r\n") == [])
        #expect(session.send(String(repeating: "NOOP\r\n", count: 50_000)) == [])
    }

    @Test func `the twentieth error in a row ends the session`() {
        let error = "500 5.5.2 Command not recognized"
        let end = ["421 4.7.0 Too many errors", "! close"]
        var session = Session.plain("EHLO x", "MAIL FROM:<>")
        #expect(session.replies(to: String(repeating: "X\r\n", count: 19)).count == 19)
        #expect(session.replies(to: "NOOP\r\n") == ["250 2.0.0 Ok"])
        #expect(session.replies(to: String(repeating: "X\r\n", count: 19)).count == 19)
        #expect(render(session.send("X\r\nNOOP\r\n")) == [error] + end)
    }

    @Test func `a 452 is no error and ends no row of them`() {
        var session = Session.plain(
            "EHLO x", "MAIL FROM:<>", "RCPT TO:<a@b>",
            configuration: .test(.unavailable) { $0.limits.recipients = 1 })
        #expect(session.replies(to: String(repeating: "X\r\n", count: 19)).count == 19)
        #expect(session.replies(to: "RCPT TO:<a@b>\r\n") == ["452 4.5.3 Too many recipients"])
        #expect(session.replies(to: "X\r\n").last == "421 4.7.0 Too many errors")
    }

    @Test func `refused chunks and messages are errors`() {
        var session = Session.plain("EHLO x")
        #expect(
            session.replies(to: String(repeating: "BDAT 1\r\nx", count: 19)).count == 19)
        #expect(session.replies(to: "BDAT 1\r\nx").last == "421 4.7.0 Too many errors")
        session = limited(1)
        #expect(
            session.replies(to: String(repeating: "BDAT 2\r\nxx", count: 19)).count == 19)
        #expect(session.replies(to: "BDAT 2\r\nxx").last == "421 4.7.0 Too many errors")
    }

    @Test func `STARTTLS ends a row of errors`() {
        var session = Session(.test())
        _ = session.drain()
        #expect(session.replies(to: String(repeating: "X\r\n", count: 19)).count == 19)
        _ = session.send("STARTTLS\r\n")
        session.tlsEstablished()
        #expect(session.replies(to: "X\r\n") == ["500 5.5.2 Command not recognized"])
    }

    @Test func `the hundredth command without a message ends the session`() {
        var session = Session.plain("EHLO x")
        #expect(session.replies(to: String(repeating: "NOOP\r\n", count: 98)).count == 98)
        #expect(
            render(session.send("NOOP\r\nNOOP\r\n"))
                == ["250 2.0.0 Ok", "421 4.7.0 Too many commands without a message", "! close"])
    }

    @Test func `a line too long is one of the hundred`() {
        var session = Session.plain("EHLO x")
        // NOOP between them, as there are twenty errors in a row before there are a hundred.
        for _ in 0..<49 {
            #expect(
                session.replies(to: line(2049) + "NOOP\r\n")
                    == ["500 5.5.2 Line too long", "250 2.0.0 Ok"])
        }
        #expect(
            session.replies(to: line(2049)) == [
                "500 5.5.2 Line too long", "421 4.7.0 Too many commands without a message",
            ])
    }

    @Test func `a message that is dropped begins the count anew, and one that is refused does not`()
    {
        var session = Session.plain(
            "EHLO x",
            configuration: .test(.unavailable) {
                $0.recipients = .checkedDroppingOthers
                $0.limits.messageOctets = 1
            })
        for (message, reply, more) in [
            ("xx", "552 5.3.4 Message size exceeds the limit", 1),
            ("", "250 2.0.0 Ok: queued", 100),
        ] {
            // EHLO, these and MAIL are the first 99.
            _ = session.send(String(repeating: "NOOP\r\n", count: 97) + "MAIL FROM:<>\r\n")
            _ = session.send("RCPT TO:<a@b>\r\n")
            session.recipientChecked(isAllowed: false)
            _ = session.drain()
            #expect(
                session.replies(to: "BDAT \(message.count) LAST\r\n\(message)") == [reply])
            let ok = [String](repeating: "250 2.0.0 Ok", count: more)
            #expect(
                session.replies(to: String(repeating: "NOOP\r\n", count: more))
                    == ok + ["421 4.7.0 Too many commands without a message"])
            session = .plain("EHLO x", configuration: session.configuration)
        }
    }

    @Test func `RCPT, DATA, BDAT and AUTH do not count, and a message begins the count anew`() {
        var session = Session.plain("EHLO x")
        for _ in 0..<97 { _ = session.send("NOOP\r\n") }
        #expect(session.replies(to: "MAIL FROM:<>\r\n") == ["250 2.1.0 Ok"])
        for _ in 0..<50 {
            let replies = session.replies(
                to: "RCPT TO:<a@b>\r\nAUTH\r\nBDAT 0\r\nRCPT TO:<a@b>\r\n")
            #expect(replies.count == 4)
        }
        #expect(session.replies(to: "BDAT 0 LAST\r\n") == ["250 2.0.0 Ok: queued as N"])
        #expect(session.replies(to: String(repeating: "NOOP\r\n", count: 99)).count == 99)
        #expect(session.replies(to: "QUIT\r\n") == ["221 2.0.0 Bye"])
    }

    @Test func `only whole lines and whole stretches of data earn another deadline`() {
        var session = Session.plain("EHLO x", "MAIL FROM:<>", "RCPT TO:<a@b>")
        var renewals = session.deadlineRenewals
        for octet in "DATA".utf8 { _ = session.send([octet]) }
        #expect(session.deadlineRenewals == renewals)
        _ = session.send("\r\n")
        #expect(session.deadlineRenewals == renewals + 1)
        renewals = session.deadlineRenewals
        for _ in 0..<10239 { _ = session.send([120]) }
        #expect(session.deadlineRenewals == renewals)
        _ = session.send([120])
        #expect(session.deadlineRenewals == renewals + 1)
        _ = session.send([UInt8](repeating: 120, count: 20_479))
        #expect(session.deadlineRenewals == renewals + 2)
        _ = session.send([120])
        #expect(session.deadlineRenewals == renewals + 3)
    }

    /// How often a session has earned another deadline by what is done to it.
    private func renewals(_ session: inout Session, _ deed: (inout Session) -> Void) -> Int {
        let before = session.deadlineRenewals
        deed(&session)
        return session.deadlineRenewals - before
    }

    @Test func `the end of a message and of a chunk earns another deadline`() {
        var session = limited(10)
        _ = session.send("DATA\r\n")
        #expect(renewals(&session) { _ = $0.send("a: b\r\n.\r") } == 0)
        #expect(renewals(&session) { _ = $0.send("\n") } == 1)
        session = limited(10)
        _ = session.send("BDAT 4\r\n")
        #expect(renewals(&session) { _ = $0.send("a: ") } == 0)
        #expect(renewals(&session) { _ = $0.send("b") } == 1)
        _ = session.send("BDAT 2 LAST\r\n")
        #expect(renewals(&session) { _ = $0.send("\r") } == 0)
        #expect(renewals(&session) { _ = $0.send("\n") } == 1)
        session = .plain("EHLO x", "BDAT 4 LAST")
        #expect(renewals(&session) { _ = $0.send("a: ") } == 0)
        #expect(renewals(&session) { _ = $0.send("b") } == 1)
    }

    @Test func `10 KiB of a chunk earn another deadline, and those of each message by themselves`()
    {
        var session = Session.plain("EHLO x", "MAIL FROM:<>", "RCPT TO:<a@b>", "BDAT 30000")
        let octets = [UInt8](repeating: 120, count: 10_239)
        #expect(renewals(&session) { _ = $0.send(octets) } == 0)
        #expect(renewals(&session) { _ = $0.send([120]) } == 1)
        session = .plain("EHLO x", "MAIL FROM:<>", "RCPT TO:<a@b>", "DATA")
        _ = session.replies(to: octets + Array("\r\n.\r\n".utf8))
        for line in ["MAIL FROM:<>", "RCPT TO:<a@b>", "DATA"] { _ = session.send(line + "\r\n") }
        #expect(renewals(&session) { _ = $0.send(octets) } == 0)
        #expect(renewals(&session) { _ = $0.send([120]) } == 1)
    }

    @Test func `a handshake earns another deadline`() {
        var session = Session(.test())
        _ = session.drain()
        _ = session.send("STARTTLS\r\n")
        #expect(renewals(&session) { $0.tlsEstablished() } == 1)
    }

    @Test func `a line that is dropped earns nothing until it ends`() {
        var session = Session.plain()
        let renewals = session.deadlineRenewals
        for _ in 0..<60_000 { _ = session.send([120]) }
        #expect(session.deadlineRenewals == renewals)
        _ = session.send("\r\n")
        #expect(session.deadlineRenewals == renewals + 1)
    }

    @Test func `the payload of a refused chunk earns like data`() {
        var session = Session.plain("BDAT 30000")
        let renewals = session.deadlineRenewals
        _ = session.send([UInt8](repeating: 120, count: 10_239))
        #expect(session.deadlineRenewals == renewals)
        _ = session.send([120])
        #expect(session.deadlineRenewals == renewals + 1)
    }

    @Test func `one command after another is handed out`() {
        var session = Session.plain("EHLO x")
        session.receive(Array(String(repeating: "RSET\r\n", count: 98).utf8).span)
        var most = 0
        while session.next() != nil { most = max(most, session.pending.count) }
        #expect(most == 0)
    }
}
