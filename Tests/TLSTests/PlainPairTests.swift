import COpenSSL
import Foundation
import POSIX
import TestSupport
import Testing

@testable import TLS

/// What is read of certificate and key before the greeting, beside what OpenSSL makes of them.
@Suite struct PlainPairTests {
    private static let authority = TestAuthority()
    private static let pair = authority.issue("plain", names: "DNS:mx.example,IP:127.0.0.1")

    private let scratch = Scratch()

    private func isPlain(
        _ certificate: String, _ key: String,
        _ configuration: TLSConfiguration = TLSConfiguration(),
        at time: Int64? = nil
    ) throws -> Bool {
        try PEMPair(certificateFile: certificate, keyFile: key)
            .isPlain(for: configuration, at: time ?? Clock.now().seconds)
    }

    private func block(_ path: String) throws -> PEMFile.Block {
        try #require(PEMFile(path, "").blocks.first)
    }

    private func write(_ label: String, _ octets: [UInt8], to name: String) -> String {
        let text = Data(octets).base64EncodedString(
            options: [.lineLength64Characters, .endLineWithLineFeed])
        return scratch.write(
            "-----BEGIN \(label)-----\n\(text)\n-----END \(label)-----\n", to: name)
    }

    // MARK: What is plain

    @Test func `what openssl makes is plain, its key in either form, and serves`() throws {
        let other = TestCertificate.shared
        let traditional = scratch.file("traditional")
        run(["openssl", "pkey", "-traditional", "-in", Self.pair.keyFile, "-out", traditional])
        for (certificate, key) in [
            (Self.pair.certificateFile, Self.pair.keyFile),
            (Self.pair.certificateFile, traditional),
            (other.certificateFile, other.keyFile),
        ] {
            #expect(try isPlain(certificate, key))
            let files = try PEMPair(certificateFile: certificate, keyFile: key)
            let credentials = try TLSCredentials(files, for: TLSConfiguration())
            #expect(credentials.areLean && !credentials.mayBeTooWeak)
            let pair = try Pair(credentials)
            #expect(pair.shakeHands())
        }
        #expect(try block(traditional).label == "EC PRIVATE KEY")
    }

    @Test(arguments: ["rsa", "ca"], ["-sha256", "-sha384", "-sha512"])
    func `by whichever authority it is signed`(_ authority: String, _ digest: String) throws {
        let (request, certificate) = (scratch.file("csr"), scratch.file("crt"))
        let key = Self.pair.keyFile
        run(["openssl", "req", "-new", "-key", key, "-subj", "/O=A & B/CN=x", "-out", request])
        run([
            "openssl", "x509", "-req", "-in", request, "-out", certificate, "-days", "30", digest,
            "-CA", Authority.certificate(authority), "-CAkey", Authority.key(authority),
            "-set_serial", "7", "-extfile",
            scratch.write("keyUsage=critical,digitalSignature", to: "e"),
        ])
        #expect(try isPlain(certificate, key))
    }

    @Test func `for as long as there is nothing to be said of it`() throws {
        let (certificate, key) = (Self.pair.certificateFile, Self.pair.keyFile)
        let credentials = try TLSCredentials(certificateFile: certificate, keyFile: key)
        let validity = try #require(credentials.validities.first)
        let notice = CertificateValidity.noticeSeconds
        for time in [
            validity.notBefore - 1, validity.notBefore, validity.notAfter - notice - 1,
            validity.notAfter - notice, validity.notAfter,
        ] {
            let hasNoWarning = credentials.warning(at: time) == nil
            #expect(try isPlain(certificate, key, at: time) == hasNoWarning)
        }
    }

    // MARK: What is left to OpenSSL

    @Test(arguments: [
        "ec", "ec384", "ec521", "brainpool", "explicit", "rsa", "ed25519", "pss", "weak", "sha1",
        "expired", "chain",
    ])
    func `other kinds`(_ name: String) throws {
        // Those without extensions are of version 1.
        let key = Authority.key(name == "chain" ? "ec" : name)
        #expect(try !isPlain(Authority.certificate(name), key))
    }

    @Test(
        arguments: [
            (["ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-sha256"], true),
            (["ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-sha1"], false),
            (["ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-sha224"], false),
            (["ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-sha256"], false),
            (["ec", "-pkeyopt", "ec_paramgen_curve:secp256k1", "-sha256"], false),
            (["rsa:2048", "-sha256"], false), (["ed25519"], false),
        ] as [([String], Bool)])
    func `other keys and signatures, in certificates of version 3`(
        _ kind: [String], _ isPlain: Bool
    ) throws {
        let (certificate, key) = (scratch.file("crt"), scratch.file("key"))
        run(
            ["openssl", "req", "-x509", "-nodes", "-subj", "/CN=x", "-days", "30", "-newkey"] + kind
                + ["-keyout", key, "-out", certificate])
        #expect(try self.isPlain(certificate, key) == isPlain)
    }

    @Test func `other configurations, and pairs that are none`() throws {
        let (certificate, key) = (Self.pair.certificateFile, Self.pair.keyFile)
        var configuration = TLSConfiguration()
        configuration.groups = "P-256"
        #expect(try !isPlain(certificate, key, configuration))
        #expect(try !isPlain(certificate, TestCertificate.shared.keyFile))
        #expect(try !isPlain(certificate, scratch.write("", to: "empty")))
        let both = text(of: certificate) + text(of: key)
        #expect(try !isPlain(scratch.write(both, to: "both"), key))
        let octets = try block(certificate).octets
        #expect(try !isPlain(write("X509 CERTIFICATE", octets, to: "old"), key))
    }

    @Test func `a date beyond 2049, and a name beyond ASCII`() throws {
        let key = Self.pair.keyFile
        for (subject, days) in [("/CN=x", "20000"), ("/CN=Jürgen", "30")] {
            let certificate = scratch.file("crt")
            run([
                "openssl", "req", "-x509", "-utf8", "-key", key, "-subj", subject, "-days", days,
                "-out", certificate,
            ])
            #expect(try !isPlain(certificate, key))
            _ = try TLSCredentials(certificateFile: certificate, keyFile: key)
        }
    }

    // MARK: What is damaged

    /// All that comes of changing one octet, leaving one out, or putting one behind.
    private func damaged(_ octets: [UInt8]) -> [[UInt8]] {
        var all = [octets + [0]]
        for index in octets.indices {
            var copy = octets
            for change in [0x01, 0x02, 0x04, 0x10, 0x20, 0x40, 0x80, 0xFF] as [UInt8] {
                copy[index] = octets[index] ^ change
                all.append(copy)
            }
            copy.remove(at: index)
            all.append(copy)
        }
        return all
    }

    @Test func `what is plain of a damaged certificate OpenSSL takes, and has the same dates`()
        throws
    {
        // Its serial number may lose its first one, and then begins with a zero that need not be.
        let file = scratch.file("crt")
        run([
            "openssl", "req", "-x509", "-key", Self.pair.keyFile, "-subj", "/CN=x", "-set_serial",
            "0x0102",
            "-addext", "keyUsage=critical,digitalSignature", "-out", file,
        ])
        let octets = try block(file).octets
        let key = try #require(PrivateKey.all(in: PEMFile(Self.pair.keyFile, ""), "").first)
        let point = try #require(PlainCertificate(octets)).point
        var count = 0
        for octets in damaged(octets) {
            guard let plain = PlainCertificate(octets), plain.point == point else { continue }
            count += 1
            let certificate = try #require(CertificateDecoder.decode(octets, [key]))
            #expect(certificate.isCommon && certificate.matches(key) && !certificate.mayBeTooWeak)
            let validity = certificate.validity
            #expect(validity.notBefore == plain.notBefore && validity.notAfter == plain.notAfter)
        }
        // Serial number, names, extensions and signature do not matter here.
        #expect(count > 500)
    }

    @Test func `what is plain of a damaged key OpenSSL takes`() throws {
        let block = try block(Self.pair.keyFile)
        var count = 0
        for octets in damaged(block.octets) {
            let key = write(block.label, octets, to: "key")
            guard try isPlain(Self.pair.certificateFile, key) else { continue }
            count += 1
            _ = try TLSCredentials(certificateFile: Self.pair.certificateFile, keyFile: key)
        }
        // Nobody sees from outside whether the 32 octets are the private part of the point.
        #expect(count == 32 * 8)
    }

    @Test func `a point that is not on the curve shows in the handshake`() throws {
        func displaced(_ path: String, _ name: String) throws -> String {
            let block = try block(path)
            let point = try #require(PlainCertificate(self.block(Self.pair.certificateFile).octets))
                .point
            var octets = block.octets
            let range = try #require(octets.firstRange(of: point))
            octets[range.lowerBound] ^= 1
            return write(block.label, octets, to: name)
        }
        let certificate = try displaced(Self.pair.certificateFile, "crt")
        let key = try displaced(Self.pair.keyFile, "key")
        let files = try PEMPair(certificateFile: certificate, keyFile: key)
        #expect(files.isPlain(for: TLSConfiguration(), at: Clock.now().seconds))
        #expect(throws: TLSError.self) { try TLSCredentials(files, for: TLSConfiguration()) }
    }
}

/// X.690 §8 and §10.1
@Suite struct DERReaderTests {
    @Test(
        arguments: [
            ([0x04, 0], 0), ([0x04, 1, 7], 1), ([0x04, 2, 7, 8, 9], 2),
            ([0x04, 0x7F] + [UInt8](repeating: 1, count: 127), 127),
            ([0x04, 0x81, 0x80] + [UInt8](repeating: 1, count: 128), 128),
            ([0x04, 0x82, 1, 0] + [UInt8](repeating: 1, count: 256), 256),
            ([0x04, 0x82, 0xFF, 0xFF] + [UInt8](repeating: 1, count: 65_535), 65_535),
        ] as [([UInt8], Int)])
    func `an element is taken`(_ octets: [UInt8], _ count: Int) {
        var reader = DERReader(octets[...])
        #expect(reader.take(.octetString)?.count == count)
        #expect(reader.isAtEnd == (octets.count != 5))
    }

    @Test(
        arguments: [
            [], [0x04], [0x05, 0], [0x04, 1], [0x04, 0x80, 0, 0], [0x04, 0x81], [0x04, 0x81, 1, 7],
            [0x04, 0x81, 0x7F] + [UInt8](repeating: 1, count: 127), [0x04, 0x82, 1],
            [0x04, 0x82, 0, 0xFF] + [UInt8](repeating: 1, count: 255),
            [0x04, 0x81, 0x80] + [UInt8](repeating: 1, count: 127),
            [0x04, 0x83, 0, 1, 0] + [UInt8](repeating: 1, count: 256), [0x24, 0],
        ] as [[UInt8]])
    func `one that is cut, has another tag or a length that DER does not have is not`(
        _ octets: [UInt8]
    ) {
        var reader = DERReader(octets[...])
        #expect(reader.take(.octetString) == nil)
    }

    @Test(
        arguments: [
            ([0x06, 1, 0x2A], true), ([0x06, 3, 0x2A, 0x86, 0x48], true), ([0x06, 0], false),
            ([0x06, 2, 0x2A, 0x86], false), ([0x06, 3, 0x2A, 0x80, 1], false),
            ([0x06, 2, 0x80, 1], false), ([0x04, 1, 0x2A], false),
        ] as [([UInt8], Bool)])
    func `the numbers of an identifier are whole`(_ octets: [UInt8], _ isOne: Bool) {
        var reader = DERReader(octets[...])
        #expect(reader.skipIdentifier() == isOne)
    }
}
