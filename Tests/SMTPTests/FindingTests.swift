import SMTP
import Testing

/// What provokes a finding, and what comes close without doing so.
struct FindingCase: Sendable, CustomTestStringConvertible {
    let finding: Finding
    var tls = Session.Configuration.TLS.unavailable
    /// What the client says, in the escapes of a transcript; `!` shakes hands.
    let text: String
    /// The other findings there are, in text.
    var others = ""
    var testDescription: String { "\(finding.name): \(text)" }

    init(
        _ finding: Finding, _ text: String, _ tls: Session.Configuration.TLS = .unavailable,
        others: String = ""
    ) {
        self.finding = finding
        self.tls = tls
        self.text = text
        self.others = others
    }

    /// What is found in all when the text is sent in pieces of so many octets.
    func findings(_ stride: Int) -> FindingSet {
        var session = Session(.test(tls))
        for (index, part) in text.split(separator: "!", omittingEmptySubsequences: false)
            .enumerated()
        {
            var actions = session.drain()
            if index > 0 {
                session.tlsEstablished()
                actions += session.drain()
            }
            let octets = unescape(part)
            for start in Swift.stride(from: 0, to: octets.count, by: stride) {
                actions += session.send(octets[start..<min(start + stride, octets.count)])
                if actions.last == .commitMessage {
                    session.messageStored(as: "N")
                    actions += session.drain()
                    actions.append(.close)
                }
            }
        }
        return session.allFindings
    }
}

@Suite struct FindingTests {
    static let hello = #"EHLO c.example\r\n"#
    static let inTLS = #"STARTTLS\r\n!EHLO c.example\r\n"#

    static let provoked = [
        FindingCase(.commandBeforeTLS, #"RSET\r\n"#, .required),
        FindingCase(.commandBeforeTLS, #"MAIL FROM:<>\r\n"#, .optional),
        FindingCase(.commandBeforeTLS, #"BDAT 2 LAST\r\nab"#, .required),
        FindingCase(.commandBeforeTLS, #"x\r\n"#, .required, others: "unknown-command"),
        FindingCase(.authBeforeTLS, #"AUTH PLAIN AGEAYg==\r\n"#, .required),
        FindingCase(.authBeforeTLS, #"auth LOGIN\r\nYQ==\r\n"#, .optional),
        FindingCase(.helo, #"HELO c.example\r\n"#),
        FindingCase(.helo, #"STARTTLS\r\n!helo c.example\r\n"#, .required),
        FindingCase(.helo, #"HELO c.example\r\n"#, .required, others: "command-before-tls"),
        FindingCase(.helo, #"HELO\r\n"#),
        FindingCase(
            .noEHLOAfterTLS, #"EHLO c.example\r\nSTARTTLS\r\n!MAIL FROM:<>\r\n"#, .required),
        FindingCase(
            .noEHLOAfterTLS, #"STARTTLS\r\n!NOOP\r\nRSET\r\nEHLO c.example\r\n"#, .optional),
        FindingCase(.ehloNotFQDN, #"EHLO localhost\r\n"#),
        FindingCase(.ehloNotFQDN, #"EHLO 192.0.2.1\r\n"#),
        FindingCase(.ehloNotFQDN, #"EHLO [192.0.2]\r\n"#),
        FindingCase(.ehloNotFQDN, #"EHLO c_d.example\r\n"#),
        FindingCase(.ehloNotFQDN, #"EHLO c.example.\r\n"#),
        FindingCase(.ehloNotFQDN, #"HELO c\r\n"#, others: "helo"),
        FindingCase(.ehloNotFQDN, #"EHLO c\r\nSTARTTLS\r\n!EHLO c.example\r\n"#, .required),
        FindingCase(.bareLFCommand, #"EHLO c.example\r\nNOOP\n"#),
        FindingCase(.bareLFCommand, #"EHLO c.example\n"#),
        FindingCase(.bareLFCommand, String(repeating: "x", count: 3000) + #"\n"#),
        FindingCase(.unknownCommand, #"XCLIENT\r\n"#),
        FindingCase(.unknownCommand, #"\r\n"#),
        FindingCase(.unknownCommand, inTLS + #"EHL\r\n"#, .required),
        FindingCase(.unknownCommand, #"AUTH LOGIN\r\nYQ==\r\nNOOP\r\nYQ==\r\n"#),
    ]

    @Test(arguments: provoked) func `what is a finding is found alone`(attempt: FindingCase) {
        for stride in [1, 1000] {
            let found = attempt.findings(stride)
            #expect(found.contains(attempt.finding))
            let expected = Finding.allCases.filter {
                $0 == attempt.finding || attempt.others == $0.name
            }
            #expect(found.text == expected.map(\.name).joined(separator: ", "))
        }
    }

    static let harmless = [
        FindingCase(
            .commandBeforeTLS, #"EHLO c.example\r\nnoop\r\nSTARTTLS x\r\nQUIT\r\n"#, .required),
        FindingCase(.commandBeforeTLS, #"EHLO c.example\r\nRSET\r\n"#),
        FindingCase(.commandBeforeTLS, inTLS + #"RSET\r\n"#, .required),
        FindingCase(.authBeforeTLS, #"AUTH PLAIN AGEAYg==\r\n"#),
        FindingCase(.authBeforeTLS, inTLS + #"AUTH PLAIN AGEAYg==\r\n"#, .required),
        FindingCase(.helo, hello),
        FindingCase(
            .noEHLOAfterTLS, #"STARTTLS\r\n!NOOP\r\nEHLO c.example\r\nRSET\r\n"#, .required),
        FindingCase(.noEHLOAfterTLS, #"STARTTLS\r\n!QUIT\r\n"#, .required),
        FindingCase(.noEHLOAfterTLS, #"!RSET\r\n"#, .implicit),
        FindingCase(
            .ehloNotFQDN, #"EHLO [192.0.2.1]\r\nEHLO [IPv6:::1]\r\nEHLO a.b\r\nEHLO 1.b2\r\n"#),
        FindingCase(.bareLFCommand, #"EHLO c.example \r\n"#),
        FindingCase(
            .unknownCommand, #"AUTH LOGIN\r\nYQ==\r\nYg==\r\nVRFY x\r\nEXPN x\r\nHELP\r\n"#),
    ]

    @Test(arguments: harmless) func `what is none is not`(attempt: FindingCase) {
        for stride in [1, 1000] { #expect(attempt.findings(stride).text == "") }
    }

    // MARK: - What only the events tell

    @Test(arguments: [
        (false, true, ""), (true, true, "old-tls"), (false, false, "no-sni"),
        (true, false, "no-sni, old-tls"),
    ]) func `the handshake tells of version and server name`(
        isOutdated: Bool, isServerNamed: Bool, found: String
    ) {
        for tls in [Session.Configuration.TLS.required, .implicit] {
            var session = Session(.test(tls))
            _ = session.drain()
            if tls == .required { _ = session.send("STARTTLS\r\n") }
            session.tlsEstablished(isOutdated: isOutdated, isServerNamed: isServerNamed)
            #expect(session.findings.text == found)
        }
    }

    @Test(arguments: [
        (Session.Ending.orderly, "no-quit", "no-quit"),
        (.abrupt, "no-quit", "no-close-notify, no-quit"),
        (.givenUp, "", ""),
    ]) func `the end of a connection is looked at`(
        ending: Session.Ending, inPlaintext: String, inTLS: String
    ) {
        var plain = Session.plain("EHLO c.example")
        plain.disconnected(ending)
        #expect(plain.allFindings.text == inPlaintext)
        var session = Session.inTLS("EHLO c.example", "MAIL FROM:<>")
        session.disconnected(ending)
        #expect(session.allFindings.text == inTLS)
    }

    @Test func `behind QUIT only close_notify is looked for`() {
        for (ending, found) in [
            (Session.Ending.orderly, ""), (.abrupt, "no-close-notify"), (.givenUp, ""),
        ] {
            var session = Session.inTLS("EHLO c.example", "QUIT")
            session.disconnected(ending)
            #expect(session.drain() == [])
            #expect(session.allFindings.text == found)
            var plain = Session.plain("QUIT")
            plain.disconnected(ending)
            #expect(plain.allFindings.text == "")
        }
    }

    @Test func `who is turned away, or does not get beyond the handshake, owes no QUIT`() {
        for event: (inout Session) -> Void in [{ $0.timedOut() }, { $0.terminated() }] {
            var session = Session.plain("EHLO c.example")
            event(&session)
            session.disconnected()
            #expect(session.allFindings.text == "")
        }
        var session = Session.plain("STARTTLS", configuration: .test(.required))
        session.disconnected(.abrupt)
        #expect(session.allFindings.text == "")
    }

    @Test func `who speaks before the greeting is an early talker`() {
        var session = Session.plain()
        session.clientSpokeEarly()
        #expect(session.findings.text == "early-talker")
    }

    // MARK: - Where findings show

    @Test func `findings of the session survive the handshake`() {
        let attempt = FindingCase(.helo, #"RSET\r\nSTARTTLS\r\n!EHLO c.example\r\n"#, .required)
        #expect(attempt.findings(1000).text == "command-before-tls")
    }

    @Test func `findings have an order, and each comes once`() {
        var set = FindingSet()
        for finding in Finding.allCases.reversed() + Finding.allCases { set.insert(finding) }
        #expect(set.text == Finding.allCases.map(\.name).joined(separator: ", "))
        #expect(
            Finding.allCases.map(\.name) == [
                "command-before-tls", "auth-before-tls", "helo", "no-ehlo-after-tls",
                "ehlo-not-fqdn", "no-sni", "old-tls", "no-close-notify", "no-quit",
                "early-talker", "bare-lf-command", "unknown-command", "bare-lf", "bare-cr",
                "crcrlf", "nul", "long-line", "8bit-header", "undeclared-8bit", "missing-from",
                "missing-date", "missing-message-id", "no-header",
            ])
        #expect(Set(Finding.allCases.map(\.rawValue)) == Set(0..<23))
        #expect(FindingSet().isEmpty && !set.isEmpty)
    }
}
