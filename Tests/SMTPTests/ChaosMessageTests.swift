import SMTP
import Testing

/// Failures on purpose within a transaction, and what holds for all of them.
extension ChaosTests {
    @Test func `a sender may be refused`() {
        run(
            Self.greeted + """
                C: EHLO x
                C: MAIL FROM:<a@b>
                C: RCPT TO:<c@d>
                S: @unavailable
                ! chaos sender <a@b>
                ? chaos sender 451
                S: 451 4.1.0 Chaos sender error
                S: 503 5.5.1 Send MAIL first
                C: MAIL FROM:<>
                ! chaos sender <>
                ? chaos nothing
                S: 250 2.1.0 Ok
                """, .unavailable, .sender)
        run(
            Self.greeted + "C: EHLO x\nC: MAIL FROM:<>\nS: @unavailable\n! chaos sender <>\n"
                + "? chaos drop\n! close", .unavailable, .sender)
    }

    @Test func `a command that is refused anyway is not asked about`() {
        run(
            Self.greeted + """
                C: MAIL FROM:<>
                C: EHLO x
                C: MAIL FROM:<
                C: MAIL FROM:<> SIZE=99999999
                C: RCPT TO:<a@b>
                S: 503 5.5.1 Send EHLO first
                S: @unavailable
                S: 501 5.1.7 Bad sender address syntax
                S: 552 5.3.4 Message size exceeds the limit
                S: 503 5.5.1 Send MAIL first
                """, .unavailable, .sender, .recipient)
    }

    @Test func `a recipient may be refused, and another one not`() {
        run(
            Self.greeted + """
                C: EHLO x
                C: MAIL FROM:<>
                C: RCPT TO:<a@b>
                S: @unavailable
                S: 250 2.1.0 Ok
                ! check <a@b>
                ? chaos recipient 550
                S: 550 5.1.0 Chaos recipient error
                C: DATA
                S: 503 5.5.1 Send RCPT first
                C: RCPT TO:<c@d>
                ! check <c@d>
                ? allowed
                S: 250 2.1.5 Ok
                C: DATA
                ! begin
                S: 354 End data with <CR><LF>.<CR><LF>
                """, .unavailable, .recipient, recipients: .checkedRefusingOthers)
    }

    @Test func `421 ends the session wherever it comes`() {
        run(
            Self.inTransaction.replacing("S: 250 2.1.5 Ok\n", with: "") + """
                ! check <a@b>
                ? chaos recipient 421
                S: 421 4.1.0 Chaos recipient error
                ! close
                """, .unavailable, .recipient)
    }

    @Test func `a message may be refused once it is there`() {
        let message = """
            C: DATA
            C: a: b
            C: .
            ! begin
            S: 354 End data with <CR><LF>.<CR><LF>

            """
        run(
            Self.inTransaction + message + """
                ! append "a: b\\n"
                ! commit
                ? stored N
                S: 250 2.0.0 Ok: queued as N
                """, .unavailable, .data)
        let chunks = #"c: BDAT 0\r\nBDAT 6 LAST\r\na: b\r\n"# + "\n! begin\nS: 250 2.0.0 Ok\n"
        for begun in [message, chunks] {
            run(
                Self.inTransaction + begun + """
                    ! append "a: b\\n"
                    ! commit
                    ? chaos data 452
                    ! abandon
                    S: 452 4.3.0 Chaos data error
                    C: DATA
                    S: 503 5.5.1 Send MAIL first
                    """, .unavailable, .data)
            run(
                Self.inTransaction + begun
                    + "! append \"a: b\\n\"\n! commit\n? chaos drop\n! abandon\n! close",
                .unavailable, .data)
        }
    }

    @Test func `DATA may be refused before a message comes, and the transaction goes on`() {
        run(
            Self.inTransaction + """
                C: DATA
                ! chaos begin
                ? chaos begin 451 4.7.1 Come back later
                S: 451 4.7.1 Come back later
                C: MAIL FROM:<>
                S: 503 5.5.1 Sender already given
                C: RCPT TO:<c@d>
                S: 250 2.1.5 Ok
                C: DATA
                C: a: b
                C: .
                ! chaos begin
                ? chaos nothing
                ! begin
                S: 354 End data with <CR><LF>.<CR><LF>
                ! append "a: b\\n"
                ! commit
                ? stored N
                S: 250 2.0.0 Ok: queued as N
                C: DATA
                S: 503 5.5.1 Send MAIL first
                """, .unavailable, .begin)
        run(
            Self.inTransaction + "C: DATA\n! chaos begin\n? chaos drop\n! close", .unavailable,
            .begin)
        run(
            Self.inTransaction + #"c: BDAT 0 LAST\r\n"# + "\n! begin\n! commit", .unavailable,
            .begin)
    }

    @Test func `what follows a DATA that is refused is commands`() {
        run(
            Self.inTransaction + """
                C: DATA
                C: a: b
                C: .
                C: NOOP
                ! chaos begin
                ? chaos begin 554
                S: 554 5.3.0 Chaos begin error
                S: 500 5.5.2 Command not recognized
                S: 500 5.5.2 Command not recognized
                S: 250 2.0.0 Ok
                """, .unavailable, .begin)
    }

    @Test func `the 250 to a message that is stored may be withheld`() {
        let message =
            Self.inTransaction + """
                C: RCPT TO:<c@d>
                C: DATA
                C: a: b
                C: .
                C: NOOP
                S: 250 2.1.5 Ok
                ! begin
                S: 354 End data with <CR><LF>.<CR><LF>
                ! append "a: b\\n"
                ! commit
                ? stored N
                ! chaos stored <a@b> <c@d>

                """
        run(
            message + """
                ? chaos nothing
                S: 250 2.0.0 Ok: queued as N
                S: 250 2.0.0 Ok
                """, .unavailable, .stored)
        run(
            message + """
                ? chaos stored 451
                S: 451 4.3.0 Chaos stored error
                S: 250 2.0.0 Ok
                C: DATA
                S: 503 5.5.1 Send MAIL first
                """, .unavailable, .stored)
        run(
            message + "? chaos stored 421\nS: 421 4.3.0 Chaos stored error\n! close",
            .unavailable, .stored)
        run(message + "? chaos drop\n! close", .unavailable, .stored)
        run(message + "? terminate\nS: 421 4.3.2 Shutting down\n! close", .unavailable, .stored)
    }

    @Test func `what is not stored is not asked about as stored`() {
        run(
            Self.inTransaction.replacing("S: 250 2.1.5 Ok\n", with: "") + """
                ! check <a@b>
                ? refused
                S: 250 2.1.5 Ok
                C: DATA
                C: a: b
                C: .
                S: 354 End data with <CR><LF>.<CR><LF>
                S: 250 2.0.0 Ok: queued
                """, .unavailable, .stored, recipients: .checkedDroppingOthers)
    }

    @Test func `a message whose 250 is withheld counts as one`() {
        var session = Session.plain(
            configuration: .test(.unavailable) {
                $0.chaos = [.stored]
                $0.limits.commandsWithoutMessage = 4
            })
        for _ in 0..<3 {
            #expect(session.replies(to: "EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\n").count == 10)
            _ = session.send("DATA\r\na: b\r\n.\r\n")
            session.messageStored(as: "N")
            _ = session.drain()
            session.refused(with: .chaos(451, at: .stored))
            #expect(render(session.drain()) == ["451 4.3.0 Chaos stored error"])
        }
        #expect(session.allFindings.contains(.missingFrom))
    }

    @Test func `the addresses are those of all recipients`() {
        var session = Session.plain(
            "EHLO x", "MAIL FROM:<>",
            configuration: .test(.unavailable) {
                $0.chaos = [.stored]
                $0.recipients = .checkedDroppingOthers
            })
        for (address, isAllowed) in [("a@b", true), ("c@d", false), ("e@f", true)] {
            _ = session.send("RCPT TO:<\(address)>\r\n")
            session.recipientChecked(isAllowed: isAllowed)
            _ = session.drain()
        }
        _ = session.send("DATA\r\n.\r\n")
        #expect(session.envelope?.recipients == ["a@b", "e@f", "c@d"])
        session.messageStored(as: "N")
        #expect(session.drain() == [.ask(.stored, addresses: ["a@b", "e@f", "c@d"])])
    }

    @Test func `a message that nobody is to get may be refused, too`() {
        let message =
            Self.inTransaction.replacing("S: 250 2.1.5 Ok\n", with: "") + """
                ! check <a@b>
                ? refused
                S: 250 2.1.5 Ok
                C: DATA
                C: a: b
                C: .
                S: 354 End data with <CR><LF>.<CR><LF>
                ! commit

                """
        for (answer, reply) in [
            ("dropped", "250 2.0.0 Ok: queued"), ("chaos data 452", "452 4.3.0 Chaos data error"),
        ] {
            run(
                message + "? \(answer)\nS: \(reply)\nC: DATA\nS: 503 5.5.1 Send MAIL first",
                .unavailable, .data, recipients: .checkedDroppingOthers)
        }
    }

    @Test func `a chunk that is refused stays refused where STARTTLS fails between two`() {
        run(
            Self.greeted + """
                C: EHLO x
                C: MAIL FROM:<>
                C: BDAT 0
                C: STARTTLS
                S: @plain+chunking
                S: 250 2.1.0 Ok
                S: 503 5.5.1 Send RCPT first
                ! chaos starttls
                ? chaos starttls 454
                S: 454 4.7.0 Chaos starttls error
                C: BDAT 0
                C: RCPT TO:<a@b>
                C: BDAT 0 LAST
                C: RCPT TO:<a@b>
                S: 503 5.5.1 Send RCPT first
                S: 503 5.5.1 A message is being sent by BDAT
                S: 503 5.5.1 Send RCPT first
                S: 250 2.1.5 Ok
                """, .optional, .startTLS)
    }

    @Test func `a message that was refused is told to the log, with its size`() {
        var session = Session.plain(
            "EHLO x", "MAIL FROM:<>", "RCPT TO:<a@b>",
            configuration: .test(.unavailable) { $0.chaos = [.data] })
        _ = session.send("DATA\r\na: b\r\n.\r\n")
        session.refused(with: .chaos(554, at: .data))
        let incidents = reports(session.drain())
        guard case .messageRejected(let reply, _, let octets)? = incidents.first else {
            Issue.record("nothing reported")
            return
        }
        #expect(reply.code == 554)
        #expect(octets == 6)
    }

    @Test func `failures on purpose count towards no limit`() {
        var session = Session.plain(
            "EHLO x", "MAIL FROM:<>",
            configuration: .test(.unavailable) { $0.chaos = [.recipient] })
        for _ in 0..<30 {
            _ = session.send("RCPT TO:<a@b>\r\n")
            session.refused(with: .chaos(550, at: .recipient))
            #expect(render(session.drain()) == ["550 5.1.0 Chaos recipient error"])
        }
    }

    @Test(arguments: ["timeout", "terminate", "gone"])
    func `a session may end while it waits`(event: String) {
        let words = [
            "timeout": "S: 421 4.4.2 Timeout\n", "terminate": "S: 421 4.3.2 Shutting down\n",
        ]
        run(
            Self.greeted + "C: EHLO x\nC: MAIL FROM:<>\nS: @unavailable\n! chaos sender <>\n"
                + "? \(event)\n\(words[event] ?? "")! close\n? chaos nothing", .unavailable, .sender
        )
    }

    @Test(arguments: 400..<600) func `the enhanced code fits the class of the code`(code: Int) {
        for point in [ChaosPoint.sender, .startTLS] {
            var session = Session.plain(
                "EHLO x", configuration: .test(.optional) { $0.chaos = [point] })
            _ = session.send(point == .sender ? "MAIL FROM:<>\r\n" : "STARTTLS\r\n")
            session.refused(with: .chaos(code, at: point))
            let line = render(session.drain())[0]
            #expect(line.hasPrefix("\(code) \(code / 100)."))
        }
    }
}
