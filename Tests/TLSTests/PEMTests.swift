import TestSupport
import Testing

@testable import TLS

/// PEM that is read here, and PEM that is left to OpenSSL.
@Suite struct PEMTests {
    private static let body = "MIIBlDCCATmgAwIBAgIUGy0JfWCBcbTm1Pt3Q3DZ7M0x0k8wCgYIKoZIzj0EAwIw"
    private static let begin = "-----BEGIN CERTIFICATE-----\n"
    private static let end = "-----END CERTIFICATE-----\n"

    private func plain(_ text: String) -> [PEMFile.Block]? {
        PEMFile.plainBlocks(in: Array(text.utf8))
    }

    @Test(arguments: ["ec", "rsa", "ed25519"])
    func `what generators write is read here, and as OpenSSL reads it`(_ name: String) throws {
        let text = text(of: Authority.certificate(name)) + "\n" + text(of: Authority.key(name))
        let blocks = try #require(plain(text))
        let others = try #require(PEMFile.blocks(in: Array(text.utf8)))
        #expect(blocks.map(\.label) == ["CERTIFICATE", "PRIVATE KEY"])
        #expect(blocks.map(\.label) == others.map(\.label))
        #expect(blocks.map(\.octets) == others.map(\.octets))
        #expect(blocks.map(\.isEncrypted) == others.map(\.isEncrypted))
    }

    @Test func `a block may end with a line that is full`() throws {
        let text = "\(Self.begin)\(Self.body)\n\(Self.end)"
        #expect(try #require(plain(text)).map(\.octets.count) == [48])
    }

    @Test func `an encrypted key is known by its label`() throws {
        let label = "ENCRYPTED PRIVATE KEY"
        let text = "-----BEGIN \(label)-----\nMIIB\n-----END \(label)-----\n"
        #expect(try #require(plain(text)).map(\.isEncrypted) == [true])
    }

    @Test(arguments: [
        "", "\n", begin, begin + end, begin + body, "\(begin)\(body)\n-----END CERTIFICATE-----",
        "\(begin)\(body)\n-----END PRIVATE KEY-----\n", "\(begin)\(body)\r\n\(end)",
        "-----BEGIN CERTIFICATE-----\r\n\(body)\n\(end)", "\(begin)\n\(body)\n\(end)",
        "\(begin)\(body)AAAA\n\(end)", "\(begin)MIIB\n\(body)\n\(end)",
        "\(begin)MIIBlD==\n\(body)\n\(end)", "\(begin)MIIBl\n\(end)", "\(begin)MI B\n\(end)",
        "\(begin)MIIB \n\(end)", "\(begin)MJ==\n\(end)",
        "\(begin)Proc-Type: 4,ENCRYPTED\n\n\(body)\n\(end)",
        "-----BEGIN CERTIFICATE----\n\(body)\n\(end)",
        "-----BEGIN -----\n\(body)\n-----END -----\n",
        "-----BEGIN certificate-----\n\(body)\n-----END certificate-----\n",
        " \(begin)\(body)\n\(end)", "mx\n\(begin)\(body)\n\(end)",
        "\(begin)\(body)\n\(end)mx\n", "\(begin)\(body)\n\(end)\(begin)",
    ])
    func `whatever is otherwise is left to OpenSSL`(_ text: String) {
        #expect(plain(text) == nil)
    }

    @Test func `what is wrong with the certificate is told before what is wrong with the key`() {
        let scratch = Scratch()
        let damaged = scratch.write("\(Self.begin)MIIB\n\(Self.end)", to: "crt")
        let key = scratch.write("nothing", to: "key")
        let error = #expect(throws: TLSError.self) {
            try TLSCredentials(certificateFile: damaged, keyFile: key)
        }
        #expect(error?.path == damaged)
        let other = #expect(throws: TLSError.self) {
            try TLSCredentials(certificateFile: Authority.certificate("ec"), keyFile: key)
        }
        #expect(other?.path == key)
    }
}
