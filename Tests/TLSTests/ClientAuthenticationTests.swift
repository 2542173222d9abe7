import COpenSSL
import TLS
import Testing

@Suite struct ClientAuthenticationTests {
    private func configuration(_ mode: TLSConfiguration.ClientAuthentication)
        -> TLSConfiguration
    {
        var configuration = TLSConfiguration()
        configuration.clientAuthentication = mode
        configuration.clientCAFile = Authority.certificate("ca")
        return configuration
    }

    private func pair(
        _ mode: TLSConfiguration.ClientAuthentication, _ options: ClientOptions,
        _ certificate: String?
    ) throws -> Pair {
        var options = options
        options.certificate = certificate
        let pair = try Pair(
            Authority.credentials("ec"), configuration(mode), client: options)
        pair.shakeHands()
        return pair
    }

    @Test(arguments: TransferTests.both)
    func `a verified certificate gives its subject`(_ options: ClientOptions) throws {
        for mode in [TLSConfiguration.ClientAuthentication.request, .require] {
            for name in ["client", "rsa", "ed25519"] {
                let pair = try pair(mode, options, name)
                #expect(pair.serverOutcome == .done, "\(name)")
                #expect(pair.session.clientSubject == "CN=\(name)")
                #expect(pair.session.clientCertificateFault == nil)
                #expect(pair.sendToServer([1, 2, 3]) == [1, 2, 3])
            }
        }
    }

    @Test(arguments: TransferTests.both)
    func `without a wish for it no certificate is asked for`(_ options: ClientOptions) throws {
        let pair = try pair(.none, options, "client")
        #expect(pair.serverOutcome == .done)
        #expect(pair.session.clientSubject == nil)
        #expect(pair.session.clientCertificateFault == nil)
        #expect(OPENSSL_sk_num(SSL_get0_peer_CA_list(pair.client.ssl)) <= 0)
    }

    static let faults = [
        ("unknown", "unable to get local issuer certificate (CN=unknown)"),
        ("expired", "certificate has expired (CN=expired)"),
        ("stranger", "self-signed certificate (CN=stranger,O=mailpit tests)"),
        ("sha1", "CA signature digest algorithm too weak (CN=sha1)"),
    ]

    @Test(arguments: TransferTests.both, faults)
    func `a requested certificate that cannot be verified is only noted`(
        _ options: ClientOptions, _ fault: (String, String)
    ) throws {
        var options = options
        options.securityLevel = 0
        let pair = try pair(.request, options, fault.0)
        #expect(pair.serverOutcome == .done, "\(pair.serverOutcome)")
        #expect(pair.session.clientSubject == nil)
        #expect(pair.session.clientCertificateFault == fault.1)
        #expect(pair.sendToServer([1, 2, 3]) == [1, 2, 3])
        #expect(pair.sendToClient([1, 2, 3]) == [1, 2, 3])
    }

    @Test(arguments: TransferTests.both, faults)
    func `a required certificate that cannot be verified fails the handshake`(
        _ options: ClientOptions, _ fault: (String, String)
    ) throws {
        var options = options
        options.securityLevel = 0
        let pair = try pair(.require, options, fault.0)
        let expected = TLSError("TLS handshake", reason: "certificate verify failed: \(fault.1)")
        #expect(pair.serverOutcome == .failed(expected))
        #expect(pair.session.clientSubject == nil)
        #expect(pair.session.clientCertificateFault == fault.1)
        #expect(pair.session.version == nil)
    }

    @Test(arguments: TransferTests.both)
    func `a missing certificate matters only where it is required`(_ options: ClientOptions) throws
    {
        let requested = try pair(.request, options, nil)
        #expect(requested.serverOutcome == .done)
        #expect(requested.session.clientSubject == nil)
        #expect(requested.session.clientCertificateFault == nil)
        let required = try pair(.require, options, nil)
        let expected = TLSError(
            "TLS handshake", reason: "peer did not return a certificate")
        #expect(required.serverOutcome == .failed(expected))
        #expect(required.session.clientCertificateFault == nil)
    }

    @Test func `the client is told which authorities count`() throws {
        let pair = try pair(.request, .tls1_2, "client")
        #expect(OPENSSL_sk_num(SSL_get0_peer_CA_list(pair.client.ssl)) == 1)
    }

    @Test func `a file of authorities is checked`() throws {
        let scratch = Scratch()
        let credentials = try Authority.credentials("ec")
        let reading = "reading the client certificate authorities"
        let faults = [
            (scratch.file("missing"), "open: No such file or directory (errno 2)"),
            (scratch.write("", to: "empty"), "it is empty"),
            (scratch.write("garbage\n", to: "garbage"), "there is no PEM in it"),
            (Authority.key("ec"), "no certificate in it, only PRIVATE KEY"),
        ]
        for (path, reason) in faults {
            var configuration = TLSConfiguration()
            configuration.clientCAFile = path
            #expect(configuration.canBeRefused)
            let expected = TLSError(reading, path: path, reason: reason)
            #expect(throws: expected) { _ = try TLSContext(configuration, credentials) }
            #expect(ERR_peek_error() == 0)
        }
    }

    @Test func `several authorities in one file all count`() throws {
        let scratch = Scratch()
        var configuration = configuration(.require)
        let both = ["stranger", "ca", "ca"].map { text(of: Authority.certificate($0)) }
        configuration.clientCAFile = scratch.write(both.joined(), to: "cas")
        for name in ["client", "unknown"] {
            let pair = try Pair(
                Authority.credentials("ec"), configuration,
                client: ClientOptions(certificate: name))
            pair.shakeHands()
            #expect(pair.session.clientSubject == "CN=\(name)")
        }
    }
}
