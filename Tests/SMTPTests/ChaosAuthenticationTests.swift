import SMTP
import Testing

/// What a session does where AUTH is to fail on purpose.
@Suite struct ChaosAuthenticationTests {
    /// AUTH where it is optional, in a session that has come as far as EHLO.
    private func run(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        Transcript(ChaosTests.greeted + "C: EHLO x\nS: @unavailable AUTH PLAIN LOGIN\n" + text).run(
            .test(.unavailable) {
                $0.authentication = .optional
                $0.plaintextMechanisms = ["PLAIN", "LOGIN"]
                $0.chaos = [.authentication]
            }, sourceLocation: sourceLocation)
    }

    @Test func `AUTH may be refused before credentials are looked at`() {
        run(
            """
            C: AUTH PLAIN AGpvZQBwZW5jaWw=
            C: NOOP
            ! auth PLAIN "\\0joe\\0pencil"
            ? chaos authentication 535
            S: 535 5.7.8 Chaos authentication error
            S: 250 2.0.0 Ok
            C: AUTH LOGIN
            ! auth LOGIN
            ? chaos authentication 454
            S: 454 4.7.0 Chaos authentication error
            C: AUTH PLAIN AGpvZQBwZW5jaWw=
            ! auth PLAIN "\\0joe\\0pencil"
            ? authenticated
            S: 235 2.7.0 Authentication successful
            """)
        run("C: AUTH LOGIN\n! auth LOGIN\n? chaos drop\n! close")
        run(
            "C: AUTH PLAIN\n! auth PLAIN\n? chaos authentication 421\n"
                + "S: 421 4.7.0 Chaos authentication error\n! close")
    }

    @Test func `AUTH may be refused behind a challenge`() {
        run(
            """
            C: AUTH PLAIN x===
            S: 501 5.5.2 Cannot decode base64
            C: AUTH PLAIN
            ! auth PLAIN
            ? challenge
            S: 334\u{20}
            C: dG9rZW4=
            ! respond "token"
            ? challenge {"status":"invalid_token"}
            S: 334 eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0=
            C: AQ==
            ! respond "\\u{01}"
            ? chaos authentication 535
            S: 535 5.7.8 Chaos authentication error
            C: MAIL FROM:<>
            S: 250 2.1.0 Ok
            """)
    }

    @Test func `AUTH that is refused anyway is not asked about`() {
        run(
            """
            C: AUTH CRAM-MD5
            S: 504 5.5.4 Unrecognized authentication mechanism
            C: AUTH PLAIN *
            S: 501 5.5.2 Cannot decode base64
            C: MAIL FROM:<>
            S: 250 2.1.0 Ok
            C: AUTH PLAIN
            S: 503 5.5.1 AUTH cannot be used in a mail transaction
            """)
    }
}
