import TestSupport
import Testing

@Suite struct ClientCertificateTests {
    /// The client's certificate, and being self-signed also the authority that knows it.
    private static let known = TestCertificate(subject: "/O=x/CN=alice")
    private static let stranger = TestCertificate(subject: "/CN=mallory")

    private func arguments(_ mode: String, authority: TestCertificate = known) -> [String] {
        [
            "--smtp-tls-client-auth", mode, "--smtp-tls-client-ca", authority.certificateFile,
            "--sandbox=require",
        ]
    }

    private func curl(_ certificate: TestCertificate?, _ mailpit: [String]) -> CommandClient {
        var options = ["--cacert", TestCertificate.shared.certificateFile]
        if let certificate {
            options += ["--cert", certificate.certificateFile, "--key", certificate.keyFile]
        }
        return CommandClient.curl(options, mailpit: mailpit)
    }

    private func openssl(
        _ certificate: TestCertificate?, _ version: String, _ mailpit: [String]
    ) -> CommandClient {
        var options = [version]
        if let certificate {
            options += ["-cert", certificate.certificateFile, "-key", certificate.keyFile]
        }
        return CommandClient.openssl(options, mailpit: mailpit)
    }

    /// The lines of the Received field, the last one without its date.
    private func received(_ client: CommandClient) -> [Substring] {
        let lines = client.mailpit.onlyMessage?.split(separator: "\n") ?? []
        let field = lines.drop { !$0.hasPrefix("Received:") }
        let first = field.prefix(1)
        return (first + field.dropFirst().prefix { $0.hasPrefix("    ") })
            .map { $0.prefix { $0 != ";" } }
    }

    @Test(arguments: ["request", "require"])
    func `a verified client is in the log and in the message`(_ mode: String) {
        let client = curl(Self.known, arguments(mode))
        #expect(client.status == 0, "\(client.output)")
        #expect(client.mailpit.log.contains(" tls_client_subject=CN=alice,O=x"))
        let lines = received(client)
        #expect(lines.count == 3)
        #expect(lines[1].hasPrefix("    for <c@d.example> tls TLS_"))
        #expect(lines[2] == "    (client certificate CN=alice,O=x)")
        for version in ["-tls1_2", "-tls1_3"] {
            let client = openssl(Self.known, version, arguments(mode))
            #expect(client.status == 0, "\(client.output)")
            #expect(client.output.contains("221 2.0.0 Bye"))
            #expect(client.output.contains("Acceptable client certificate CA names"))
            #expect(client.mailpit.log.contains(" tls_client_subject=CN=alice,O=x"))
        }
    }

    @Test func `what is only requested may be missing or unknown`() {
        for certificate in [nil, Self.stranger] {
            let client = curl(certificate, arguments("request"))
            #expect(client.status == 0, "\(client.output)")
            #expect(received(client).count == 2)
            let log = client.mailpit.log
            #expect(!log.contains("tls_client_subject"))
            #expect(
                log.contains("client certificate: self-signed certificate (CN=mallory)")
                    == (certificate != nil), "\(log)")
        }
    }

    @Test func `what is required ends the handshake where it is missing or unknown`() {
        for (certificate, reason) in [
            (nil, "peer did not return a certificate"),
            (Self.stranger, "certificate verify failed: self-signed certificate (CN=mallory)"),
        ] {
            let messenger = curl(certificate, arguments("require"))
            let others = ["-tls1_2", "-tls1_3"].map {
                openssl(certificate, $0, arguments("require"))
            }
            for client in [messenger] + others {
                #expect(client.status != 0)
                #expect(client.mailpit.child.wait() == 0)
                #expect(client.mailpit.stored == [])
                // Not a word over TLS.
                #expect(!client.output.contains("CHUNKING"))
                let log = client.mailpit.log.split(separator: "\n")
                let record = log.first { $0.contains(" tls-failed: ") } ?? ""
                #expect(record.contains(" tls-failed: TLS handshake: \(reason); the client"))
                #expect(!client.mailpit.log.contains("tls-established"))
            }
        }
    }

    @Test func `nobody is asked where none is wanted`() {
        for mode in ["none", nil] {
            let client = curl(Self.known, mode.map { ["--smtp-tls-client-auth", $0] } ?? [])
            #expect(client.status == 0, "\(client.output)")
            #expect(received(client).count == 2)
            #expect(!client.mailpit.log.contains("alice"))
        }
    }

    @Test(arguments: [
        ("/CN=a)\r\nBcc: <x@y>\r\n\r\nz", #"CN=a\)\\0D\\0ABcc: \\<x@y\\>\\0D\\0A\\0D\\0Az"#),
        ("/CN=\\\\\"(", #"CN=\\\\\\"\("#),
    ])
    func `a subject breaks neither the header nor the log`(_ subject: String, _ comment: String) {
        let odd = TestCertificate(subject: subject)
        let client = curl(odd, arguments("require", authority: odd))
        #expect(client.status == 0, "\(client.output)")
        #expect(received(client).last == "    (client certificate \(comment))")
        #expect(
            client.mailpit.onlyMessage?.hasSuffix("\nFrom: <a@b.example>\nSubject: x\n\ny\n")
                == true)
        let log = client.mailpit.log.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(log.dropLast().allSatisfy { $0.contains("mailpit[") || $0.contains(": ") })
        #expect(log.count { $0.contains("tls_client_subject=") } == 1)
    }
}
