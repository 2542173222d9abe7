import TLS
import TestSupport

/// Certificates and keys for all tests, made once by the `openssl` command.
///
/// There is an authority `ca`, an intermediate one `intermediate` below it, and pairs
/// `NAME.crt`, `NAME.key`.
enum Authority {
    private static let scratch: Scratch = {
        let scratch = Scratch()
        authority("ca", issuer: nil, in: scratch)
        authority("intermediate", issuer: "ca", in: scratch)
        authority("stranger", issuer: nil, in: scratch)
        let p256 = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
        leaf("ec", p256, issuer: "intermediate", in: scratch)
        leaf("ec384", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"], in: scratch)
        leaf("ec521", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"], in: scratch)
        let brainpool = "ec_paramgen_curve:brainpoolP256r1"
        leaf("brainpool", ["-algorithm", "EC", "-pkeyopt", brainpool], in: scratch)
        leaf("explicit", p256 + ["-pkeyopt", "ec_param_enc:explicit"], in: scratch)
        leaf("rsa", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], in: scratch)
        leaf("ed25519", ["-algorithm", "ED25519"], in: scratch)
        leaf("pss", ["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"], in: scratch)
        leaf("weak", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"], in: scratch)
        leaf("sha1", p256, ["-sha1"], in: scratch)
        leaf("client", p256, in: scratch)
        expired(in: scratch)
        leaf("unknown", p256, issuer: "stranger", in: scratch)
        let chain = text(of: scratch.file("ec.crt")) + text(of: scratch.file("intermediate.crt"))
        scratch.write(chain, to: "chain.crt")
        return scratch
    }()

    static func certificate(_ name: String) -> String { scratch.file("\(name).crt") }
    static func key(_ name: String) -> String { scratch.file("\(name).key") }

    /// As a usual session has them, unless it says otherwise.
    static func credentials(
        _ name: String, key: String? = nil,
        for configuration: TLSConfiguration? = TLSConfiguration()
    ) throws -> TLSCredentials {
        try TLSCredentials(
            certificateFile: certificate(name), keyFile: self.key(key ?? name), for: configuration)
    }

    private static func authority(_ name: String, issuer: String?, in scratch: Scratch) {
        var arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "30", "-subj", "/O=mailpit tests/CN=\(name)",
            "-keyout", scratch.file("\(name).key"), "-out", scratch.file("\(name).crt"),
            "-addext", "basicConstraints=critical,CA:TRUE",
        ]
        if let issuer {
            arguments += [
                "-CA", scratch.file("\(issuer).crt"), "-CAkey", scratch.file("\(issuer).key"),
            ]
        }
        require(arguments)
    }

    private static func leaf(
        _ name: String, _ kind: [String], _ options: [String] = ["-days", "30"],
        issuer: String = "ca", in scratch: Scratch
    ) {
        let key = scratch.file("\(name).key")
        let request = scratch.file("\(name).csr")
        require(["openssl", "genpkey", "-out", key] + kind)
        require(["openssl", "req", "-new", "-key", key, "-subj", "/CN=\(name)", "-out", request])
        require(
            [
                "openssl", "x509", "-req", "-in", request, "-out", scratch.file("\(name).crt"),
                "-CA", scratch.file("\(issuer).crt"), "-CAkey", scratch.file("\(issuer).key"),
                "-CAcreateserial",
            ] + options)
    }

    /// `expired`, as `openssl x509` makes none whose end is past.
    private static func expired(in scratch: Scratch) {
        let authority = TestAuthority(
            certificateFile: scratch.file("ca.crt"), keyFile: scratch.file("ca.key"))
        let pair = authority.issue("expired", names: nil, from: -2 * 86_400, until: -86_400)
        scratch.write(contents(of: pair.certificateFile), to: "expired.crt")
        scratch.write(contents(of: pair.keyFile), to: "expired.key")
    }

    private static func require(_ arguments: [String]) {
        let (status, output) = run(arguments)
        precondition(status == 0, "\(arguments): \(output)")
    }
}
