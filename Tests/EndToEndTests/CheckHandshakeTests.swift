import TestSupport
import Testing

/// What `mailpit check` finds by handshakes in memory: whom no options of theirs would help.
@Suite struct CheckHandshakeTests {
    private let check = Check()

    struct Case: Sendable, CustomTestStringConvertible {
        /// What `openssl req -newkey` is given.
        let key: String
        var options: [String] = []
        var complaints: [String] = []
        var testDescription: String { ([key] + options).joined(separator: " ") }
    }

    private static func none(_ version: String, _ key: String, _ reason: String) -> String {
        "warning: no client can be served over TLS \(version) with the key \(key): \(reason)"
    }
    private static func some(_ version: String, _ key: String, _ reason: String) -> String {
        "warning: a client that offers only what all do (curves X25519, P-256, P-384, P-521;"
            + " signatures by RSA, and by ECDSA on these curves) cannot be served over"
            + " TLS \(version) with the key \(key): \(reason)"
    }
    private static func error(_ key: String, _ reasons: String) -> String {
        "error: no client can be served with the key \(key): \(reasons)"
    }

    private static let ecdsaOnly = "--smtp-tls-ciphers=ECDHE-ECDSA-AES128-GCM-SHA256"
    private static let rsaOnly = "--smtp-tls-ciphers=ECDHE-RSA-AES128-GCM-SHA256"
    private static let anyLevel = "--smtp-tls-ciphers=DEFAULT:@SECLEVEL=0"

    @Test(arguments: [
        Case(key: "P-256"), Case(key: "P-384"), Case(key: "P-521"), Case(key: "rsa:2048"),
        Case(key: "P-256", options: ["--smtp-tls-max-version=1.2"]),
        Case(key: "P-256", options: ["--smtp-tls-min-version=1.3"]),
        Case(key: "P-256", options: ["--smtp-require-tls"]),
        Case(
            key: "rsa:2048", options: [ecdsaOnly],
            complaints: [none("1.2", "RSA 2048", "no shared cipher")]),
        Case(
            key: "rsa:2048", options: [ecdsaOnly, "--smtp-tls-max-version=1.2"],
            complaints: [error("RSA 2048", "TLS 1.2: no shared cipher")]),
        Case(
            key: "P-256", options: [rsaOnly, "--smtp-tls-max-version=1.2"],
            complaints: [error("ECDSA P-256", "TLS 1.2: no shared cipher")]),
        Case(key: "P-256", options: [ecdsaOnly, "--smtp-tls-max-version=1.2"]),
        Case(key: "rsa:2048", options: [rsaOnly, "--smtp-tls-max-version=1.2"]),
        Case(
            key: "secp256k1", options: ["--smtp-tls-min-version=1.3"],
            complaints: [error("ECDSA secp256k1", "TLS 1.3: unsupported protocol")]),
        Case(
            key: "secp256k1",
            complaints: [
                none("1.3", "ECDSA secp256k1", "unsupported protocol"),
                some("1.2", "ECDSA secp256k1", "no shared cipher"),
            ]),
        Case(
            key: "ed25519",
            complaints: [
                some("1.2", "ED25519", "no shared cipher"),
                some("1.3", "ED25519", "no suitable signature algorithm"),
            ]),
        Case(
            key: "rsa-pss",
            complaints: [
                some("1.2", "RSA-PSS 2048", "no shared cipher"),
                some("1.3", "RSA-PSS 2048", "no suitable signature algorithm"),
            ]),
        Case(
            key: "P-256", options: ["--smtp-tls-groups=X448"],
            complaints: [
                some("1.2", "ECDSA P-256", "no shared cipher"),
                some("1.3", "ECDSA P-256", "no suitable key share"),
            ]),
        Case(key: "rsa:1024", options: [anyLevel]),
        Case(
            key: "rsa:512", options: [anyLevel],
            complaints: [none("1.3", "RSA 512", "no suitable signature algorithm")]),
    ]) func `a key, and options that do not go with it`(_ example: Case) {
        use(example.key)
        let complaints = check.complaints(example.options).filter { !$0.contains("self-signed") }
        #expect(complaints == example.complaints)
        let hasError = example.complaints.contains { $0.hasPrefix("error: ") }
        #expect(check.run(example.options).status == (hasError ? 78 : 0))
    }

    @Test(arguments: ["rsa:512", "rsa:1024"])
    func `a key that the security level refuses is told with the way out, which is one`(
        key: String
    ) throws {
        use(key)
        let error = try #require(check.complaints().last)
        #expect(
            error
                == "error: using the certificate \(certificate): ee key too small, which OpenSSL's"
                + " security level refuses; \(Self.anyLevel) lets it pass")
        #expect(check.run([Self.anyLevel]).status == 0)
        // A session says the same.
        let environment = check.environment.merging(["MP_MAILDIR": "/proc/nowhere"]) { $1 }
        let session = Mailpit(environment: environment)
        session.client.close()
        #expect(session.child.wait() == 78)
        #expect(session.log.contains(error.dropFirst("error: ".count)))
    }

    @Test func `old versions that the security level forbids`() {
        let old = ["--smtp-tls-min-version=1.0", "--smtp-tls-max-version=1.1"]
        let warning = "warning: TLS below 1.2 is spoken, which is not safe any more (RFC 8996)"
        #expect(check.complaints(old) == [warning])
        let complaints = check.complaints(old + ["--smtp-tls-ciphers=HIGH"])
        // OpenSSL 3.0 minds the signatures of these versions, 3.5 the versions themselves.
        let reasons = ["no suitable signature algorithm", "no protocols available"]
        #expect(
            reasons.contains {
                complaints == [
                    warning, Self.error("ECDSA P-256", "TLS 1.0: \($0); TLS 1.1: \($0)"),
                ]
            }, "\(complaints)")
        #expect(check.complaints(old + ["--smtp-tls-ciphers=HIGH:@SECLEVEL=0"]) == [warning])
    }

    @Test func `client certificates that are required do not matter here`() {
        let authority = Check.authority.certificateFile
        #expect(
            check.complaints([
                "--smtp-tls-client-auth=require", "--smtp-tls-client-ca", authority,
            ]) == [])
    }

    private var certificate: String { check.directory.file("odd.pem") }

    /// Has it use a new key of a kind.
    private func use(_ kind: String) {
        let key = check.directory.file("odd.key")
        let isCurve = kind.hasPrefix("P-") || kind.hasPrefix("secp")
        let made = Command(
            ["openssl", "req", "-x509", "-nodes", "-days", "90", "-subj", "/CN=mx.example"]
                + ["-addext", "subjectAltName=DNS:mx.example", "-keyout", key, "-out", certificate]
                + ["-newkey"]
                + (isCurve ? ["ec", "-pkeyopt", "ec_paramgen_curve:\(kind)"] : [kind]))
        precondition(made.status == 0, made.errors)
        check.environment["MP_SMTP_TLS_CERT"] = certificate
        check.environment["MP_SMTP_TLS_KEY"] = key
    }
}
