import COpenSSL
import TLS
import Testing

@Suite struct SentCertificateTests {
    /// The certificate that the client was sent, and the one in the DER file.
    private func received(_ pair: Pair, _ file: String) throws -> (sent: [UInt8], kept: [UInt8]) {
        let certificate = try #require(SSL_get1_peer_certificate(pair.client.ssl))
        defer { X509_free(certificate) }
        var octets: UnsafeMutablePointer<UInt8>?
        let count = i2d_X509(certificate, &octets)
        defer { copenssl_free(octets) }
        return (
            Array(UnsafeBufferPointer(start: octets, count: Int(count))), contents(of: file)
        )
    }

    @Test(arguments: ["ec", "ec384", "rsa", "ed25519", "pss"])
    func `the client gets the certificate octet for octet`(_ name: String) throws {
        let scratch = Scratch()
        let file = scratch.file("der")
        run(
            [
                "openssl", "x509", "-in", Authority.certificate(name), "-outform", "DER", "-out",
                file,
            ]
        )
        let pair = try Pair(Authority.credentials(name))
        try #require(pair.shakeHands())
        let (sent, kept) = try received(pair, file)
        #expect(!kept.isEmpty && sent == kept)
    }

    @Test func `a certificate that would be encoded otherwise is not changed`() throws {
        let scratch = Scratch()
        let file = scratch.file("ber")
        run(
            [
                "openssl", "x509", "-in", Authority.certificate("ca"), "-outform", "DER", "-out",
                file,
            ]
        )
        var octets = contents(of: file)
        // X.690 §8.1.3: SEQUENCE, two octets of length, of it all; then the same of what is signed,
        // which now gets a third that DER would leave out.
        try #require(octets.starts(with: [0x30, 0x82]) && octets[4...].starts(with: [0x30, 0x82]))
        octets[5] = 0x83
        octets.insert(0, at: 6)
        octets[3] += 1
        scratch.write(octets, to: "ber")
        let pem = scratch.file("pem")
        run(["openssl", "base64", "-in", file, "-out", pem])
        scratch.write(
            "-----BEGIN CERTIFICATE-----\n\(text(of: pem))-----END CERTIFICATE-----\n", to: "pem")
        let pair = try Pair(
            TLSCredentials(certificateFile: pem, keyFile: Authority.key("ca")))
        try #require(pair.shakeHands())
        let (sent, kept) = try received(pair, file)
        #expect(sent == kept)
    }
}
