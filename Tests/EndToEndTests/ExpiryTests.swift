import TestSupport
import Testing

/// Sessions with a certificate whose time is nearly over: they are served, and the log says so.
@Suite struct ExpiryTests {
    /// What a session with such a certificate writes to its log about the options.
    private func warnings(
        _ name: String, from start: Int = -86_400, until seconds: Int, _ arguments: [String] = []
    ) -> [String] {
        let pair = Check.authority.issue(
            name, names: "DNS:localhost", from: start, until: seconds)
        let mailpit = Mailpit(
            arguments,
            environment: [
                "MP_SMTP_TLS_CERT": pair.certificateFile, "MP_SMTP_TLS_KEY": pair.keyFile,
            ])
        #expect(mailpit.client.reply() == ["220 mx.example ESMTP Mailpit"])
        mailpit.client.enterTLS()
        mailpit.client.command("MAIL FROM:<>")
        mailpit.client.command("QUIT")
        mailpit.client.close()
        #expect(mailpit.child.wait() == 0)
        #expect(!mailpit.log.contains(" config-error: "))
        return mailpit.log.split(separator: "\n").compactMap { line in
            line.firstRange(of: " certificate: ").map { String(line[$0.upperBound...]) }
        }
    }

    @Test func `it is told once a session from 14 days before on`() {
        let warned = warnings("last fortnight", until: 14 * 86_400 - 600)
        #expect(warned.count == 1)
        #expect(
            warned.first?.hasPrefix(
                "the certificate of CN=last fortnight expires in 13 days, on 20") == true)
        #expect(warnings("before it", until: 14 * 86_400 + 600) == [])
    }

    @Test func `an expired certificate is told of too, and those who want no warnings get none`() {
        let warned = warnings("expired", until: -600)
        #expect(warned.count == 1)
        #expect(warned.starts(with: "the certificate of CN=expired has expired, on 20"))
        #expect(warnings("expired quietly", until: -600, ["--quiet"]) == [])
    }

    @Test func `one that is not valid yet is told of, and one that is since a minute is not`() {
        let warned = warnings("early", from: 600, until: 30 * 86_400)
        #expect(warned.count == 1)
        #expect(
            warned.starts(with: "the certificate of CN=early is not valid before 20"))
        #expect(warnings("just now", from: -60, until: 30 * 86_400) == [])
    }

    @Test func `implicit TLS is no different`() {
        let pair = Check.authority.issue("submissions", names: "DNS:localhost", until: 600)
        let mailpit = Mailpit(
            ["--smtp-require-tls"],
            environment: [
                "MP_SMTP_TLS_CERT": pair.certificateFile, "MP_SMTP_TLS_KEY": pair.keyFile,
            ])
        #expect(mailpit.client.handshake())
        #expect(
            mailpit.log.contains(
                " certificate: the certificate of CN=submissions expires in less than a day, on "))
    }
}
