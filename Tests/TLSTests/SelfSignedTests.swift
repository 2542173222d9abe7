import COpenSSL
import Glibc
import TLS
import Testing

@Suite struct SelfSignedTests {
    /// The certificate that a client is shown, in a file.
    private func shown(_ names: [String], in scratch: Scratch) throws -> String {
        let pair = try Pair(TLSCredentials(selfSignedFor: names))
        try #require(pair.shakeHands(), "\(pair.serverOutcome) \(pair.clientOutcome)")
        let path = scratch.file("shown.crt")
        let file = try #require(fopen(path, "w"))
        #expect(PEM_write_X509(file, SSL_get0_peer_certificate(pair.client.ssl)) == 1)
        fclose(file)
        return path
    }

    @Test func `each name is one of the certificate's, and no other is`() throws {
        let scratch = Scratch()
        let file = try shown(
            ["mx.example", "*.sub.example", "my_host", "192.0.2.1", "2001:db8::1"], in: scratch)
        func matches(_ kind: String, _ name: String) -> Bool {
            let result = run(["openssl", "x509", "-in", file, "-noout", "-check\(kind)", name])
            return result.output.contains("does match")
        }
        for name in ["mx.example", "MX.example", "a.sub.example", "my_host"] {
            #expect(matches("host", name), "\(name)")
        }
        for name in ["example", "a.mx.example", "sub.example", "a.b.sub.example", "192.0.2.1"] {
            #expect(!matches("host", name), "\(name)")
        }
        for address in ["192.0.2.1", "2001:db8::1", "2001:0db8:0::0:1"] {
            #expect(matches("ip", address), "\(address)")
        }
        for address in ["192.0.2.2", "2001:db8::2"] {
            #expect(!matches("ip", address), "\(address)")
        }
    }

    @Test func `it is a certificate for servers and for nothing else`() throws {
        let scratch = Scratch()
        let file = try shown(["mx.example"], in: scratch)
        let text = run([
            "openssl", "x509", "-in", file, "-noout", "-text", "-nameopt", "RFC2253",
        ]).output
        for part in [
            "Version: 3", "Issuer: CN=mx.example", "Subject: CN=mx.example",
            "Signature Algorithm: ecdsa-with-SHA256", "NIST CURVE: P-256",
            "X509v3 Subject Alternative Name: \n                DNS:mx.example\n",
            "X509v3 Basic Constraints: critical\n                CA:FALSE\n",
            "X509v3 Key Usage: critical\n                Digital Signature\n",
            "X509v3 Extended Key Usage: \n                TLS Web Server Authentication\n",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        for (purpose, isGood) in [("sslserver", true), ("sslclient", false)] {
            let result = run([
                "openssl", "verify", "-x509_strict", "-CAfile", file, "-purpose", purpose, file,
            ])
            #expect((result.status == 0) == isGood, "\(purpose): \(result.output)")
        }
    }

    @Test func `it is valid from an hour ago, for 30 days`() throws {
        let scratch = Scratch()
        let file = try shown(["mx.example"], in: scratch)
        // A minute more or less for the test to get here.
        for (offset, isValid) in [
            (-3660, false), (-3540, true), (0, true), (30 * 86400 - 60, true),
            (30 * 86400 + 60, false),
        ] {
            let time = String(Glibc.time(nil) + offset)
            let result = run(["openssl", "verify", "-attime", time, "-CAfile", file, file])
            #expect((result.status == 0) == isValid, "\(offset): \(result.output)")
        }
    }

    @Test func `no two are the same`() throws {
        let scratch = Scratch()
        var facts: Set<String> = []
        for _ in 0..<3 {
            let file = try shown(["mx.example"], in: scratch)
            for field in ["-serial", "-pubkey"] {
                facts.insert(run(["openssl", "x509", "-in", file, "-noout", field]).output)
            }
        }
        #expect(facts.count == 6)
    }

    @Test func `whom it is for goes into the subject as far as there is room`() throws {
        let scratch = Scratch()
        let label = String(repeating: "a", count: 31)
        for (name, subject) in [
            ("\(label).\(label)a", "\(label).\(label)a"), ("\(label).\(label)aa", "mailpit"),
            ("192.0.2.1", "mailpit"), ("*.example", "*.example"),
        ] {
            let file = try shown([name], in: scratch)
            let text = run([
                "openssl", "x509", "-in", file, "-noout", "-subject", "-nameopt", "RFC2253",
            ]).output
            #expect(text == "subject=CN=\(subject)\n")
        }
    }

    private static let label63 = String(repeating: "a", count: 63)
    private static let name253 =
        "\(label63).\(label63).\(label63).\(String(repeating: "b", count: 61))"

    @Test(arguments: [
        "a", "localhost", "a-b.example", "1a.example", "3com", "xn--4ca.example", "_dmarc.example",
        "*.example", "0.0.0.0", "255.255.255.255", "::", "::ffff:192.0.2.1", "A.EXAMPLE", label63,
        name253,
    ])
    func `a name is a domain or an address`(_ name: String) throws {
        let credentials = try TLSCredentials(selfSignedFor: [name])
        #expect(!credentials.mayBeTooWeak)
        #expect(ERR_peek_error() == 0)
    }

    @Test(arguments: [
        "", " ", " a", "a ", "a b", "a.", ".a", "a..b", "-a", "a-", "*", "a.*", "*.*.a", "*a.b",
        "ä.example", "a\u{0}", "192.0.2.1\u{0}", "192.0.2", "192.0.2.256", "1", "[::1]", ":::",
        "fe80::1%lo", "a/b", "a@b", "a\n", label63 + "a", name253 + "b",
    ])
    func `no other name is taken`(_ name: String) {
        let expected = TLSError(
            "making a self-signed certificate",
            reason: "\"\(name)\" is neither a domain name nor an IP address")
        #expect(throws: expected) { _ = try TLSCredentials(selfSignedFor: ["a", name]) }
        #expect(ERR_peek_error() == 0)
    }

    @Test func `without a name there is none`() {
        #expect(throws: TLSError.self) { _ = try TLSCredentials(selfSignedFor: []) }
    }
}
