import SMTP
import Testing

@Suite struct MessageTests {
    private func session(_ change: (inout Session.Configuration) -> Void = { _ in }) -> Session {
        .plain(
            "EHLO x", "MAIL FROM:<>", "RCPT TO:<a@b>",
            configuration: .test(.unavailable, change))
    }

    /// Pairs of what is sent and what of it is stored behind our header.
    @Test(arguments: [
        ("a: b\r\n", "a: b\n"), ("a : b\r\n", "a : b\n"), ("\r\nbody\r\n", "\nbody\n"), ("", ""),
        (" a: b\r\n", "\n a: b\n"), ("\ta\r\n", "\n\ta\n"), ("text\r\n", "\ntext\n"),
        ("two words: x\r\n", "\ntwo words: x\n"), (": x\r\n", "\n: x\n"), ("..\r\n", "\n.\n"),
        ("...: x\r\n", "..: x\n"), ("ä: b\r\n", "\nä: b\n"),
        ("a\u{0}: b\r\n", "\na\u{0}: b\n"), ("a \r\n: b\r\n", "\na \n: b\n"),
    ])
    func `the first line is kept apart from our header where it must`(sent: String, file: String) {
        for stride in [1, 1000] {
            var session = session()
            var actions = session.send("DATA\r\n")
            let octets = Array((sent + ".\r\n").utf8)
            for start in Swift.stride(from: 0, to: octets.count, by: stride) {
                actions += session.send(octets[start..<min(start + stride, octets.count)])
            }
            #expect(String(decoding: stored(actions), as: UTF8.self) == file)
            #expect(actions.last == .commitMessage)
        }
    }

    @Test func `a first line without an end is not held back for ever`() {
        var session = session()
        _ = session.send("DATA\r\n")
        #expect(stored(session.send([UInt8](repeating: 120, count: 997))).isEmpty)
        #expect(stored(session.send([120])).count == 999)
        #expect(stored(session.send([120])).count == 1)
    }

    @Test func `what is held back comes out at the end of the last chunk`() {
        for (text, file) in [
            ("BDAT 2 LAST\r\nab", "\nab"), ("BDAT 1 LAST\r\n\r", "\n\r"),
            ("BDAT 2\r\nabBDAT 0 LAST\r\n", "\nab"), ("BDAT 1\r\n\rBDAT 0 LAST\r\n", "\n\r"),
        ] {
            var session = session()
            #expect(String(decoding: stored(session.send(text)), as: UTF8.self) == file)
        }
    }

    static let begun = """
        S: 220 mx.example ESMTP Mailpit
        C: EHLO x
        C: MAIL FROM:<>
        C: RCPT TO:<a@b>
        S: @unavailable
        S: 250 2.1.0 Ok
        S: 250 2.1.5 Ok

        """

    @Test func `where the message cannot be begun the data is read all the same`() {
        var session = session()
        session.receive(Array("DATA\r\na: b\r\nQUIT\r\n.\r\nNOOP\r\n".utf8).span)
        guard case .beginMessage = session.next() else {
            Issue.record("not begun")
            return
        }
        session.storingFailed(.full)
        #expect(
            render(session.drain()) == [
                "354 End data with <CR><LF>.<CR><LF>", "452 4.3.1 Insufficient system storage",
                "250 2.0.0 Ok",
            ])
    }

    @Test(arguments: [
        ("full", "452 4.3.1 Insufficient system storage"),
        ("other", "451 4.3.0 Cannot store the message"),
    ])
    func `a storage failure is told behind the data`(failure: String, reply: String) {
        let data = """
            C: DATA
            ! begin
            S: 354 End data with <CR><LF>.<CR><LF>
            C: a: b
            ! append "a: b\\n"

            """
        Transcript(
            Self.begun + data + """
                ? failed \(failure)
                C: QUIT
                C: .
                S: \(reply)
                C: DATA
                S: 503 5.5.1 Send MAIL first
                """
        ).run(.test(.unavailable))
        Transcript(
            Self.begun + data + """
                C: .
                ! commit
                ? failed \(failure)
                S: \(reply)
                C: DATA
                S: 503 5.5.1 Send MAIL first
                """
        ).run(.test(.unavailable))
        Transcript(
            Self.begun + #"""
                c: BDAT 7\r\na: b\r\n
                ! begin
                ! append "a: b\n"
                ? failed \#(failure)
                c: xBDAT 5\r\nNOOP\nBDAT 5 LAST\r\nNOOP\nNOOP\r\n
                S: \#(reply)
                S: \#(reply)
                S: \#(reply)
                S: 250 2.0.0 Ok
                """#
        ).run(.test(.unavailable))
    }

    @Test func `a message that grows too large is given up, and none of it is run`() {
        Transcript(
            Self.begun + """
                C: DATA
                C: a: b
                C: QUIT
                C: ..
                C: RSET
                C: .
                C: NOOP
                ! begin
                S: 354 End data with <CR><LF>.<CR><LF>
                ! abandon
                S: 552 5.3.4 Message size exceeds the limit
                S: 250 2.0.0 Ok
                C: DATA
                S: 503 5.5.1 Send MAIL first
                """
        ).run(.test(.unavailable) { $0.limits.messageOctets = 20 }, offers: "SIZE 20")
    }

    @Test func `a refused chunk is followed by others until LAST or RSET`() {
        for last in [
            #"c: BDAT 5 LAST\r\nNOOP\nMAIL FROM:<>\r\n"#, #"c: RSET\r\nMAIL FROM:<>\r\n"#,
        ] {
            let reply =
                last.contains("RSET")
                ? "250 2.0.0 Ok" : "552 5.3.4 Message size exceeds the limit"
            Transcript(
                Self.begun + #"""
                    c: BDAT 21\r\n012345678901234567890BDAT 0\r\nBDAT 2\r\nabMAIL FROM:<>\r\n
                    S: 552 5.3.4 Message size exceeds the limit
                    S: 552 5.3.4 Message size exceeds the limit
                    S: 552 5.3.4 Message size exceeds the limit
                    S: 503 5.5.1 A message is being sent by BDAT
                    \#(last)
                    S: \#(reply)
                    S: 250 2.1.0 Ok
                    """#
            ).run(.test(.unavailable) { $0.limits.messageOctets = 20 }, offers: "SIZE 20")
        }
    }

    @Test func `a chunk before RCPT is refused, and so are those behind it`() {
        Transcript(
            #"""
            S: 220 mx.example ESMTP Mailpit
            C: EHLO x
            C: MAIL FROM:<>
            c: BDAT 6\r\nNOOP\r\nRCPT TO:<a@b>\r\nBDAT 1 LAST\r\nxRCPT TO:<a@b>\r\n
            S: @unavailable
            S: 250 2.1.0 Ok
            S: 503 5.5.1 Send RCPT first
            S: 503 5.5.1 A message is being sent by BDAT
            S: 503 5.5.1 Send RCPT first
            S: 250 2.1.5 Ok
            """#
        ).run(.test(.unavailable))
    }

    @Test func `a chunk where no transaction is open refuses only itself`() {
        Transcript(
            #"""
            S: 220 mx.example ESMTP Mailpit
            C: EHLO x
            c: BDAT 6\r\nNOOP\r\nMAIL FROM:<>\r\n
            S: @unavailable
            S: 503 5.5.1 Send MAIL first
            S: 250 2.1.0 Ok
            """#
        ).run(.test(.unavailable))
    }

    @Test(arguments: [
        ("RSET", "S: 250 2.0.0 Ok"), ("EHLO x", "S: @unavailable"), ("HELO x", "S: 250 mx.example"),
        ("QUIT", "S: 221 2.0.0 Bye\n! close"),
    ])
    func `a message between chunks can be given up`(line: String, reply: String) {
        Transcript(
            Self.begun + #"""
                c: BDAT 5\r\na: b\n\#(line)\r\n
                ! begin
                S: 250 2.0.0 Ok
                ! abandon
                \#(reply)
                """#
        ).run(.test(.unavailable))
    }

    @Test(arguments: [
        ("a: b\r\r\nc: d\r\n\r\n", true), ("a: b\r\n\r\r\n\r\n", true),
        ("a: b\r\n\r\nc\r\r\n", false),
        ("a: b\rc\r\n\r\n", false), ("\r\n\r\r\n", false),
        // A line that is no field does not end the header.
        ("no field\r\na: b\r\r\n\r\n", true), ("a: b\r\nno field\r\r\n\r\n", true),
        ("\r\r\n", true), ("no field\r\n\r\nc\r\r\n", false),
    ])
    func `a header with CR CR LF is refused if asked for`(text: String, isRefused: Bool) {
        let refusal = "550 5.6.0 Message header has a line ended by CR CR LF"
        for stride in [1, 1000] {
            var strict = session { $0.refusesDoubleCarriageReturns = true }
            var lenient = session()
            let octets = Array(("DATA\r\n" + text + ".\r\n").utf8)
            var replies: [String] = []
            for start in Swift.stride(from: 0, to: octets.count, by: stride) {
                let part = octets[start..<min(start + stride, octets.count)]
                replies += strict.replies(to: part)
                _ = lenient.replies(to: part)
            }
            #expect(replies.last == (isRefused ? refusal : "250 2.0.0 Ok: queued as N"))
            #expect(lenient.replies(to: "DATA\r\n") == ["503 5.5.1 Send MAIL first"])
        }
    }

    @Test func `the log learns what was refused or dropped`() {
        var refused = session { $0.limits.messageOctets = 5 }
        var actions = refused.send("DATA\r\na: bcd\r\n.\r\n")
        guard case .messageRejected(let reply, let envelope, let octets)? = reports(actions).last
        else {
            Issue.record("nothing reported")
            return
        }
        #expect(reply.code == 552)
        #expect(envelope.forwardPaths.map(\.text) == ["a@b"])
        #expect(octets == 8)

        var dropped = Session.plain(
            "EHLO x", "MAIL FROM:<s@t>",
            configuration: .test(.unavailable) { $0.recipients = .checkedDroppingOthers })
        _ = dropped.send("RCPT TO:<c@d>\r\n")
        dropped.recipientChecked(isAllowed: false)
        actions = dropped.send("DATA\r\na: b\r\n.\r\n")
        guard case .messageDropped(let other, let count)? = reports(actions).last else {
            Issue.record("nothing reported")
            return
        }
        #expect(other.reversePath.text == "s@t")
        #expect(other.droppedPaths.map(\.text) == ["c@d"])
        #expect(count == 6)
    }

    @Test func `credentials are never reported`() {
        var session = Session.plain(
            configuration: .test(.required) { $0.reportsCommands = true })
        let actions = session.send(
            "auth PLAIN c2VjcmV0 \r\nc2VjcmV0\r\nAUTH LOGIN\r\nc2VjcmV0\r\nNOOP\r\nzzz\r\n")
        let lines = reports(actions).compactMap { incident -> String? in
            guard case .commandReceived(let line) = incident else { return nil }
            return String(decoding: line, as: UTF8.self)
        }
        #expect(
            lines == [
                "auth PLAIN [redacted]", "[redacted]", "AUTH LOGIN", "[redacted]", "NOOP", "zzz",
            ])
    }

    @Test(arguments: [
        ("AUTH c2VjcmV0", "AUTH [redacted]"), ("AUTH  PLAINc2Vj", "AUTH  [redacted]"),
        ("  AUTH PLAIN c2Vj", "  AUTH PLAIN [redacted]"), ("Auth=PLAIN c2Vj", "Auth[redacted]"),
        ("AUTHENTICATE PLAIN c2Vj", "AUTH[redacted]"), ("a AUTH c2Vj", "a AUTH [redacted]"),
        ("AUTH ntlm c2Vj", "AUTH ntlm [redacted]"), ("AUTH", "AUTH"), ("aut h", "aut h"),
        ("MAIL FROM:<auth@or> x", "MAIL FROM:<auth@or> x"),
    ]) func `nor is what a client calls AUTH by mistake`(line: String, shown: String) {
        var session = Session.plain(
            configuration: .test(.required) { $0.reportsCommands = true })
        #expect(
            reports(session.send("\(line)\r\n")).first == .commandReceived(Array(shown.utf8)))
    }

    @Test func `commands are reported where that is asked for, and refusals always`() {
        var session = Session.plain(
            configuration: .test(.unavailable) { $0.reportsCommands = true })
        let incidents = reports(session.send("Zzz \r\n"))
        #expect(incidents.first == .commandReceived(Array("Zzz ".utf8)))
        #expect(incidents.count == 2)
        session = .plain()
        #expect(reports(session.send("NOOP\r\n")).isEmpty)
        #expect(reports(session.send("Zzz\r\n")).count == 1)
    }
}
