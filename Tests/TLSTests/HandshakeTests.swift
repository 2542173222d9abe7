import COpenSSL
import TLS
import Testing

@Suite struct HandshakeTests {
    @Test(arguments: ["chain", "ec384", "rsa", "ed25519", "pss"])
    func `a certificate of every kind serves both versions`(_ name: String) throws {
        let key = name == "chain" ? "ec" : name
        for (options, version) in [(ClientOptions.tls1_2, "TLSv1.2"), (.tls1_3, "TLSv1.3")] {
            let pair = try Pair(Authority.credentials(name, key: key), client: options)
            #expect(pair.shakeHands(), "\(pair.serverOutcome) \(pair.clientOutcome)")
            #expect(pair.session.version?.name == version)
            let suite = pair.session.cipher ?? ""
            #expect(
                version == "TLSv1.3"
                    ? suite == "TLS_AES_128_GCM_SHA256" : suite.hasPrefix("TLS_ECDHE_"))
        }
    }

    @Test func `the chain is sent as the file has it, and no more`() throws {
        let pair = try Pair(Authority.credentials("chain", key: "ec"))
        #expect(pair.shakeHands())
        #expect(chainLength(pair) == 2)
        let single = try Pair.connected()
        #expect(chainLength(single) == 1)
    }

    @Test func `client authorities are not sent as part of our chain`() throws {
        var configuration = TLSConfiguration()
        configuration.clientCAFile = Authority.certificate("ca")
        let pair = try Pair(Authority.credentials("rsa"), configuration)
        #expect(pair.shakeHands())
        #expect(chainLength(pair) == 1)
    }

    private func chainLength(_ pair: Pair) -> CInt {
        let chain = SSL_get_peer_cert_chain(pair.client.ssl)
        return OPENSSL_sk_num(chain)
    }

    @Test(arguments: ["ECDSA+SHA256", "RSA-PSS+SHA256:RSA+SHA256"])
    func `each client gets the kind of certificate that it can verify`(_ algorithms: String)
        throws
    {
        let scratch = Scratch()
        let names = ["ec", "rsa"]
        let certificates = names.map { text(of: Authority.certificate($0)) }.joined()
        // The keys are in the other order: what belongs together is found by itself.
        let keys = names.reversed().map { text(of: Authority.key($0)) }.joined()
        let files = (scratch.write(certificates, to: "crt"), scratch.write(keys, to: "key"))
        for configuration in [TLSConfiguration(), nil] {
            let credentials = try TLSCredentials(
                certificateFile: files.0, keyFile: files.1, for: configuration)
            try expectKind(of: algorithms, from: credentials)
        }
    }

    private func expectKind(of algorithms: String, from credentials: TLSCredentials) throws {
        let kind = algorithms.hasPrefix("ECDSA") ? EVP_PKEY_EC : EVP_PKEY_RSA
        for var options in [ClientOptions.tls1_2, .tls1_3] {
            options.signatureAlgorithms = algorithms
            let pair = try Pair(credentials, client: options)
            #expect(pair.shakeHands(), "\(pair.serverOutcome)")
            let certificate = SSL_get0_peer_certificate(pair.client.ssl)
            #expect(EVP_PKEY_get_base_id(X509_get0_pubkey(certificate)) == kind)
        }
    }

    @Test(arguments: [TLSVersion.v1_0, .v1_1, .v1_2, .v1_3])
    func `the newest version allowed is taken, and nothing beyond`(_ version: TLSVersion) throws {
        let numbers: [TLSVersion: CInt] = [
            .v1_0: TLS1_VERSION, .v1_1: TLS1_1_VERSION, .v1_2: TLS1_2_VERSION,
            .v1_3: TLS1_3_VERSION,
        ]
        for offered in TLSVersion.allCases {
            var configuration = TLSConfiguration()
            configuration.minimumVersion = version
            configuration.maximumVersion = version
            let pair = try Pair(
                Authority.credentials("ec"), configuration, client: .only(numbers[offered]!))
            #expect(pair.shakeHands() == (offered == version))
            #expect(pair.session.version == (offered == version ? version : nil))
            #expect(pair.session.offeredVersions == ["TLSv\(offered.rawValue)"])
        }
    }

    @Test(arguments: [TLS1_VERSION, TLS1_1_VERSION])
    func `clients of before TLS 1.2 are served if the operator says so`(_ version: CInt) throws {
        let refused = try Pair(Authority.credentials("rsa"), client: .only(version))
        #expect(!refused.shakeHands())
        #expect(refused.serverReason == "TLS handshake: unsupported protocol")
        var configuration = TLSConfiguration()
        configuration.minimumVersion = .v1_0
        for name in ["rsa", "ec"] {
            let pair = try Pair(
                Authority.credentials(name), configuration, client: .only(version))
            #expect(pair.shakeHands(), "\(pair.serverOutcome)")
            #expect(pair.session.cipher?.contains("_AES_128_CBC_SHA") == true)
        }
    }

    @Test func `with a cipher list of the operator's the security level stays`() throws {
        var configuration = TLSConfiguration()
        configuration.minimumVersion = .v1_0
        configuration.ciphers = "ECDHE-ECDSA-AES128-SHA"
        let pair = try Pair(
            Authority.credentials("ec"), configuration, client: .only(TLS1_VERSION))
        #expect(!pair.shakeHands())
        configuration.ciphers = "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"
        let lowered = try Pair(
            Authority.credentials("ec"), configuration, client: .only(TLS1_VERSION))
        #expect(lowered.shakeHands())
    }

    @Test func `AES-CBC is not offered by default`() throws {
        var options = ClientOptions.tls1_2
        options.ciphers = "ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES128-SHA256"
        let pair = try Pair(Authority.credentials("ec"), client: options)
        #expect(!pair.shakeHands())
        #expect(pair.serverReason == "TLS handshake: no shared cipher")
        guard case .failed(let reason) = pair.clientOutcome else {
            Issue.record("\(pair.clientOutcome)")
            return
        }
        #expect(reason.hasSuffix(" alert handshake failure"))
    }

    @Test func `the server's order of suites decides`() throws {
        var options = ClientOptions.tls1_2
        options.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256"
        let pair = try Pair(Authority.credentials("ec"), client: options)
        #expect(pair.shakeHands())
        #expect(pair.session.cipher == "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
    }

    @Test func `finite-field Diffie-Hellman works as listed`() throws {
        var options = ClientOptions.tls1_2
        options.ciphers = "DHE-RSA-AES128-GCM-SHA256"
        let pair = try Pair(Authority.credentials("rsa"), client: options)
        #expect(pair.shakeHands(), "\(pair.serverOutcome)")
        #expect(pair.session.cipher == "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256")
    }
}

@Suite struct ListTests {
    @Test func `the cipher list is obeyed`() throws {
        var configuration = TLSConfiguration()
        configuration.ciphers = "ECDHE-ECDSA-CHACHA20-POLY1305"
        let pair = try Pair.connected(.tls1_2, configuration)
        #expect(pair.session.cipher == "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256")
    }

    @Test func `the list of suites is obeyed`() throws {
        var configuration = TLSConfiguration()
        configuration.ciphersuites = "TLS_CHACHA20_POLY1305_SHA256"
        let pair = try Pair.connected(.tls1_3, configuration)
        #expect(pair.session.cipher == "TLS_CHACHA20_POLY1305_SHA256")
    }

    @Test(arguments: [ClientOptions.tls1_2, .tls1_3])
    func `the list of groups is obeyed`(_ options: ClientOptions) throws {
        var configuration = TLSConfiguration()
        configuration.groups = "P-384"
        var options = options
        // TLS 1.2 has the certificate's curve in the same list.
        options.groups = "X25519:P-384:P-256"
        #expect(try Pair(Authority.credentials("ec"), configuration, client: options).shakeHands())
        options.groups = "X25519:P-256"
        let pair = try Pair(Authority.credentials("ec"), configuration, client: options)
        #expect(!pair.shakeHands())
        let reasons = ["no suitable key share", "no shared cipher"]
        #expect(reasons.contains { pair.serverReason.hasSuffix($0) })
    }

    @Test(arguments: ["X25519", "P-256", "P-384"])
    func `Mozilla's groups are the default`(_ group: String) throws {
        #expect(try Pair.connected(ClientOptions(groups: group)).session.version != nil)
    }

    @Test func `a group that is not Mozilla's is refused by default`() throws {
        let pair = try Pair(
            Authority.credentials("ec"), client: ClientOptions(groups: "P-521"))
        #expect(!pair.shakeHands())
    }

    @Test(arguments: [
        ("ciphers", "NOSUCH", "setting the TLS ciphers \"NOSUCH\": no cipher match"),
        ("ciphers", "", "setting the TLS ciphers \"\": no cipher match"),
        (
            "ciphersuites", "NOSUCH",
            "setting the TLS cipher suites \"NOSUCH\": no cipher match"
        ),
        (
            "ciphersuites", "TLS_AES_128_GCM_SHA256:TLS_NOSUCH",
            "setting the TLS cipher suites \"TLS_AES_128_GCM_SHA256:TLS_NOSUCH\": "
                + "TLS_NOSUCH is not known"
        ),
        ("ciphersuites", "", "setting the TLS cipher suites \"\": the list is empty"),
        ("groups", "NOSUCH", "setting the TLS groups \"NOSUCH\""),
        ("groups", "X25519:NOSUCH", "setting the TLS groups \"X25519:NOSUCH\""),
    ])
    func `a list with what OpenSSL does not know is refused`(
        _ option: String, _ list: String, _ expected: String
    ) throws {
        var configuration = TLSConfiguration()
        #expect(!configuration.canBeRefused)
        switch option {
        case "ciphers": configuration.ciphers = list
        case "ciphersuites": configuration.ciphersuites = list
        default: configuration.groups = list
        }
        #expect(configuration.canBeRefused)
        let credentials = try Authority.credentials("ec")
        let error = #expect(throws: TLSError.self) {
            _ = try TLSContext(configuration, credentials)
        }
        let description = try #require(error).description
        #expect(description.hasPrefix(expected), "\(description)")
        #expect(ERR_peek_error() == 0)
    }
}
