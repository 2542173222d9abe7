import SMTP
import Testing

@Suite struct STARTTLSTests {
    static let injected = "STARTTLS\r\nNOOP\r\nMAIL FROM:<x@y>\r\n"

    @Test(arguments: 1..<injected.utf8.count)
    func `what is injected behind STARTTLS is never run`(cut: Int) {
        let octets = Array(Self.injected.utf8)
        var session = Session(.test())
        _ = session.drain()
        var actions = session.send(octets[..<cut])
        actions += session.send(octets[cut...])
        if cut == "STARTTLS\r\n".utf8.count {
            // Only what came in one piece with it can be seen here; the rest breaks the handshake.
            #expect(render(actions) == ["220 2.0.0 Ready to start TLS", "! startTLS"])
            session.tlsEstablished()
            #expect(session.drain() == [])
            #expect(session.replies(to: "NOOP\r\n") == ["250 2.0.0 Ok"])
            return
        }
        #expect(render(actions) == ["554 5.5.0 Nothing may follow STARTTLS", "! close"])
        let behind = max(cut, "STARTTLS\r\n".utf8.count) == cut ? cut - 10 : octets.count - 10
        #expect(reports(actions) == [.startTLSInjection(octets: behind)])
    }

    @Test func `the handshake makes the session forget the client`() {
        Transcript(
            """
            S: 220 mx.example ESMTP Mailpit
            C: EHLO before.example
            C: MAIL FROM:<a@b>
            C: RCPT TO:<c@d>
            C: STARTTLS
            S: @plain+chunking
            S: 250 2.1.0 Ok
            S: 250 2.1.5 Ok
            S: 220 2.0.0 Ready to start TLS
            ! startTLS
            ? tls
            C: MAIL FROM:<a@b>
            S: 503 5.5.1 Send EHLO first
            C: DATA
            S: 503 5.5.1 Send EHLO first
            C: EHLO after.example
            S: @tls
            C: DATA
            S: 503 5.5.1 Send MAIL first
            C: STARTTLS
            S: 503 5.5.1 TLS is already in use
            """
        ).run(.test(.optional))
    }

    @Test func `STARTTLS between two chunks gives the message up`() {
        Transcript(
            #"""
            S: 220 mx.example ESMTP Mailpit
            C: EHLO x
            C: MAIL FROM:<>
            C: RCPT TO:<c@d>
            c: BDAT 2\r\na:STARTTLS\r\n
            S: @plain+chunking
            S: 250 2.1.0 Ok
            S: 250 2.1.5 Ok
            ! begin
            S: 250 2.0.0 Ok
            ! abandon
            S: 220 2.0.0 Ready to start TLS
            ! startTLS
            """#
        ).run(.test(.optional))
    }

    @Test func `only the name given within TLS is used`() {
        var session = Session(.test())
        _ = session.drain()
        _ = session.send("EHLO before.example\r\nSTARTTLS\r\n")
        session.tlsEstablished()
        let actions = session.send(
            "EHLO after.example\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n")
        let client = actions.lazy.compactMap { action -> Client? in
            if case .beginMessage(let client, _) = action { client } else { nil }
        }.first
        #expect(client == Client(name: "after.example", isExtended: true))
    }

    @Test func `behind a STARTTLS that is refused come ordinary commands`() {
        Transcript(
            """
            S: 220 mx.example ESMTP Mailpit
            C: STARTTLS now
            C: NOOP
            S: 501 5.5.4 Syntax error in parameters or arguments
            S: 250 2.0.0 Ok
            """
        ).run()
        Transcript(
            """
            S: 220 mx.example ESMTP Mailpit
            C: STARTTLS
            C: NOOP
            S: 502 5.5.1 STARTTLS is not available
            S: 250 2.0.0 Ok
            """
        ).run(.test(.unavailable))
    }

    @Test func `implicit TLS comes before the greeting`() {
        Transcript(
            """
            ! startTLS
            ? tls
            S: 220 mx.example ESMTP Mailpit
            C: EHLO x
            S: @tls
            C: STARTTLS
            S: 503 5.5.1 TLS is already in use
            """
        ).run(.test(.implicit))
    }

    @Test(arguments: ["timeout", "terminate", "gone"])
    func `while TLS is being negotiated the session ends without a word`(event: String) {
        Transcript(
            """
            S: 220 mx.example ESMTP Mailpit
            C: STARTTLS
            S: 220 2.0.0 Ready to start TLS
            ! startTLS
            ? \(event)
            ! close
            """
        ).run()
        Transcript("! startTLS\n? \(event)\n! close").run(.test(.implicit))
    }

    @Test func `TLS that nobody asked for changes nothing`() {
        var session = Session.plain("EHLO x", configuration: .test(.required))
        session.tlsEstablished()
        #expect(session.replies(to: "MAIL FROM:<>\r\n") == [GateTests.mustStartTLS])
    }

    // MARK: - TLS without STARTTLS

    /// The beginning of a ClientHello: octets in which line ends may stand.
    static let hello = #"\x16\x03\x01\x02\n\n\x01\x00\r\nQUIT\r\n"#

    @Test(arguments: [Session.Configuration.TLS.required, .optional, .unavailable])
    func `a TLS record in place of a command is one event and one finding`(
        tls: Session.Configuration.TLS
    ) {
        Transcript(
            """
            S: 220 mx.example ESMTP Mailpit
            c: \(Self.hello)
            S: 530 5.7.0 Must issue a STARTTLS command first
            ! close
            """
        ).run(.test(tls))
        var session = Session(.test(tls))
        _ = session.drain()
        session.clientSpokeEarly()
        #expect(reports(session.send(unescape(Self.hello))) == [.tlsWithoutSTARTTLS])
        session.disconnected(.truncated)
        #expect(session.allFindings.text == "tls-without-starttls")
    }

    @Test func `it is seen behind a STARTTLS that was refused, and keeps what was found before`() {
        var session = Session(.test(.required))
        _ = session.drain()
        session.clientSpokeEarly()
        _ = session.send("STARTTLS x\r\n")
        #expect(render(session.send([0x16])) == [])
        #expect(render(session.send([0x03])) == [GateTests.mustStartTLS, "! close"])
        #expect(session.allFindings.text == "early-talker, tls-without-starttls")
        session = Session(.test(.required))
        _ = session.drain()
        _ = session.send(Array("EHLO c.example\r\n".utf8) + unescape(Self.hello))
        #expect(session.allFindings.text == "tls-without-starttls")
    }

    @Test(arguments: [#"\x16\x02\r\n"#, #"\x16\r\n"#, #"x\x16\x03\r\n"#])
    func `what only resembles a TLS record is a command`(text: String) {
        var session = Session(.test(.required))
        _ = session.drain()
        #expect(render(session.send(unescape(text))) == [GateTests.mustStartTLS])
        #expect(session.allFindings.text == "command-before-tls, unknown-command")
    }

    @Test func `within TLS and within a line that is dropped it is none`() {
        var session = Session.inTLS("EHLO c.example")
        #expect(session.replies(to: [0x16, 0x03, 13, 10]) == ["500 5.5.2 Command not recognized"])
        session = Session(.test(.required))
        _ = session.drain()
        _ = session.send([UInt8](repeating: 65, count: 5000))
        #expect(render(session.send([0x16, 0x03, 13, 10])) == ["500 5.5.2 Line too long"])
    }
}
