import Testing

@testable import SMTP

@Suite struct AuthenticationTests {
    static func configuration(
        _ authentication: Session.Configuration.Authentication,
        _ tls: Session.Configuration.TLS = .required, plaintext: [String] = []
    ) -> Session.Configuration {
        .test(tls) {
            $0.authentication = authentication
            $0.plaintextMechanisms = plaintext
        }
    }

    static let required = configuration(.required)

    /// A session that has come as far as EHLO within TLS.
    static let inTLS = """
        S: 220 mx.example ESMTP Mailpit
        C: EHLO client.example
        S: @plain
        C: STARTTLS
        S: 220 2.0.0 Ready to start TLS
        ! startTLS
        ? tls SCRAM-SHA-256 PLAIN LOGIN
        C: EHLO client.example
        S: @tls AUTH SCRAM-SHA-256 PLAIN LOGIN

        """

    @Test func `with AUTH and only with it mail is taken where it is required`() {
        Transcript(
            Self.inTLS + """
                C: MAIL FROM:<a@b.example>
                S: 530 5.7.0 Authentication required
                C: AUTH PLAIN AHRpbQBwZW5jaWw=
                ! auth PLAIN "\\0tim\\0pencil"
                ? authenticated
                S: 235 2.7.0 Authentication successful
                C: MAIL FROM:<a@b.example>
                S: 250 2.1.0 Ok
                """
        ).run(Self.required)
    }

    @Test func `where it is optional mail is taken without`() {
        Transcript(
            Self.inTLS + """
                C: MAIL FROM:<a@b.example>
                S: 250 2.1.0 Ok
                """
        ).run(Self.configuration(.optional))
    }

    @Test func `what else there is goes without AUTH, as far as it goes`() {
        Transcript(
            Self.inTLS + """
                C: RCPT TO:<a@b.example>
                S: 503 5.5.1 Send MAIL first
                C: DATA
                S: 503 5.5.1 Send MAIL first
                C: NOOP
                S: 250 2.0.0 Ok
                C: RSET
                S: 250 2.0.0 Ok
                C: VRFY tim
                S: 252 2.0.0 Cannot verify the user
                C: QUIT
                S: 221 2.0.0 Bye
                ! close
                """
        ).run(Self.required)
    }

    @Test func `responses to challenges come on lines of their own`() {
        Transcript(
            Self.inTLS + """
                C: auth login
                ! auth LOGIN
                ? challenge Username:
                S: 334 VXNlcm5hbWU6
                C: dGlt
                ! respond "tim"
                ? challenge Password:
                S: 334 UGFzc3dvcmQ6
                C: cGVuY2ls
                ! respond "pencil"
                ? authenticated
                S: 235 2.7.0 Authentication successful
                C: NOOP
                S: 250 2.0.0 Ok
                """
        ).run(Self.required)
    }

    @Test func `a challenge and a response may be empty`() {
        Transcript(
            Self.inTLS + """
                C: AUTH PLAIN
                ! auth PLAIN
                ? challenge\u{20}
                S: 334\u{20}
                c: \\r\\n
                ! respond ""
                ? denied
                S: 535 5.7.8 Authentication credentials invalid
                C: AUTH PLAIN =
                ! auth PLAIN ""
                ? denied
                S: 535 5.7.8 Authentication credentials invalid
                C: AUTH PLAIN
                ! auth PLAIN
                ? challenge\u{20}
                S: 334\u{20}
                C: =
                ! forget
                S: 501 5.5.2 Cannot decode base64
                """
        ).run(Self.required)
    }

    @Test func `a wrong password can be followed by the right one`() {
        Transcript(
            Self.inTLS + """
                C: AUTH PLAIN AHRpbQBwZW4=
                ! auth PLAIN "\\0tim\\0pen"
                ? denied
                S: 535 5.7.8 Authentication credentials invalid
                C: MAIL FROM:<a@b.example>
                S: 530 5.7.0 Authentication required
                C: AUTH PLAIN AHRpbQBwZW5jaWw=
                ! auth PLAIN "\\0tim\\0pencil"
                ? authenticated
                S: 235 2.7.0 Authentication successful
                """
        ).run(Self.required)
    }

    @Test func `an exchange can be cancelled`() {
        Transcript(
            Self.inTLS + """
                C: AUTH LOGIN dGlt
                ! auth LOGIN "tim"
                ? challenge Password:
                S: 334 UGFzc3dvcmQ6
                C: *
                ! forget
                S: 501 5.7.0 Authentication cancelled
                C: *
                S: 500 5.5.2 Command not recognized
                C: MAIL FROM:<a@b.example>
                S: 530 5.7.0 Authentication required
                """
        ).run(Self.required)
    }

    @Test func `within an exchange a command is a response`() {
        Transcript(
            Self.inTLS + """
                C: AUTH LOGIN
                ! auth LOGIN
                ? challenge x
                S: 334 eA==
                C: QUIT
                ! respond "AB\\u{13}"
                ? denied
                S: 535 5.7.8 Authentication credentials invalid
                C: AUTH LOGIN
                ! auth LOGIN
                ? challenge x
                S: 334 eA==
                C: MAIL FROM:<a@b.example>
                ! forget
                S: 501 5.5.2 Cannot decode base64
                """
        ).run(Self.required)
    }

    @Test func `AUTH comes once and not within a transaction`() {
        Transcript(
            Self.inTLS + """
                C: MAIL FROM:<a@b.example>
                S: 250 2.1.0 Ok
                C: AUTH PLAIN AHRpbQBwZW5jaWw=
                S: 503 5.5.1 AUTH cannot be used in a mail transaction
                C: RCPT TO:<a@b.example>
                S: 250 2.1.5 Ok
                C: BDAT 0
                ! begin
                S: 250 2.0.0 Ok
                C: AUTH PLAIN AHRpbQBwZW5jaWw=
                S: 503 5.5.1 AUTH cannot be used in a mail transaction
                C: RSET
                ! abandon
                S: 250 2.0.0 Ok
                C: AUTH PLAIN AHRpbQBwZW5jaWw=
                ! auth PLAIN "\\0tim\\0pencil"
                ? authenticated
                S: 235 2.7.0 Authentication successful
                C: AUTH PLAIN AHRpbQBwZW5jaWw=
                S: 503 5.5.1 Already authenticated
                C: EHLO client.example
                S: @tls AUTH SCRAM-SHA-256 PLAIN LOGIN
                C: AUTH PLAIN AHRpbQBwZW5jaWw=
                S: 503 5.5.1 Already authenticated
                """
        ).run(Self.configuration(.optional))
    }

    @Test func `AUTH comes behind EHLO`() {
        Transcript(
            """
            S: 220 mx.example ESMTP Mailpit
            C: STARTTLS
            S: 220 2.0.0 Ready to start TLS
            ! startTLS
            ? tls PLAIN
            C: AUTH PLAIN AHRpbQBwZW5jaWw=
            S: 503 5.5.1 Send EHLO first
            """
        ).run(Self.required)
    }

    @Test func `before TLS there is the gate and nothing else`() {
        Transcript(
            """
            S: 220 mx.example ESMTP Mailpit
            C: EHLO client.example
            S: @plain
            C: AUTH PLAIN AHRpbQBwZW5jaWw=
            S: 530 5.7.0 Must issue a STARTTLS command first
            C: AHRpbQBwZW5jaWw=
            S: 530 5.7.0 Must issue a STARTTLS command first
            """
        ).run(Self.configuration(.required, plaintext: ["PLAIN"]))
    }

    @Test func `where TLS is optional AUTH is not to be had without it`() {
        for tls in [Session.Configuration.TLS.optional, .unavailable] {
            Transcript(
                """
                S: 220 mx.example ESMTP Mailpit
                C: EHLO client.example
                S: @\(tls == .optional ? "plain+chunking" : "unavailable")
                C: AUTH PLAIN AHRpbQBwZW5jaWw=
                S: 538 5.7.11 Encryption required for requested authentication mechanism
                C: AUTH XYZ
                S: 538 5.7.11 Encryption required for requested authentication mechanism
                C: MAIL FROM:<a@b.example>
                S: 530 5.7.0 Authentication required
                """
            ).run(Self.configuration(.required, tls))
        }
    }

    @Test func `unless that is allowed, and then TLS makes it be forgotten`() {
        Transcript(
            """
            S: 220 mx.example ESMTP Mailpit
            C: EHLO client.example
            S: @plain+chunking AUTH PLAIN
            C: AUTH PLAIN AHRpbQBwZW5jaWw=
            ! auth PLAIN "\\0tim\\0pencil"
            ? authenticated
            S: 235 2.7.0 Authentication successful
            C: STARTTLS
            S: 220 2.0.0 Ready to start TLS
            ! startTLS
            ? tls LOGIN
            C: EHLO client.example
            S: @tls AUTH LOGIN
            C: MAIL FROM:<a@b.example>
            S: 530 5.7.0 Authentication required
            C: AUTH PLAIN AHRpbQBwZW5jaWw=
            S: 504 5.5.4 Unrecognized authentication mechanism
            C: AUTH LOGIN
            ! auth LOGIN
            """
        ).run(Self.configuration(.required, .optional, plaintext: ["PLAIN"]))
    }

    @Test func `where no credentials are known AUTH is no command`() {
        Transcript(
            """
            S: 220 mx.example ESMTP Mailpit
            C: EHLO client.example
            S: @plain
            C: STARTTLS
            S: 220 2.0.0 Ready to start TLS
            ! startTLS
            ? tls PLAIN
            C: EHLO client.example
            S: @tls
            C: AUTH PLAIN AHRpbQBwZW5jaWw=
            S: 502 5.5.1 Command not implemented
            """
        ).run()
    }

    @Test(arguments: [
        ("AUTH", "501 5.5.4 Syntax error in parameters or arguments"),
        ("AUTH PLAIN AHRp bQBw", "501 5.5.4 Syntax error in parameters or arguments"),
        ("AUTH PLAIN,LOGIN", "501 5.5.4 Syntax error in parameters or arguments"),
        ("AUTH =", "501 5.5.4 Syntax error in parameters or arguments"),
        ("AUTH \u{1}", "501 5.5.4 Syntax error in parameters or arguments"),
        ("AUTH XYZ", "504 5.5.4 Unrecognized authentication mechanism"),
        ("AUTH CRAM-MD5", "504 5.5.4 Unrecognized authentication mechanism"),
        ("AUTH PLAI", "504 5.5.4 Unrecognized authentication mechanism"),
        ("AUTH SCRAM-SHA-256-PLUS =", "504 5.5.4 Unrecognized authentication mechanism"),
        ("AUTH PLAIN *", "501 5.5.2 Cannot decode base64"),
        ("AUTH PLAIN ==", "501 5.5.2 Cannot decode base64"),
        ("AUTH PLAIN AHRpbQBwZW5jaWw", "501 5.5.2 Cannot decode base64"),
        ("AUTH PLAIN AHRpbQBwZW5jaW-=", "501 5.5.2 Cannot decode base64"),
        ("AUTH PLAIN AHRpbQBwZW5jaWx=", "501 5.5.2 Cannot decode base64"),
        ("AUTH PLAIN \u{0}", "501 5.5.2 Cannot decode base64"),
    ])
    func `an AUTH that is none begins no exchange`(_ line: String, _ reply: String) {
        Transcript(Self.inTLS + "C: \(line)\nS: \(reply)").run(Self.required)
    }

    @Test func `names of mechanisms are those of either case`() {
        Transcript(
            Self.inTLS + "C: aUtH  scram-Sha-256\t=  \n! auth SCRAM-SHA-256 \"\""
        ).run(Self.required)
    }

    // MARK: Limits

    @Test(arguments: [12288, 12289])
    func `a line of AUTH has up to 12,288 octets`(_ octets: Int) {
        // Whole groups of four characters, and blanks before them to make up the length.
        let text = String(repeating: "QUJD", count: (12288 - 2 - "AUTH PLAIN ".count) / 4)
        let line = "AUTH PLAIN" + String(repeating: " ", count: octets - 2 - 10 - text.count) + text
        #expect(line.utf8.count + 2 == octets)
        var session = Session.inTLS(configuration: Self.required)
        session.mechanisms = ["PLAIN"]
        _ = session.send("EHLO x\r\n")
        let seen = render(session.send(line + "\r\n"))
        #expect(
            octets == 12288
                ? seen.first?.hasPrefix("! auth PLAIN \"ABCABC") == true
                : seen == ["500 5.5.2 Line too long"])
    }

    @Test(arguments: [12288, 12289, 65536, 65537])
    func `a response has up to 12,288 octets`(_ octets: Int) {
        for stride in [Int.max, 1] {
            var session = Session.inTLS(configuration: Self.required)
            session.mechanisms = ["PLAIN"]
            _ = session.send("EHLO x\r\nAUTH PLAIN\r\n")
            session.authenticationChallenged(with: [])
            #expect(render(session.drain()) == ["334 "])
            let text = String(repeating: "QUJD", count: (octets - 2) / 4)
            let line =
                text + String(repeating: " ", count: octets - 2 - text.count) + "\r\nNOOP\r\n"
            var seen: [String] = []
            let all = Array(line.utf8)
            for start in Swift.stride(from: 0, to: all.count, by: min(stride, all.count)) {
                let end = min(all.count, start + min(stride, all.count))
                seen += render(session.send(all[start..<end]))
            }
            switch octets {
            case 12288: #expect(seen.first?.hasPrefix("! respond \"ABCABC") == true)
            case 65537: #expect(seen == ["421 4.7.0 Line too long", "! close"])
            default: #expect(seen == ["! forget", "500 5.5.2 Line too long", "250 2.0.0 Ok"])
            }
        }
    }

    @Test func `guessing ends with the 20th error, challenges or not`() {
        var session = Session.inTLS(configuration: Self.required)
        session.mechanisms = ["LOGIN"]
        _ = session.send("EHLO x\r\n")
        var replies: [String] = []
        for _ in 0..<20 {
            _ = session.send("AUTH LOGIN\r\n")
            session.authenticationChallenged(with: [])
            replies += render(session.drain() + session.send("eA==\r\n"))
            session.authenticationFailed()
            replies += render(session.drain())
        }
        #expect(replies.count { $0 == "535 5.7.8 Authentication credentials invalid" } == 20)
        #expect(replies.suffix(2) == ["421 4.7.0 Too many errors", "! close"])
    }

    @Test func `a timeout and the end are told in the middle of an exchange too`() {
        Transcript(
            Self.inTLS + """
                C: AUTH LOGIN
                ! auth LOGIN
                ? challenge x
                S: 334 eA==
                ? timeout
                S: 421 4.4.2 Timeout
                ! close
                """
        ).run(Self.required)
        Transcript(
            Self.inTLS + """
                C: AUTH LOGIN
                ! auth LOGIN
                ? terminate
                S: 421 4.3.2 Shutting down
                ! close
                """
        ).run(Self.required)
    }

    @Test func `events that nobody waits for change nothing`() {
        var session = Session.inTLS("EHLO x", configuration: Self.required)
        session.authenticationSucceeded()
        session.authenticationFailed()
        session.authenticationChallenged(with: [1])
        #expect(session.drain() == [])
        #expect(
            session.replies(to: "MAIL FROM:<>\r\n") == ["530 5.7.0 Authentication required"])
    }

    @Test func `no response is reported`() {
        var configuration = Self.required
        configuration.reportsCommands = true
        var session = Session.inTLS(configuration: configuration)
        session.mechanisms = ["LOGIN"]
        _ = session.send("EHLO x\r\n")
        var actions = session.send("AUTH LOGIN c2VjcmV0\r\n")
        session.authenticationChallenged(with: [])
        actions += session.drain() + session.send("QUIT\r\n")
        session.authenticationChallenged(with: [])
        actions += session.drain() + session.send("*\r\nc2VjcmV0\r\n")
        #expect(
            reports(actions).compactMap {
                if case .commandReceived(let line) = $0 {
                    String(decoding: line, as: UTF8.self)
                } else {
                    nil
                }
            } == ["AUTH LOGIN [redacted]", "[redacted]", "*", "[redacted]"])
    }

    // MARK: Base64

    // RFC 4648 §10
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"), ("\u{0}\u{7F}~?>", "AH9+Pz4="),
    ])
    func `base64 is that of RFC 4648`(_ plain: String, _ coded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == coded)
        #expect(Base64.decode(Array(coded.utf8)[...]) == Array(plain.utf8))
    }

    @Test func `all octets survive it`() {
        for count in 0...66 {
            let octets = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 181 &+ count) }
            #expect(Base64.decode(Array(Base64.encode(octets).utf8)[...]) == octets)
        }
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm8==", "=", "==", "====", "Zg==Zg==", "Z=g=",
        " Zg==", "Zg== ", "Zg==\n", "Zm 9", "Zm9-", "Zm_v", "Zm9v====", "Zm\0\u{39}", "Zmü", "===g",
    ])
    func `what no encoder writes is no base64`(_ text: String) {
        #expect(Base64.decode(Array(text.utf8)[...]) == nil)
    }
}
