import COpenSSL
import Testing

@testable import TLS

/// Holds the lean library against all of OpenSSL: what a handshake comes to must be the same,
/// whatever the client offers.
@Suite struct LeanAgreementTests {
    private static let certificates = ["ec", "ec384", "ec521", "rsa"]

    /// Everything that a client can see of what was agreed on, or why nothing was.
    private struct Agreement: Equatable {
        var session: TLSSessionFacts
        var signature: [CInt] = []
        var outcomes: [String]
        var hasBinding = false

        init(_ pair: Pair) {
            let isDone = pair.shakeHands()
            session = pair.session
            outcomes = ["\(pair.serverOutcome)", "\(pair.clientOutcome)"]
            guard isDone else { return }
            var (digest, kind) = (CInt(0), CInt(0))
            SSL_ctrl(pair.client.ssl, SSL_CTRL_GET_PEER_SIGNATURE_NID, 0, &digest)
            SSL_get_peer_signature_type_nid(pair.client.ssl, &kind)
            signature = [digest, kind]
            let octets = sampleOctets(100)
            precondition(pair.sendToServer(octets) == octets && pair.sendToClient(octets) == octets)
            hasBinding = pair.server.channelBinding != nil
        }

        var isDone: Bool { session.version != nil }
    }

    /// What all of OpenSSL agrees to, having demanded the same of the lean library.
    private static func agreements(_ certificate: String, _ offers: [ClientOptions]) throws
        -> [Agreement]
    {
        let usual = try Authority.credentials(certificate)
        try #require(usual.areLean)
        let lean = try TLSContext(TLSConfiguration(), usual)
        let general = try Authority.credentials(certificate, for: nil)
        try #require(!general.areLean)
        let whole = try TLSContext(TLSConfiguration(), general)
        return try offers.map { offer in
            let expected = Agreement(try Pair(accepting: whole, client: offer))
            let found = Agreement(try Pair(accepting: lean, client: offer))
            #expect(found == expected, "\(certificate) \(offer)")
            return expected
        }
    }

    @Test(arguments: certificates)
    func `each suite, group and signature algorithm alone comes to the same`(_ certificate: String)
        throws
    {
        let all = Offers.all
        var offers = Offers.versions.flatMap { version -> [ClientOptions] in
            // The last two are answered with HelloRetryRequest.
            let groups = all.groups + ["P-521:P-384", "X448:X25519"]
            return [version] + groups.map { version.offering(group: $0) }
                + all.signatures.map { version.offering(signature: $0) }
        }
        offers.append(ClientOptions())
        offers += all.ciphers.map { Offers.versions[0].offering(suite: $0) }
        offers += all.ciphersuites.map { Offers.versions[1].offering(suite: $0) }
        let agreements = try Self.agreements(certificate, offers)
        #expect(agreements.contains(where: \.isDone) && !agreements.allSatisfy(\.isDone))
    }

    @Test(arguments: certificates)
    func `all that is agreed to by default is so in all combinations`(_ certificate: String) throws
    {
        let groups = TLSConfiguration.defaultGroups(version: OpenSSL_version_num())
            .split(separator: ":").map { $0.drop { $0 == "?" } }.map(String.init)
        let suites = [
            TLSConfiguration.intermediateCiphers, TLSConfiguration.intermediateCiphersuites,
        ].map { $0.split(separator: ":").map(String.init) }
        var offers: [ClientOptions] = []
        for (version, suites) in zip(Offers.versions, suites) {
            for suite in suites where Offers.isFor(certificate, suite) {
                for group in groups + Offers.groups(groups, with: certificate) {
                    for signature in Offers.all.signatures {
                        offers.append(
                            version.offering(suite: suite).offering(group: group)
                                .offering(signature: signature))
                    }
                }
            }
        }
        let done = try Self.agreements(certificate, offers).filter(\.isDone)
        // Each suite that the certificate is for.
        let agreed = Set(done.compactMap(\.session.cipher))
        #expect(agreed.count == (certificate == "rsa" ? 9 : 6), "\(agreed)")
        #expect(Set(done.compactMap(\.session.group)).count == groups.count)
    }
}

/// What clients of tests can offer.
enum Offers {
    /// In which TLS 1.2 comes first; neither refuses what is weak.
    static let versions = [TLS1_2_VERSION, TLS1_3_VERSION].map { version in
        var options = ClientOptions.only(version)
        options.securityLevel = 0
        return options
    }

    /// All names that OpenSSL knows, suites of TLS 1.2 and of TLS 1.3 apart.
    struct All {
        var ciphers: [String] = []
        let ciphersuites = [
            "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256",
        ]
        var groups = [
            "X25519", "P-256", "P-384", "P-521", "X448", "secp256k1", "brainpoolP256r1",
            "brainpoolP384r1", "brainpoolP512r1", "secp224r1", "ffdhe2048", "ffdhe3072",
            "X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024", "MLKEM768",
        ]
        var signatures = [
            "ECDSA+SHA1", "ECDSA+SHA224", "ECDSA+SHA256", "ECDSA+SHA384", "ECDSA+SHA512",
            "RSA+SHA1", "RSA+SHA224", "RSA+SHA256", "RSA+SHA384", "RSA+SHA512", "RSA-PSS+SHA256",
            "RSA-PSS+SHA384", "RSA-PSS+SHA512", "rsa_pss_pss_sha256", "ed25519", "ed448",
            "DSA+SHA256",
        ]
    }

    static let all: All = {
        var all = All()
        let context: OpaquePointer = SSL_CTX_new(TLS_client_method())
        defer { SSL_CTX_free(context) }
        SSL_CTX_set_security_level(context, 0)
        precondition(SSL_CTX_set_cipher_list(context, "ALL:COMPLEMENTOFALL:@SECLEVEL=0") == 1)
        let ciphers = SSL_CTX_get_ciphers(context)
        all.ciphers = (0..<copenssl_ciphers_count(ciphers))
            .map { String(cString: SSL_CIPHER_get_name(copenssl_cipher_at(ciphers, $0))) }
            .filter { !$0.hasPrefix("TLS_") }
        all.groups.removeAll { copenssl_set_groups(context, $0) != 1 }
        all.signatures.removeAll { copenssl_set_signatures(context, $0) != 1 }
        ERR_clear_error()
        return all
    }()

    /// Whether a suite is one for the kind of key that the certificate has.
    static func isFor(_ certificate: String, _ suite: String) -> Bool {
        suite.hasPrefix("TLS_") || suite.contains("RSA-") == (certificate == "rsa")
    }
}

extension Offers {
    /// Each group and the certificate's curve, which a client of TLS 1.2 has to know too.
    static func groups(_ groups: [String], with certificate: String) -> [String] {
        let curve = ["ec384": "P-384", "ec521": "P-521"][certificate] ?? "P-256"
        return groups.filter { $0 != curve }.map { "\($0):\(curve)" }
    }
}

extension ClientOptions {
    fileprivate func offering(suite: String) -> ClientOptions {
        var options = self
        if suite.hasPrefix("TLS_") {
            options.ciphersuites = suite
        } else {
            options.ciphers = "\(suite):@SECLEVEL=0"
        }
        return options
    }

    fileprivate func offering(group: String) -> ClientOptions {
        var options = self
        options.groups = group
        return options
    }

    fileprivate func offering(signature: String) -> ClientOptions {
        var options = self
        options.signatureAlgorithms = signature
        return options
    }
}
