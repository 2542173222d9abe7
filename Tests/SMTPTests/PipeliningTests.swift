import SMTP
import Testing

/// What comes behind a command before its reply can have left. RFC 2920 §3.1
@Suite struct PipeliningTests {
    /// What is found when each of the texts is there at once, and `!` shakes hands.
    private func found(_ texts: [String], _ change: (inout Session.Configuration) -> Void) -> String
    {
        var session = Session(.test(.optional, change))
        _ = session.drain()
        for text in texts {
            var actions: [Action] = []
            if text == "!" { session.tlsEstablished(mechanisms: ["LOGIN"]) }
            actions += text == "!" ? session.drain() : session.send(unescape(text))
            if actions.contains(where: { if case .beginAuthentication = $0 { true } else { false } }
            ) {
                session.authenticationChallenged(with: [])
                _ = session.drain()
            }
            if actions.last == .commitMessage {
                session.messageStored(as: "N")
                _ = session.drain()
            }
        }
        return session.allFindings.text
    }

    private static let tls = [#"EHLO c.example\r\n"#, #"STARTTLS\r\n"#, "!"]
    private static let ready = tls + [#"EHLO c.example\r\n"#]
    private static let message =
        #"From: a@b\r\nDate: 1 Jan 26 0:0 UT\r\nMessage-ID: <x@y>\r\n\r\n.\r\n"#

    @Test(arguments: [
        [#"EHLO c.example\r\nSTARTTLS\r\n"#], [#"EHLO c.example\r\nN"#],
        [#"EHLO c.example\r\n"#, #"QUIT\r\nx"#],
        tls + [#"EHLO c.example\r\nMAIL FROM:<>\r\n"#], tls + [#"NOOP\r\nEHLO c.example\r\n"#],
        ready + [#"MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n"# + message],
        ready + [#"VRFY x\r\nRSET\r\n"#], ready + [#"EXPN x\r\nRSET\r\n"#],
        ready + [#"AUTH LOGIN\r\nYQ==\r\n"#], ready + [#"AUTH LOGIN\r\n"#, #"YQ==\r\nYQ==\r\n"#],
        ready + [#"AUTH LOGIN YQ==\r\nMAIL FROM:<>\r\n"#], ready + [#"noop x\r\n\r"#],
    ]) func `what has to wait for a reply is found`(texts: [String]) {
        let names = found(texts) { $0.authentication = .optional }
        #expect(names.split(separator: ", ").contains("improper-pipelining"), "\(names)")
    }

    @Test func `a client that was not offered PIPELINING has to wait for every reply`() {
        let lines = [#"HELO c.example\r\n"#, #"MAIL FROM:<>\r\nRCPT TO:<a@b>\r\n"#]
        #expect(found(Self.tls + lines) { _ in } == "helo, improper-pipelining")
        #expect(
            found(Self.tls + [#"RSET\r\nEHLO c.example\r\n"#]) { _ in }
                == "no-ehlo-after-tls, improper-pipelining")
        let texts = Self.ready + [#"MAIL FROM:<>\r\nRCPT TO:<a@b>\r\n"#]
        #expect(found(texts) { $0.extensions.subtract(.pipelining) } == "improper-pipelining")
        let single = [
            #"HELO c.example\r\n"#, #"MAIL FROM:<>\r\n"#, #"RCPT TO:<a@b>\r\n"#, #"BDAT 2\r\nab"#,
        ]
        #expect(found(Self.tls + single) { _ in } == "helo")
    }

    @Test(arguments: [
        [#"DATA\r\n"#, message + #"QUIT\r\n"#], [#"BDAT 2 LAST\r\nabQUIT\r\n"#],
        [#"BDAT 2\r\nabBDAT 2 LAST\r\n"#, "cd"], [#"RSET\r\n"#, #"BDAT 2\r\nabQUIT\r\n"#],
    ]) func `so has it to for the reply to a message, and to each chunk`(texts: [String]) {
        let lines = [#"EHLO c.example\r\n"#, #"MAIL FROM:<>\r\n"#, #"RCPT TO:<a@b>\r\n"#] + texts
        let names = found(Self.tls + lines) { $0.extensions.subtract(.pipelining) }
        #expect(names.split(separator: ", ").contains("improper-pipelining"), "\(names)")
        let offered = found(Self.tls + lines) { _ in }
        #expect(!offered.contains("improper-pipelining"), "\(offered)")
    }

    @Test(arguments: [
        ready + [#"MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"#, message],
        ready + [#"RSET\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\n"#, #"BDAT 2\r\nabBDAT 2 LAST\r\ncd"#],
        ready + [
            #"MAIL FROM:<>\r\nRCPT TO:<a@b>\r\n"#, #"DATA\r\n"#,
            message + #"MAIL FROM:<>\r\nQUIT\r\n"#,
        ],
        ready + [#"AUTH LOGIN\r\n"#, #"YQ==\r\n"#], ready + [#"HELP\r\nNOOP\r\n"#],
    ]) func `what may go together does`(texts: [String]) {
        let names = found(texts) { $0.authentication = .optional }
        #expect(!names.contains("improper-pipelining"), "\(names)")
    }
}
