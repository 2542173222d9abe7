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

    @Test func `AUTH does not come between a refused chunk and RSET`() {
        var configuration = Self.configuration(.optional)
        configuration.limits.messageOctets = 1
        Transcript(
            Self.inTLS + """
                C: MAIL FROM:<a@b.example>
                C: RCPT TO:<a@b.example>
                S: 250 2.1.0 Ok
                S: 250 2.1.5 Ok
                c: BDAT 2\\r\\nxx
                S: 552 5.3.4 Message size exceeds the limit
                C: AUTH PLAIN AHRpbQBwZW5jaWw=
                S: 503 5.5.1 AUTH cannot be used in a mail transaction
                C: RSET
                S: 250 2.0.0 Ok
                C: AUTH PLAIN AHRpbQBwZW5jaWw=
                ! auth PLAIN "\\0tim\\0pencil"
                """
        ).run(configuration, offers: "SIZE 1")
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
}
