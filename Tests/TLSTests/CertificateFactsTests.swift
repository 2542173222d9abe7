import COpenSSL
import Glibc
import Testing

@testable import TLS

@Suite struct CertificateFactsTests {
    private let scratch = Scratch()

    @Test func `what openssl was told to make is told again`() throws {
        let certificate = scratch.file("cert.pem")
        let key = scratch.file("key.pem")
        let result = run([
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "10", "-subj",
            "/O=x/CN=mx.example", "-keyout", key, "-out", certificate, "-addext",
            "subjectAltName=DNS:mx.example,email:a@b.example,IP:192.0.2.1,DNS:*.example,IP:2001:db8::1",
        ])
        try #require(result.status == 0, "\(result.output)")
        let now = Int64(time(nil))
        let facts = try TLSCredentials(certificateFile: certificate, keyFile: key).facts
        #expect(facts.count == 1)
        let first = try #require(facts.first)
        #expect(first.validity.subject == "CN=mx.example,O=x")
        #expect(first.names == ["mx.example", "192.0.2.1", "*.example", "2001:db8::1"])
        #expect(abs(first.validity.notBefore - now) < 60)
        #expect(first.validity.notAfter - first.validity.notBefore == 10 * 86400)
        #expect(first.key == "RSA 2048")
        #expect(first.isSelfSigned)
        #expect(first.chain == [])
        #expect(first.isChainInOrder)
        #expect(ERR_peek_error() == 0)
    }

    @Test(arguments: [
        ("ec", "ECDSA P-256"), ("ec384", "ECDSA P-384"), ("rsa", "RSA 2048"), ("weak", "RSA 1024"),
        ("ed25519", "ED25519"), ("pss", "RSA-PSS 2048"),
    ])
    func `a key has a kind and a size`(name: String, key: String) throws {
        let facts = try Authority.credentials(name).facts
        #expect(facts.map(\.key) == [key])
        #expect(facts.map(\.validity.subject) == ["CN=\(name)"])
        #expect(facts.map(\.names) == [[]])
        #expect(facts.map(\.isSelfSigned) == [false])
        #expect(ERR_peek_error() == 0)
    }

    @Test(arguments: [("secp256k1", "ECDSA secp256k1"), ("secp521r1", "ECDSA P-521")])
    func `a curve has a name`(_ curve: String, _ key: String) throws {
        let (certificate, keyFile) = (scratch.file("cert.pem"), scratch.file("key.pem"))
        let result = run([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:\(curve)",
            "-nodes", "-subj", "/CN=x", "-keyout", keyFile, "-out", certificate,
        ])
        try #require(result.status == 0, "\(result.output)")
        let credentials = try TLSCredentials(certificateFile: certificate, keyFile: keyFile)
        #expect(credentials.facts.map(\.key) == [key])
    }

    @Test func `a chain is counted, and an authority vouches for itself`() throws {
        let chain = try Authority.credentials("chain", key: "ec").facts
        #expect(chain.map { $0.chain.map(\.subject) } == [["CN=intermediate,O=mailpit tests"]])
        #expect(chain[0].chain[0].notAfter - chain[0].chain[0].notBefore == 30 * 86_400)
        #expect(try Authority.credentials("ca").facts.map(\.isSelfSigned) == [true])
        #expect(try Authority.credentials("intermediate").facts.map(\.isSelfSigned) == [false])
    }

    @Test func `each of several certificates is told of`() throws {
        let both = ["ec", "rsa"].map { text(of: Authority.certificate($0)) }.joined()
        let keys = ["rsa", "ec"].map { text(of: Authority.key($0)) }.joined()
        let credentials = try TLSCredentials(
            certificateFile: scratch.write(both, to: "certs"),
            keyFile: scratch.write(keys, to: "keys"))
        #expect(credentials.facts.map(\.key) == ["ECDSA P-256", "RSA 2048"])
    }

    @Test func `one that was made for names has them`() throws {
        let now = Int64(time(nil))
        let names = ["mx.example", "192.0.2.1", "2001:db8::1"]
        let facts = try #require(TLSCredentials(selfSignedFor: names).facts.first)
        #expect(facts.validity.subject == "CN=mx.example")
        #expect(facts.names == names)
        #expect(facts.isSelfSigned)
        #expect(facts.key == "ECDSA P-256")
        #expect(facts.validity.daysLeft(at: now) == 30 || facts.validity.daysLeft(at: now) == 29)
        #expect(facts.validity.notBefore < now)
    }

    @Test(
        arguments: [
            (86_400, 1), (86_399, 0), (1, 0), (0, 0), (-1, -1), (-86_400, -1), (-86_401, -2),
            (14 * 86_400, 14), (14 * 86_400 - 1, 13),
        ] as [(Int64, Int64)])
    func `days are whole ones`(seconds: Int64, days: Int64) throws {
        var facts = try #require(Authority.credentials("ec").facts.first)
        facts.validity.notAfter = 1_000_000 + seconds
        #expect(facts.validity.daysLeft(at: 1_000_000) == days)
    }

    @Test func `an expired certificate has no days left`() throws {
        let facts = try #require(Authority.credentials("expired").facts.first)
        #expect(facts.validity.daysLeft(at: Int64(time(nil))) < 0)
    }

    @Test func `a chain is in order if each is followed by its issuer`() throws {
        func isInOrder(_ names: String...) throws -> Bool? {
            let all = names.map { text(of: Authority.certificate($0)) }.joined()
            return try TLSCredentials(
                certificateFile: scratch.write(all, to: "chain"), keyFile: Authority.key("ec")
            ).facts.first?.isChainInOrder
        }
        #expect(try isInOrder("ec") == true)
        #expect(try isInOrder("ec", "intermediate") == true)
        #expect(try isInOrder("ec", "intermediate", "ca") == true)
        // In the order of the file, though what is sent begins with the server's own.
        #expect(try isInOrder("intermediate", "ec") == true)
        #expect(try isInOrder("ec", "ca", "intermediate") == false)
        #expect(try isInOrder("ec", "ca") == false)
        #expect(try isInOrder("ec", "stranger") == false)
        #expect(ERR_peek_error() == 0)
    }

    @Test(arguments: [
        ("mx.example", true), ("MX.Example", true), ("mx.example.", false), ("example", false),
        ("a.wild.example", true), ("wild.example", false), ("a.b.wild.example", false),
        ("192.0.2.1", false), ("[192.0.2.1]", true), ("[192.0.2.2]", false),
        ("[IPv6:2001:db8::1]", true), ("[2001:db8:0::1]", true), ("[IPv6:2001:db8::2]", false),
        ("[]", false), ("", false), ("[x]", false),
    ])
    func `a certificate is for the names in it`(_ hostname: String, _ isFor: Bool) throws {
        let names = ["mx.example", "*.wild.example", "192.0.2.1", "2001:db8::1"]
        #expect(try TLSCredentials(selfSignedFor: names).areFor(hostname) == isFor)
        // The name in the subject is none.
        #expect(try !Authority.credentials("ec").areFor("ec"))
        #expect(ERR_peek_error() == 0)
    }

    @Test func `each of several certificates has to be for the name`() throws {
        let paths = (scratch.file("cert.pem"), scratch.file("key.pem"))
        let made = run([
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x",
            "-addext", "subjectAltName=DNS:mx.example", "-keyout", paths.1, "-out", paths.0,
        ])
        try #require(made.status == 0, "\(made.output)")
        let named = try TLSCredentials(certificateFile: paths.0, keyFile: paths.1)
        #expect(named.areFor("mx.example"))
        let both = try TLSCredentials(
            certificateFile: scratch.write(
                text(of: paths.0) + text(of: Authority.certificate("ec")), to: "both.crt"),
            keyFile: scratch.write(
                text(of: paths.1) + text(of: Authority.key("ec")), to: "both.key"))
        #expect(both.facts.count == 2)
        #expect(!both.areFor("mx.example"))
    }

    @Test func `credentials expire at the second that stands in them`() throws {
        for name in ["ec", "expired"] {
            let credentials = try Authority.credentials(name)
            let end = try #require(credentials.validities.first).notAfter
            #expect(!credentials.expire(by: end - 1))
            #expect(credentials.expire(by: end))
            #expect(credentials.expire(by: end + 1))
        }
        #expect(ERR_peek_error() == 0)
    }

    @Test func `the files of a configuration are told of`() throws {
        var configuration = TLSConfiguration()
        #expect(try configuration.clientAuthorities() == nil)
        #expect(try configuration.ticketKeyCount() == nil)
        let both = ["ca", "stranger"].map { text(of: Authority.certificate($0)) }.joined()
        configuration.clientCAFile = scratch.write(both, to: "ca")
        configuration.ticketKeyFile = scratch.write([UInt8](repeating: 7, count: 240), to: "keys")
        let authorities = try #require(try configuration.clientAuthorities())
        #expect(
            authorities.map(\.subject) == ["CN=ca,O=mailpit tests", "CN=stranger,O=mailpit tests"])
        #expect(authorities[0].notAfter - authorities[0].notBefore == 30 * 86_400)
        #expect(try configuration.ticketKeyCount() == 3)
        configuration.clientCAFile = "/dev/null"
        configuration.ticketKeyFile = "/dev/null"
        #expect(throws: TLSError.self) { try configuration.clientAuthorities() }
        #expect(throws: TLSError.self) { try configuration.ticketKeyCount() }
    }
}
