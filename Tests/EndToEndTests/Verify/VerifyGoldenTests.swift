import TestSupport
import Testing

/// What the documentation of widespread clients says of them, as verdicts.
@Suite struct VerifyGoldenTests {
    struct Client: CustomTestStringConvertible {
        let testDescription: String
        let command: [String]
        /// The scenarios that it fails by its own documentation; it passes the others.
        let failures: Set<String>
    }

    private static let certificates: Set<String> = [
        "cert-expired", "cert-self-signed", "cert-unknown-ca", "cert-wrong-host",
    ]

    static let clients = [
        // curl(1): the transfer is terminated if TLS is not supported; certificates are verified.
        Client(
            testDescription: "curl --ssl-reqd", command: VerifyClient.curl(), failures: []),
        // curl(1): goes on without TLS if the server does not support it.
        Client(
            testDescription: "curl --ssl", command: VerifyClient.curl(["--ssl"]),
            failures: ["starttls-stripped"]),
        // swaks(1): -tls requires STARTTLS; without --tls-verify nothing is verified.
        Client(
            testDescription: "swaks -tls",
            command: [
                "swaks", "--server", "{host}", "--port", "{port}", "-tls", "--from", "a@b.example",
                "--to", "c@d.example", "--auth", "PLAIN", "--auth-user", "{user}",
                "--auth-password", "{password}", "--helo", "client.example",
            ], failures: certificates),
        // smtplib: an error if STARTTLS is not supported; the default context verifies.
        Client(
            testDescription: "smtplib with a context",
            command: smtplib("context=ssl.create_default_context()"), failures: []),
        // ssl, security considerations: without a context nothing is verified.
        Client(
            testDescription: "smtplib without a context", command: smtplib(""),
            failures: certificates),
        // msmtp(1): tls is required once it is on; tls_trust_file turns verification on.
        Client(
            testDescription: "msmtp",
            command: [
                "msmtp", "--host={host}", "--port={port}", "--tls=on", "--tls-starttls=on",
                "--tls-trust-file={ca}", "--auth=plain", "--user={user}",
                "--passwordeval=printenv MAILPIT_PASSWORD", "--from=a@b.example", "c@d.example",
            ], failures: []),
    ]

    private static func smtplib(_ arguments: String) -> [String] {
        [
            "/usr/bin/python3", "-c",
            """
            import os, smtplib, ssl
            server = smtplib.SMTP(os.environ["MAILPIT_HOST"], int(os.environ["MAILPIT_PORT"]))
            server.starttls(\(arguments))
            server.login(os.environ["MAILPIT_USER"], os.environ["MAILPIT_PASSWORD"])
            server.sendmail("a@b.example", ["c@d.example"], "Subject: x\\r\\n\\r\\ny\\r\\n")
            server.quit()
            """,
        ]
    }

    @Test(arguments: clients) func `each does what its documentation says, three times over`(
        client: Client
    ) {
        let scenarios = Self.certificates.union(["starttls-stripped"])
        for _ in 1...3 {
            let run = VerifyRun(
                [
                    "--as", "mx.example.net:587", "--only",
                    scenarios.sorted().joined(separator: ","),
                ],
                client: client.command)
            for id in scenarios {
                #expect(
                    run.verdict(id) == (client.failures.contains(id) ? "fail" : "pass"),
                    "\(id)\n\(run.command.outputText)\(run.command.errors)")
            }
            #expect(run.status == (client.failures.isEmpty ? 0 : 1))
        }
    }

    @Test func `what a client prints of its login is redacted`() {
        let run = VerifyRun(
            ["--as", "mx.example.net", "--only", "cert-expired"],
            client: [
                "swaks", "--server", "{host}", "--port", "{port}", "-tls", "--from", "a@b.example",
                "--to", "c@d.example", "--auth", "LOGIN", "--auth-user", "somebody",
                "--auth-password", "not for anybody",
            ])
        #expect(run.verdict("cert-expired") == "fail")
        let text = run.command.outputText
        #expect(text.contains("client: "))
        for secret in ["somebody", "not for anybody", "c29tZWJvZHk=", "bm90IGZvciBhbnlib2R5"] {
            #expect(!text.contains(secret), "\(secret) in \(text)")
        }
    }
}
