import Notation
import Testing

@testable import SMTP

@Suite struct DeliveryHeaderTests {
    private func trace(
        _ lines: String..., client: Client = Client(name: "client.example", isExtended: true),
        origin: DeliveryHeader.Origin = .address("192.0.2.1"),
        cipherSuite: String? = "TLS_AES_256_GCM_SHA384", clientSubject: String? = nil,
        login: DeliveryHeader.Login? = nil
    ) -> String {
        var session = Session.plain("EHLO x")
        for line in lines.dropLast() { _ = session.send(line + "\r\n") }
        for action in session.send(lines[lines.count - 1] + "\r\nDATA\r\n") {
            guard case .beginMessage(_, let envelope) = action else { continue }
            return DeliveryHeader(
                client: client, envelope: envelope, origin: origin, hostname: "mx.example",
                id: "1.M2", cipherSuite: cipherSuite, clientSubject: clientSubject,
                login: login, time: 1_795_529_491
            ).text
        }
        return ""
    }

    @Test func `one recipient over TLS`() {
        #expect(
            trace("MAIL FROM:<a@b>", "RCPT TO:<c@d>") == """
                Return-Path: <a@b>
                Envelope-To: <c@d>
                Received: from client.example ([192.0.2.1]) by mx.example (Mailpit) with ESMTPS id 1.M2
                    for <c@d> tls TLS_AES_256_GCM_SHA384; Tue, 24 Nov 2026 14:11:31 +0000

                """)
    }

    @Test func `a client that was verified is in a comment`() {
        #expect(
            trace("MAIL FROM:<a@b>", "RCPT TO:<c@d>", clientSubject: "CN=alice,O=x")
                .hasSuffix(
                    """
                     with ESMTPS id 1.M2
                        for <c@d> tls TLS_AES_256_GCM_SHA384
                        (client certificate CN=alice,O=x); Tue, 24 Nov 2026 14:11:31 +0000

                    """))
    }

    @Test(
        arguments: [
            ("", "client certificate without a subject"), ("CN=(", #"client certificate CN=\("#),
            ("CN=)\r\nBcc: <a@b>", #"client certificate CN=\)??Bcc: <a@b>"#),
            (#"CN=a\,b\"#, #"client certificate CN=a\\,b\\"#),
            ("CN=\"", #"client certificate CN=""#),
            ("CN=ä\u{0}\u{7F};~ ", "client certificate CN=????;~ "),
            (String(repeating: "a", count: 400), nil), (String(repeating: "(", count: 401), nil),
        ] as [(String, String?)])
    func `no subject gets out of its comment`(subject: String, comment: String?) {
        let text = trace("MAIL FROM:<>", "RCPT TO:<a@b>", clientSubject: subject)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 6)
        let line = lines[4]
        #expect(line.utf8.allSatisfy { (0x20...0x7E).contains($0) } && line.utf8.count <= 998)
        let isLong = subject.utf8.count > 400
        let all = subject.replacing("(", with: #"\("#).prefix(isLong ? 800 : 400)
        let expected = comment ?? "client certificate \(all)\(isLong ? "..." : "")"
        #expect(line == "    (\(expected)); Tue, 24 Nov 2026 14:11:31 +0000")
    }

    @Test func `who has authenticated is in a comment before the clauses`() {
        let login = DeliveryHeader.Login(user: "joe", mechanism: "PLAIN")
        #expect(
            trace("MAIL FROM:<a@b>", "RCPT TO:<c@d>", clientSubject: "CN=alice", login: login)
                .hasSuffix(
                    """
                     with ESMTPSA id 1.M2
                        (authenticated joe by PLAIN)
                        for <c@d> tls TLS_AES_256_GCM_SHA384
                        (client certificate CN=alice); Tue, 24 Nov 2026 14:11:31 +0000

                    """))
        #expect(
            trace("MAIL FROM:<>", "RCPT TO:<a@b>", "RCPT TO:<c@d>", cipherSuite: nil, login: login)
                .hasSuffix(
                    """
                     with ESMTPA id 1.M2
                        (authenticated joe by PLAIN);
                        Tue, 24 Nov 2026 14:11:31 +0000

                    """))
    }

    @Test(
        arguments: [
            ("", #"authenticated "" by PLAIN"#), ("(", #"authenticated \( by PLAIN"#),
            (") by X (\r\nBcc: <a@b>", #"authenticated \) by X \(??Bcc: <a@b> by PLAIN"#),
            (#"DOMAIN\joe"#, #"authenticated DOMAIN\\joe by PLAIN"#),
            ("jürgen", "authenticated j??rgen by PLAIN"),
            (String(repeating: "(", count: 400), nil), (String(repeating: "(", count: 1024), nil),
        ] as [(String, String?)])
    func `no user gets out of the comment`(user: String, comment: String?) {
        let text = trace(
            "MAIL FROM:<>", "RCPT TO:<a@b>", login: .init(user: user, mechanism: "PLAIN"))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 6)
        let line = lines[3]
        #expect(line.utf8.allSatisfy { (0x20...0x7E).contains($0) } && line.utf8.count <= 998)
        let all = String(repeating: #"\("#, count: 400) + (user.count > 400 ? "..." : "")
        #expect(line == "    (\(comment ?? "authenticated \(all) by PLAIN"))")
    }

    @Test func `several recipients are folded and none is named`() {
        let name = String(repeating: "x", count: 30)
        #expect(
            trace(
                "MAIL FROM:<>", "RCPT TO:<\(name)@d>", "RCPT TO:<\(name)@e>", "RCPT TO:<f@g>",
                origin: .address("IPv6:2001:db8::1")
            ) == """
                Return-Path: <>
                Envelope-To: <\(name)@d>,
                    <\(name)@e>, <f@g>
                Received: from client.example ([IPv6:2001:db8::1]) by mx.example (Mailpit) with ESMTPS id 1.M2
                    tls TLS_AES_256_GCM_SHA384; Tue, 24 Nov 2026 14:11:31 +0000

                """)
    }

    @Test func `findings come last, folded, and only if there are any`() {
        var trace = DeliveryHeader(
            client: Client(name: "c.example", isExtended: true),
            envelope: Envelope(reversePath: .null), origin: .unknown, hostname: "mx.example",
            id: "1.M2", cipherSuite: nil, time: 1_795_529_491)
        #expect(trace.text.hasSuffix("id 1.M2;\n    Tue, 24 Nov 2026 14:11:31 +0000\n"))
        trace.findings = FindingSet(.noSNI, .helo)
        #expect(trace.text.hasSuffix("+0000\nX-Mailpit-Findings: helo, no-sni\n"))
        for finding in Finding.allCases.prefix(12) { trace.findings.insert(finding) }
        #expect(
            trace.text.hasSuffix(
                """
                X-Mailpit-Findings: command-before-tls, auth-before-tls, helo,
                    no-ehlo-after-tls, ehlo-not-fqdn, no-sni, old-tls, no-close-notify,
                    no-quit, early-talker, bare-lf-command, unknown-command

                """))
    }

    @Test func `a line of the envelope has 78 characters at most`() {
        // "Envelope-To: <…@d>, <f@g>" with 78 characters, and with one more.
        for (count, lines) in [(54, 1), (55, 2)] {
            let name = String(repeating: "x", count: count)
            let text = trace("MAIL FROM:<>", "RCPT TO:<\(name)@d>", "RCPT TO:<f@g>")
            let field = text.split(separator: "\n").dropFirst().prefix { !$0.hasPrefix("Received") }
            #expect(field.count == lines)
            #expect(field.allSatisfy { $0.utf8.count <= 78 })
        }
    }

    @Test func `without TLS, from a local process or from nobody knows where`() {
        let user = trace(
            "MAIL FROM:<>", "RCPT TO:<Postmaster>", origin: .user(1000), cipherSuite: nil)
        #expect(
            user.contains("from client.example (uid 1000) by mx.example (Mailpit) with ESMTP id"))
        #expect(user.contains("\n    for <Postmaster>; Tue,"))
        let unknown = trace(
            "MAIL FROM:<>", "RCPT TO:<a@b>", "RCPT TO:<c@d>", origin: .unknown, cipherSuite: nil)
        #expect(unknown.contains("from client.example (unknown) by"))
        #expect(unknown.contains(" id 1.M2;\n    Tue,"))
    }

    @Test func `after HELO it is SMTP, even over TLS`() {
        let client = Client(name: "x", isExtended: false)
        let text = trace("MAIL FROM:<>", "RCPT TO:<a@b>", client: client)
        #expect(text.contains(" with SMTP id "))
        #expect(text.contains(" tls TLS_AES_256_GCM_SHA384;"))
    }

    @Test func `with SMTPUTF8 it says so`() {
        let lines = ("MAIL FROM:<ä@b> SMTPUTF8", "RCPT TO:<a@b>")
        #expect(trace(lines.0, lines.1).contains(" with UTF8SMTPS id "))
        #expect(trace(lines.0, lines.1, cipherSuite: nil).contains(" with UTF8SMTP id "))
        #expect(trace(lines.0, lines.1).hasPrefix("Return-Path: <ä@b>\n"))
    }

    @Test(arguments: [
        ("localhost", true), ("a-b.example", true), ("[192.0.2.1]", true), ("[IPv6:::1]", true),
        ("[192.0.2.256]", false), ("my_host", true), ("a..b", false), ("-a", false), ("a.", false),
        ("ä.example", false), ("(x)", false), ("a;b", false), ("[192.0.2.1]x", false),
        (String(repeating: "a", count: 255), true), (String(repeating: "a", count: 256), false),
    ])
    func `a name that is no domain or literal is not repeated`(name: String, isValid: Bool) {
        let client = Client(name: name, isExtended: true)
        let text = trace("MAIL FROM:<>", "RCPT TO:<a@b>", client: client)
        #expect(text.contains("Received: from \(isValid ? name : "[invalid]") ("))
    }
}
