import TestSupport
import Testing

@Suite struct SelfSignedTests {
    @Test(arguments: [
        ["MP_SMTP_TLS_CERT": "sans:localhost,127.0.0.1,::1"],
        ["MP_SMTP_TLS_KEY": "sans:localhost,127.0.0.1,::1"],
        [
            "MP_SMTP_TLS_CERT": "sans:localhost,127.0.0.1,::1",
            "MP_SMTP_TLS_KEY": "sans:localhost,127.0.0.1,::1",
        ],
    ])
    func `a certificate is made for the names behind sans`(_ variables: [String: String]) {
        let client = CommandClient.openssl(
            ["-showcerts", "-verify_hostname", "localhost"], mailpit: ["--sandbox=require"],
            environment: variables, hasCertificate: false)
        #expect(client.status == 0)
        #expect(client.mailpit.child.wait() == 0)
        #expect(client.output.replacing(" ", with: "").contains("\nsubject=CN=localhost\n"))
        // The name is right, and only the issuer is not known.
        #expect(client.output.contains("Verification error: self-signed certificate\n"))
        #expect(client.output.contains("221 2.0.0 Bye"))
        #expect(client.mailpit.log.contains("tls-established"))
    }

    @Test func `a message arrives, and a client that verifies does not send any`() {
        let arguments = ["--smtp-tls-cert=sans:localhost", "--sandbox=require"]
        let careless = CommandClient.curl(["-k"], mailpit: arguments, hasCertificate: false)
        #expect(careless.status == 0, "\(careless.output)")
        #expect(careless.mailpit.onlyMessage?.hasSuffix("\n\ny\n") == true)
        let careful = CommandClient.curl([], mailpit: arguments, hasCertificate: false)
        #expect(careful.status == 60, "\(careful.output)")
        #expect(careful.mailpit.stored == [])
        #expect(careful.mailpit.log.contains("tls-failed"))
    }

    @Test func `the credentials of systemd stand back`() {
        let directory = TemporaryDirectory()
        directory.write("", to: "smtp-tls-cert")
        directory.write("", to: "smtp-tls-key")
        let mailpit = Mailpit(
            ["--smtp-tls-cert", "sans:localhost"],
            environment: ["CREDENTIALS_DIRECTORY": directory.path], hasCertificate: false)
        _ = mailpit.client.reply()
        mailpit.client.enterTLS()
    }
}
