import COpenSSL
import Testing

@testable import TLS

@Suite struct LeanLibraryTests {
    /// Whether a session is served from the lean library: AES-CBC is not in it.
    private func isLean(
        _ credentials: TLSCredentials, _ configuration: TLSConfiguration = TLSConfiguration()
    ) throws -> Bool {
        let context = try TLSContext(configuration, credentials)
        defer { ERR_clear_error() }
        return SSL_CTX_set_cipher_list(context.context, "AES128-SHA") == 0
    }

    @Test(arguments: ["ec", "ec384", "ec521", "rsa", "expired"])
    func `a usual session is lean`(_ name: String) throws {
        #expect(try isLean(Authority.credentials(name)))
    }

    @Test func `a chain and certificates for several keys are usual`() throws {
        #expect(try isLean(Authority.credentials("chain", key: "ec")))
        #expect(try isLean(Credentials.ofTwoKinds("rsa")))
    }

    @Test(arguments: ["ed25519", "pss", "brainpool", "explicit"])
    func `a key that is not usual takes all of OpenSSL`(_ name: String) throws {
        // So does one beside a usual one.
        for credentials in [try Authority.credentials(name), try Credentials.ofTwoKinds(name)] {
            #expect(!credentials.areLean)
            #expect(try !isLean(credentials))
        }
    }

    @Test func `an authority that is not usual takes all of OpenSSL`() throws {
        let scratch = Scratch()
        let names = ["ec", "intermediate", "ed25519"]
        let chain = names.map { text(of: Authority.certificate($0)) }.joined()
        let credentials = try TLSCredentials(
            certificateFile: scratch.write(chain, to: "chain"), keyFile: Authority.key("ec"),
            for: TLSConfiguration())
        #expect(!credentials.areLean)
        #expect(try !isLean(credentials))
        #expect(try Pair(credentials).shakeHands())
    }

    @Test func `a certificate that was made here takes all of OpenSSL`() throws {
        #expect(try !isLean(TLSCredentials(selfSignedFor: ["mx.example"])))
    }

    private static let scratch = Scratch()
    private static let tickets = scratch.write(sampleOctets(80), to: "tickets")

    /// Of which each would be enough.
    private static let unusual: [@Sendable (inout TLSConfiguration) -> Void] = [
        { $0.minimumVersion = .v1_1 }, { $0.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256" },
        { $0.ciphersuites = "TLS_AES_128_GCM_SHA256" }, { $0.groups = "P-256" },
        { $0.clientCAFile = Authority.certificate("ca") }, { $0.clientAuthentication = .request },
        { $0.ticketKeyFile = tickets }, { $0.keyLogFile = "/dev/null" },
    ]

    @Test(arguments: unusual.indices)
    func `a choice of the operator's takes all of OpenSSL`(_ index: Int) throws {
        var configuration = TLSConfiguration()
        #expect(configuration.isUsual)
        Self.unusual[index](&configuration)
        #expect(!configuration.isUsual)
        let credentials = try Authority.credentials("ec", for: configuration)
        #expect(!credentials.areLean)
        // Also with credentials that were read for another configuration.
        for credentials in [credentials, try Authority.credentials("ec")] {
            #expect(try !isLean(credentials, configuration))
        }
    }

    @Test func `a service that speaks TLS 1_2 or TLS 1_3 alone is usual`() throws {
        var oldest = TLSConfiguration()
        oldest.maximumVersion = .v1_2
        var newest = TLSConfiguration()
        newest.minimumVersion = .v1_3
        #expect(oldest.isUsual && newest.isUsual)
    }

    @Test(arguments: [0x3010_0000, 0x3020_0060, 0x3040_0000, 0x3060_0000, 0x4000_0000, 0x2FFF_FFFF])
    func `versions that nobody has tried have no lean library`(_ version: CUnsignedLong) {
        #expect(LeanLibrary.Selection(version: version) == nil)
    }

    @Test(arguments: [0x3000_0000, 0x3000_0130, 0x3050_0000, 0x3050_0090])
    func `those that were tried have one`(_ version: CUnsignedLong) {
        #expect(LeanLibrary.Selection(version: version) != nil)
    }

    @Test func `where the provider lacks a part, nothing is taken from it`() throws {
        let provider = OSSL_PROVIDER_load(nil, "legacy") ?? OSSL_PROVIDER_load(nil, "null")
        defer { OSSL_PROVIDER_unload(provider) }
        let selection = try #require(LeanLibrary.Selection(version: 0x3000_0000))
        #expect(LeanStock(selection, of: try #require(provider)) == nil)
        let whole = try #require(OSSL_PROVIDER_load(nil, "default"))
        defer { OSSL_PROVIDER_unload(whole) }
        #expect(LeanStock(selection, of: whole) != nil)
        // Before 3.5 there is no ML-KEM.
        let newer = try #require(LeanLibrary.Selection(version: 0x3050_0000))
        let isThere = OpenSSL_version_num() >= 0x3050_0000
        #expect((LeanStock(newer, of: whole) != nil) == isThere)
    }

    @Test func `outside of it OpenSSL has what it had`() throws {
        _ = try Pair.connected()
        let cipher = EVP_CIPHER_fetch(nil, "CAMELLIA-256-CBC", nil)
        defer { EVP_CIPHER_free(cipher) }
        #expect(cipher != nil)
        let lean = try #require(LeanLibrary.context)
        #expect(EVP_CIPHER_fetch(lean, "CAMELLIA-256-CBC", nil) == nil)
        #expect(OSSL_PROVIDER_available(lean, "default") == 0)
        ERR_clear_error()
    }

    @Test func `groups that a client offers in vain have their names`() throws {
        for configuration in [TLSConfiguration(), nil] {
            let pair = try Pair(
                Authority.credentials("ec", for: configuration),
                client: ClientOptions(minimumVersion: TLS1_3_VERSION, groups: "X448:P-521"))
            #expect(!pair.shakeHands())
            #expect(pair.session.offeredLists.contains("groups x448 secp521r1"))
        }
    }
}

/// What is not in a file of `Authority`'s.
enum Credentials {
    /// The ones for ECDSA on P-256 and others.
    static func ofTwoKinds(_ name: String) throws -> TLSCredentials {
        let scratch = Scratch()
        // OpenSSL has one place for all elliptic curves.
        let first = ["brainpool", "explicit"].contains(name) ? "rsa" : "ec"
        let certificates = [first, name].map { text(of: Authority.certificate($0)) }.joined()
        let keys = [first, name].map { text(of: Authority.key($0)) }.joined()
        return try TLSCredentials(
            certificateFile: scratch.write(certificates, to: "crt"),
            keyFile: scratch.write(keys, to: "key"), for: TLSConfiguration())
    }
}
