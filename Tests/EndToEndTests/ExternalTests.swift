import TestSupport
import Testing

/// AUTH EXTERNAL: the certificate of the client, over real TLS, is what it logs in by.
@Suite struct ExternalTests {
    private static let alice = TestCertificate(subject: "/O=x/CN=alice")
    /// Of the authority below, as one that vouches for itself and has no name is not accepted.
    private static let nameless = Check.authority.issue("nameless", subject: "/", names: nil)

    /// Knows both.
    private let authorities: String
    private let directory = TemporaryDirectory()

    init() {
        let files = [Self.alice.certificateFile, Check.authority.certificateFile]
        authorities = directory.write(files.map { textOfFile($0) ?? "" }.joined(), to: "ca.pem")
    }

    private func arguments(_ mode: String) -> [String] {
        [
            "--smtp-tls-client-auth", mode, "--smtp-tls-client-ca", authorities,
            "--sandbox=require", "-v",
        ]
    }

    /// curl as `user`, without a password, which is how it is told to use EXTERNAL.
    private func curl(
        _ user: String, _ certificate: String?, _ key: String?, _ mode: String = "request",
        environment: [String: String] = [:]
    ) -> CommandClient {
        var options = ["--cacert", TestCertificate.shared.certificateFile]
        options += ["--login-options", "AUTH=EXTERNAL", "--user", "\(user):"]
        if let certificate, let key { options += ["--cert", certificate, "--key", key] }
        return CommandClient.curl(options, mailpit: arguments(mode), environment: environment)
    }

    @Test(arguments: ["request", "require"])
    func `curl gets in by its certificate`(_ mode: String) {
        let client = curl("alice", Self.alice.certificateFile, Self.alice.keyFile, mode)
        #expect(client.status == 0, "\(client.output)")
        #expect(client.output.contains("250-AUTH EXTERNAL"), "\(client.output)")
        #expect(client.output.contains("235 2.7.0 Authentication successful"))
        #expect(client.mailpit.log.contains(" auth-ok: CN=alice,O=x by EXTERNAL"))
        #expect(client.mailpit.onlyMessage?.contains(" with ESMTPSA id ") == true)
    }

    @Test func `it needs no password where others do`() {
        let users = ["MP_SMTP_AUTH": "tim:{SHA}0vxRJJChUDZGC1SJQBQ51tpUB/o="]
        let client = curl(
            "alice", Self.alice.certificateFile, Self.alice.keyFile, environment: users)
        #expect(client.status == 0, "\(client.output)")
        #expect(client.output.contains("250-AUTH EXTERNAL PLAIN LOGIN"))
        let other = curl("tim", nil, nil, environment: users)
        #expect(other.status != 0)
        #expect(other.output.contains("250-AUTH PLAIN LOGIN"))
        #expect(other.mailpit.stored == [])
    }

    @Test func `nobody gets in under another name`() {
        let client = curl("bob", Self.alice.certificateFile, Self.alice.keyFile)
        // CURLE_LOGIN_DENIED
        #expect(client.status == 67, "\(client.output)")
        #expect(client.output.contains("535 5.7.8 "))
        #expect(client.mailpit.log.contains(" auth-failed: EXTERNAL: may not act as another"))
        #expect(client.mailpit.stored == [])
    }

    /// Without AUTH in the offer curl sends its mail without it, where nobody requires it.
    private func expectNoAUTH(
        _ client: CommandClient, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(client.status == 0, "\(client.output)", sourceLocation: sourceLocation)
        #expect(!client.output.contains("AUTH"), sourceLocation: sourceLocation)
        let log = client.mailpit.log
        #expect(log.contains(" tls-established: "), sourceLocation: sourceLocation)
        #expect(!log.contains(" auth-"), sourceLocation: sourceLocation)
        #expect(
            client.mailpit.onlyMessage?.contains(" with ESMTPS id ") == true,
            sourceLocation: sourceLocation)
    }

    @Test func `without a certificate it is not offered`() {
        expectNoAUTH(curl("alice", nil, nil))
    }

    @Test(arguments: ["request", "require"])
    func `nor for a certificate without a subject, which is verified and names nobody`(
        _ mode: String
    ) {
        let client = curl("alice", Self.nameless.certificateFile, Self.nameless.keyFile, mode)
        expectNoAUTH(client)
        #expect(!client.mailpit.log.contains("client certificate: "), "\(client.mailpit.log)")
    }
}
