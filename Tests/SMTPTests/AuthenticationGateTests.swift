import Testing

@testable import SMTP

/// Where AUTH is not to be had: before TLS, and where nobody could log in.
extension AuthenticationTests {
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
}
