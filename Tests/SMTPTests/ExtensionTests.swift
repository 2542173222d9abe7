import Testing

@testable import SMTP

/// Extensions that are left out, or added.
@Suite struct ExtensionTests {
    private func run(
        _ text: String, _ tls: Session.Configuration.TLS = .unavailable,
        without left: Extensions = [], with added: Extensions = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        Transcript(ChaosTests.greeted + text).run(
            .test(tls) {
                $0.extensions.subtract(left)
                $0.extensions.formUnion(added)
            }, sourceLocation: sourceLocation)
    }

    /// The lines behind our name in the reply to EHLO.
    private func offers(
        _ extensions: Extensions, _ tls: Session.Configuration.TLS = .unavailable,
        isProtected: Bool = false
    ) -> [Substring] {
        let configuration = Session.Configuration.test(tls) { $0.extensions = extensions }
        var session = isProtected ? .inTLS(configuration: configuration) : Session(configuration)
        _ = session.drain()
        return session.replies(to: "EHLO x\r\n").dropFirst().map { $0.dropFirst(4) }
    }

    private static let lines = [
        "SIZE 52428800", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "PIPELINING",
        "LIMITS RCPTMAX=100", "CHUNKING", "DSN", "REQUIRETLS",
    ]

    @Test func `EHLO shows what there is, always in the same order`() {
        let all: Extensions = [.standard, .dsn, .requireTLS]
        for (index, (keyword, left)) in Extensions.byKeyword.enumerated() {
            #expect(Self.lines[index].hasPrefix(keyword))
            var expected = Self.lines.map { $0[...] }
            expected.remove(at: index)
            #expect(offers(all.subtracting(left), .required, isProtected: true) == expected)
        }
        #expect(offers([]) == [])
        #expect(offers([], .required) == ["STARTTLS"])
        #expect(offers(.standard) == Self.lines.dropLast(2).map { $0[...] })
    }

    @Test func `REQUIRETLS is shown within TLS alone, and CHUNKING where it may be used`() {
        #expect(offers([.chunking, .dsn, .requireTLS], .required) == ["STARTTLS", "DSN"])
        #expect(offers([.chunking, .requireTLS], .optional) == ["STARTTLS", "CHUNKING"])
        #expect(offers([.requireTLS]) == [])
    }

    @Test func `BDAT that is left out is unknown, and its octets are dropped`() {
        run(
            #"""
            c: EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\n
            S: 250-mx.example
            S: 250-SIZE 52428800
            S: 250-8BITMIME
            S: 250-SMTPUTF8
            S: 250-ENHANCEDSTATUSCODES
            S: 250-PIPELINING
            S: 250 LIMITS RCPTMAX=100
            S: 250 2.1.0 Ok
            S: 250 2.1.5 Ok
            c: BDAT 6\r\nQUIT\r\nbdat 4 last\r\nNOOPBDAT 0\r\n
            S: 500 5.5.2 Command not recognized
            S: 500 5.5.2 Command not recognized
            S: 500 5.5.2 Command not recognized
            # The transaction is what it was.
            c: DATA\r\na: b\r\n.\r\n
            ! begin
            S: 354 End data with <CR><LF>.<CR><LF>
            ! append "a: b\n"
            ! commit
            ? stored N
            S: 250 2.0.0 Ok: queued as N
            c: BDAT 1 x\r\nNOOP\r\n
            S: 500 5.5.2 Command not recognized
            ! close
            """#, without: .chunking)
    }

    @Test func `before TLS BDAT gets 530, left out or not`() {
        for left in [Extensions.chunking, []] {
            run(
                #"""
                c: BDAT 6\r\nQUIT\r\nNOOP\r\nBDAT x\r\nNOOP\r\n
                S: 530 5.7.0 Must issue a STARTTLS command first
                S: 250 2.0.0 Ok
                S: 530 5.7.0 Must issue a STARTTLS command first
                ! close
                """#, .required, without: left)
        }
    }

    @Test(arguments: [
        (Extensions.size, "SIZE=1"), (.size, "SIZE=99999999999"), (.size, "SIZE=x"),
        (.eightBitMIME, "BODY=8BITMIME"), (.eightBitMIME, "BODY=7BIT"), (.smtpUTF8, "SMTPUTF8"),
    ]) func `a parameter that is left out is unknown`(left: Extensions, parameter: String) {
        var session = Session.plain(
            "EHLO x", configuration: .test(.unavailable) { $0.extensions.subtract(left) })
        #expect(
            session.replies(to: "MAIL FROM:<> \(parameter)\r\n") == [
                "555 5.5.4 Parameter not recognized"
            ])
        // And no other is.
        let rest = ["SIZE=1", "BODY=7BIT", "SMTPUTF8"].filter {
            $0.prefix(4) != parameter.prefix(4)
        }
        #expect(
            session.replies(to: "MAIL FROM:<> \(rest.joined(separator: " "))\r\n")
                == ["250 2.1.0 Ok"])
    }

    @Test func `without SIZE the limit is in force`() {
        var session = Session.plain(
            "EHLO x", "MAIL FROM:<>", "RCPT TO:<a@b>",
            configuration: .test(.unavailable) {
                $0.extensions.remove(.size)
                $0.limits.messageOctets = 6
            })
        #expect(
            session.replies(to: "DATA\r\na: bc\r\n.\r\n").last
                == "552 5.3.4 Message size exceeds the limit")
    }

    @Test func `what is only not offered works`() {
        run(
            """
            C: EHLO x
            C: MAIL FROM:<> SIZE=1
            C: NOOP
            S: 250-mx.example
            S: 250-SIZE 52428800
            S: 250-8BITMIME
            S: 250-SMTPUTF8
            S: 250 CHUNKING
            S: 250 2.1.0 Ok
            S: 250 2.0.0 Ok
            """, without: [.enhancedStatusCodes, .pipelining, .limits])
    }
}

// MARK: - DSN and REQUIRETLS

extension ExtensionTests {
    private static let long = String(repeating: "x", count: 500)

    /// The reply to a line of MAIL or RCPT, and what is kept of it.
    private func answer(
        _ line: String, extensions: Extensions = [.standard, .dsn], isProtected: Bool = false
    ) -> (reply: Substring, requests: [String]) {
        let configuration = Session.Configuration.test(isProtected ? .required : .optional) {
            $0.extensions = extensions
        }
        var session =
            isProtected
            ? .inTLS("EHLO x", configuration: configuration)
            : Session.plain("EHLO x", configuration: configuration)
        if line.hasPrefix("RCPT") {
            _ = session.send("MAIL FROM:<>\(line.contains("SMTPUTF8 ") ? " SMTPUTF8" : "")\r\n")
        }
        let reply = session.replies(to: line.replacing("SMTPUTF8 ", with: "") + "\r\n")
        if line.hasPrefix("MAIL") { _ = session.send("RCPT TO:<a@b>\r\n") }
        for case .beginMessage(_, let envelope) in session.send("DATA\r\n") {
            return (reply[0].prefix(9), envelope.requests)
        }
        return (reply[0].prefix(9), [])
    }

    @Test(arguments: [
        ("RET=FULL", ["RET=FULL"]), ("ret=hdrs", ["RET=HDRS"]),
        ("ENVID=QQ314159", ["ENVID=QQ314159"]), ("ENVID=a+2Bb+20+09", ["ENVID=a+2Bb+20+09"]),
        ("Envid=x SIZE=1 RET=FULL", ["ENVID=x", "RET=FULL"]),
        ("ENVID=\(long.prefix(100))", ["ENVID=\(long.prefix(100))"]),
    ]) func `valid parameters of DSN in MAIL`(text: String, requests: [String]) {
        #expect(answer("MAIL FROM:<> \(text)") == ("250 2.1.0", requests))
        #expect(answer("MAIL FROM:<> \(text)", extensions: .standard) == ("555 5.5.4", []))
    }

    @Test(arguments: [
        "RET", "RET=", "RET=ALL", "RET=FULLY", "RET=FULL RET=HDRS", "ENVID", "ENVID=",
        "ENVID=\(long.prefix(101))", "ENVID=a+", "ENVID=a+2b", "ENVID=a+00", "ENVID=+7F",
        "ENVID=+0A", "ENVID=\u{E9}", "ENVID=+E9", "ENVID=x ENVID=y", "ENVID=a=b",
    ]) func `malformed parameters of DSN in MAIL`(text: String) {
        #expect(answer("MAIL FROM:<> \(text)") == ("501 5.5.4", []))
    }

    @Test(arguments: [
        ("NOTIFY=NEVER", ["NOTIFY=NEVER"]), ("notify=never", ["NOTIFY=NEVER"]),
        ("NOTIFY=delay,SUCCESS,Failure", ["NOTIFY=SUCCESS,FAILURE,DELAY"]),
        ("NOTIFY=DELAY,DELAY", ["NOTIFY=DELAY"]),
        ("ORCPT=rfc822;a+2Bb@c", ["ORCPT=rfc822;a+2Bb@c"]), ("ORCPT=x-y_z;", ["ORCPT=x-y_z;"]),
        (
            "ORCPT=rfc822;\(long.prefix(493)) NOTIFY=FAILURE",
            ["ORCPT=rfc822;\(long.prefix(493))", "NOTIFY=FAILURE"]
        ),
        (#"ORCPT=utf-8;\x{E9}@b"#, [#"ORCPT=utf-8;\x{E9}@b"#]),
        ("SMTPUTF8 ORCPT=UTF-8;\u{E9}@b", ["ORCPT=UTF-8;\u{E9}@b"]),
    ]) func `valid parameters of DSN in RCPT`(text: String, requests: [String]) {
        let line = "RCPT TO:<a@b> \(text)"
        #expect(answer(line) == ("250 2.1.5", ["<a@b>"] + requests))
        #expect(answer(line, extensions: .standard) == ("555 5.5.4", []))
    }

    @Test(arguments: [
        "NOTIFY", "NOTIFY=", "NOTIFY=ALWAYS", "NOTIFY=NEVER,DELAY", "NOTIFY=DELAY,NEVER",
        "NOTIFY=SUCCESS,", "NOTIFY=,SUCCESS", "NOTIFY=SUCCESS,,DELAY", "NOTIFY=SUCCESS;DELAY",
        "NOTIFY=DELAY NOTIFY=DELAY", "ORCPT", "ORCPT=", "ORCPT=a@b", "ORCPT=;a@b",
        "ORCPT=rfc(822;a@b", "ORCPT=rfc822;a+3", "ORCPT=rfc822;a+0Db", "ORCPT=rfc822;\u{E9}@b",
        "ORCPT=\u{E9};a@b", "ORCPT=rfc822;a ORCPT=rfc822;b", "ORCPT=rfc822;\(long.prefix(494))",
        "ORCPT=utf-8;\u{E9}@b", "SMTPUTF8 ORCPT=rfc822;\u{E9}@b", "SMTPUTF8 ORCPT=utf-8;\u{E9}+2B",
        "SMTPUTF8 ORCPT=utf-8;\(String(repeating: "\u{E9}", count: 248))",
    ]) func `malformed parameters of DSN in RCPT`(text: String) {
        #expect(answer("RCPT TO:<a@b> \(text)") == ("501 5.5.4", []))
    }

    @Test(arguments: ["RET=FULL", "ENVID=x", "SIZE=1", "REQUIRETLS"])
    func `RCPT has not the parameters of MAIL, nor the reverse`(text: String) {
        #expect(answer("RCPT TO:<a@b> \(text)", isProtected: true).reply == "555 5.5.4")
        #expect(answer("MAIL FROM:<> NOTIFY=NEVER").reply == "555 5.5.4")
        #expect(answer("MAIL FROM:<> ORCPT=rfc822;a").reply == "555 5.5.4")
    }

    @Test func `REQUIRETLS is known within TLS alone`() {
        for (text, isProtected, isThere, reply) in [
            ("REQUIRETLS", true, true, "250 2.1.0"), ("requiretls", true, true, "250 2.1.0"),
            ("REQUIRETLS", false, true, "555 5.5.4"), ("REQUIRETLS", true, false, "555 5.5.4"),
            ("REQUIRETLS=1", true, true, "501 5.5.4"), ("REQUIRETLSX", true, true, "555 5.5.4"),
            ("REQUIRETL", true, true, "555 5.5.4"),
            ("REQUIRETLS REQUIRETLS", true, true, "501 5.5.4"),
        ] {
            let extensions: Extensions = isThere ? [.standard, .requireTLS] : .standard
            let answer = answer(
                "MAIL FROM:<> \(text)", extensions: extensions, isProtected: isProtected)
            #expect(answer.reply == reply, "\(text)")
            #expect(answer.requests == (reply == "250 2.1.0" ? ["REQUIRETLS"] : []))
        }
    }

    /// The header of a message to recipients that end in `@no`, which are refused, and others.
    private func header(_ lines: String...) -> [Substring] {
        var session = Session.inTLS(
            "EHLO x",
            configuration: .test {
                $0.extensions = [.standard, .dsn, .requireTLS]
                $0.recipients = .checkedRefusingOthers
            })
        for line in lines + ["DATA"] {
            for action in session.send(line + "\r\n") {
                if case .checkRecipient(let path) = action {
                    session.recipientChecked(isAllowed: !path.text.hasSuffix("@no"))
                    _ = session.drain()
                }
                guard case .beginMessage(let client, let envelope) = action else { continue }
                return DeliveryHeader(
                    client: client, envelope: envelope, origin: .unknown, hostname: "mx.example",
                    id: "1", cipherSuite: nil, time: 0
                ).text.split(separator: "\n")
            }
        }
        return []
    }

    @Test func `what was asked for stands in the header`() {
        let lines = header(
            "MAIL FROM:<> RET=HDRS ENVID=QQ314159 REQUIRETLS", "RCPT TO:<a@no> NOTIFY=NEVER",
            "RCPT TO:<bob@b.example> NOTIFY=DELAY,SUCCESS ORCPT=rfc822;bob@c.example",
            "RCPT TO:<c@d>", "RCPT TO:<\"e f\"@g> ORCPT=rfc822;e")
        #expect(
            lines.suffix(2) == [
                "X-Mailpit-DSN: RET=HDRS ENVID=QQ314159 REQUIRETLS <bob@b.example>",
                "    NOTIFY=SUCCESS,DELAY ORCPT=rfc822;bob@c.example <\"e f\"@g> ORCPT=rfc822;e",
            ])
        #expect(!header("MAIL FROM:<>", "RCPT TO:<a@b>").contains { $0.hasPrefix("X-") })
    }

    @Test func `no line of it is too long`() {
        let local = String(repeating: "y", count: 890)
        let lines = header(
            "MAIL FROM:<> ENVID=\(Self.long.prefix(100)) RET=FULL REQUIRETLS",
            "RCPT TO:<\(local)@b> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;\(Self.long.prefix(493))"
        )
        #expect(lines.last == "    ORCPT=rfc822;\(Self.long.prefix(493))")
        #expect(lines.allSatisfy { $0.utf8.count <= 998 })
    }
}
