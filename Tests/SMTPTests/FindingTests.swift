import Testing

@testable import SMTP

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

    /// What is found in all when each line of the text is sent in pieces of so many octets.
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
            for piece in pieces(of: unescape(part), stride) {
                actions += session.send(piece)
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

/// The lines of some octets, each cut into pieces of so many.
func pieces(of octets: [UInt8], _ stride: Int) -> [ArraySlice<UInt8>] {
    octets.split(separator: 10, omittingEmptySubsequences: false).flatMap { line in
        let end = min(line.endIndex + 1, octets.count)
        return Swift.stride(from: line.startIndex, to: end, by: stride)
            .map { octets[$0..<min($0 + stride, end)] }
    }
}

@Suite struct FindingTests {
    static let hello = #"EHLO c.example\r\n"#
    static let longest = String(repeating: "x", count: 64)
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
        FindingCase(.underscoreInDomain, #"EHLO c_d.example\r\n"#),
        FindingCase(.underscoreInDomain, #"EHLO _\r\n"#, others: "ehlo-not-fqdn"),
        FindingCase(.underscoreInDomain, hello + #"MAIL FROM:<a@b_c.example>\r\n"#),
        FindingCase(
            .underscoreInDomain, hello + #"MAIL FROM:<>\r\nRCPT TO:<root@my_project_web_1>\r\n"#),
        FindingCase(.spaceAfterColon, hello + #"MAIL FROM: <>\r\n"#),
        FindingCase(.spaceAfterColon, hello + #"MAIL FROM:<>\r\nRCPT TO:\t<a@b>\r\nRSET\r\n"#),
        FindingCase(.spaceAfterColon, hello + #"MAIL FROM: <\r\n"#),
        FindingCase(.encodedWordAddress, hello + #"MAIL FROM:<=?utf-8?q?j=C3=B6rg?=@b>\r\n"#),
        FindingCase(
            .encodedWordAddress, hello + #"MAIL FROM:<>\r\nRCPT TO:<"x =?a?B?w6Q=?="@b>\r\n"#),
        FindingCase(.longLocalPart, hello + "MAIL FROM:<\(longest)x@b>" + #"\r\n"#),
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
        FindingCase(.underscoreInDomain, hello + #"MAIL FROM:<a_b@c.example>\r\n"#),
        FindingCase(.spaceAfterColon, hello + #"MAIL FROM:<> \r\nMAIL  FROM:<>\r\n"#),
        FindingCase(
            .encodedWordAddress,
            hello
                + #"MAIL FROM:<=?utf-8?x?y?=@b>\r\nRCPT TO:<?=?a?q?@b>\r\nRCPT TO:<=?a?q=?=@b>\r\n"#
        ),
        FindingCase(.longLocalPart, hello + "MAIL FROM:<\(longest)@b>" + #"\r\n"#),
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
        (.truncated, "no-quit", "no-close-notify, no-quit"),
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
            (Session.Ending.orderly, ""), (.truncated, "no-close-notify"), (.givenUp, ""),
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

    @Test func `who is turned away, or does not get beyond the handshake, owes nothing`() {
        for event: (inout Session) -> Void in [
            { $0.timedOut() }, { $0.terminated() }, { $0.disconnected(.givenUp) },
            { _ = $0.send("BDAT x\r\n") },
        ] {
            for ending in [Session.Ending.orderly, .truncated] {
                var session = Session.inTLS("EHLO c.example")
                event(&session)
                session.disconnected(ending)
                #expect(session.allFindings.text == "")
            }
        }
        var session = Session.plain("STARTTLS", configuration: .test(.required))
        session.disconnected(.truncated)
        #expect(session.allFindings.text == "")
    }

    @Test func `who speaks before the greeting is an early talker`() {
        var session = Session.plain()
        session.clientSpokeEarly()
        #expect(session.findings.text == "early-talker")
    }

    @Test(arguments: [
        (true, ["EHLO c.example", "MAIL FROM:<>"], "unverifiable-certificate"),
        (false, ["EHLO c.example", "MAIL FROM:<>"], ""), (true, ["EHLO c.example"], ""),
    ]) func `mail over a certificate that nobody can have verified is a finding`(
        isUnverifiable: Bool, lines: [String], found: String
    ) {
        for tls in [Session.Configuration.TLS.required, .implicit, .optional] {
            var session = Session(.test(tls) { $0.hasUnverifiableCertificate = isUnverifiable })
            _ = session.drain()
            if tls == .required { _ = session.send("STARTTLS\r\n") }
            if tls != .optional { session.tlsEstablished() }
            for line in lines { _ = session.send(line + "\r\n") }
            // Where TLS is optional, this one is in plaintext.
            let expected = tls != .optional ? found : lines.count > 1 ? "command-before-tls" : ""
            #expect(session.findings.text == expected)
        }
    }

    // MARK: - Where findings show

    @Test func `findings of the session survive the handshake`() {
        let attempt = FindingCase(.helo, #"RSET\r\nSTARTTLS\r\n!EHLO c.example\r\n"#, .required)
        #expect(attempt.findings(1000).text == "command-before-tls")
    }

    @Test func `findings of an envelope are told of its message, and in all at the end`() {
        var session = Session.plain("EHLO c.example", "MAIL FROM: <>", "RSET")
        _ = session.send("MAIL FROM:<>\r\n")
        #expect(session.findings.text == "")
        #expect(session.allFindings.text == "space-after-colon")
        _ = session.send("RCPT TO: <a@b>\r\n")
        _ = session.send("DATA\r\n")
        #expect(session.findings.text == "space-after-colon")
    }

    @Test func `the reply to a message has 512 octets at most, of which names are not cut`() {
        var all = FindingSet()
        for finding in Finding.allCases { all.insert(finding) }
        for count in 0..<400 {
            let name = String(repeating: "x", count: count)
            var octets: [UInt8] = []
            Reply.stored(as: name, all).append(to: &octets)
            let text = String(decoding: octets, as: UTF8.self)
            #expect(octets.count <= 512)
            #expect(
                text.hasPrefix("250 2.0.0 Ok: queued as \(name) (findings: command-before-tls, "))
            #expect(text.hasSuffix(", ...)\r\n"))
        }
        let few = FindingSet(.helo, .noSNI)
        for (count, end) in [
            (461, "(findings: helo, no-sni)\r\n"), (462, "(findings: helo, ...)\r\n"),
        ] {
            var octets: [UInt8] = []
            Reply.stored(as: String(repeating: "x", count: count), few).append(to: &octets)
            #expect(String(decoding: octets, as: UTF8.self).hasSuffix(end), "\(count)")
            #expect(octets.count <= 512)
        }
    }

    @Test func `findings have an order, and each comes once`() {
        var set = FindingSet()
        for finding in Finding.allCases.reversed() + Finding.allCases { set.insert(finding) }
        #expect(set.text == Finding.allCases.map(\.name).joined(separator: ", "))
        #expect(
            Finding.allCases.map(\.name) == [
                "command-before-tls", "auth-before-tls", "helo", "no-ehlo-after-tls",
                "ehlo-not-fqdn", "no-sni", "old-tls", "no-close-notify", "no-quit",
                "early-talker", "bare-lf-command", "unknown-command", "tls-without-starttls",
                "improper-pipelining", "unverifiable-certificate", "underscore-in-domain",
                "space-after-colon", "encoded-word-address", "long-local-part", "bare-lf",
                "bare-cr", "crcrlf", "nul", "long-line", "8bit-header", "undeclared-8bit",
                "missing-dot-stuffing", "wrong-size", "duplicate-header", "malformed-header",
                "missing-from", "missing-date", "missing-message-id", "no-header",
            ])
        #expect(Set(Finding.allCases.map(\.rawValue)) == Set(0..<34))
        #expect(FindingSet().isEmpty && !set.isEmpty)
    }
}
