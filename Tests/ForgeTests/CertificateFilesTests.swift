import Forge
import Glibc
import TestSupport
import Testing

/// What is written to a directory, in the eyes of `openssl` itself.
struct CertificateFilesTests {
    static let host = "mx.mailpit.test"

    static let directory: TemporaryDirectory = {
        let directory = TemporaryDirectory()
        try! CertificateFiles.write(for: host, to: directory.file("made"))
        return directory
    }()

    static func path(_ name: String) -> String { "\(directory.path)/made/\(name)" }

    /// What `openssl verify` has against a leaf, as a server of the host; nil for nothing.
    static func fault(_ leaf: Leaf, level: String = "2") -> String? {
        let files = path(leaf.rawValue)
        let command = Command([
            "openssl", "verify", "-no-CApath", "-no-CAstore", "-CAfile", path("ca.pem"),
            "-untrusted", "\(files).pem", "-purpose", "sslserver", "-auth_level", level,
            "-verify_hostname", host, "-x509_strict", "\(files).pem",
        ])
        let lines = (command.errors + command.outputText).split(separator: "\n")
        let fault = lines.first { $0.hasPrefix("error ") }
        #expect((command.status == 0) == (fault == nil))
        return fault?.split(separator: ": ").last.map(String.init)
    }

    /// What `openssl x509` says of it.
    static func text(_ leaf: Leaf, _ options: String...) -> String {
        Command(
            ["openssl", "x509", "-noout", "-nameopt", "RFC2253", "-in"]
                + [path("\(leaf.rawValue).pem")] + options
        ).outputText
    }

    @Test func `a certificate without a flaw is verified, strictly`() {
        #expect(Self.fault(.good) == nil)
        #expect(Self.fault(.wildcard) == nil)
    }

    @Test(arguments: [
        (Leaf.expired, "certificate has expired"),
        (.future, "certificate is not yet valid"),
        (.selfSigned, "self-signed certificate"),
        (.unknownAuthority, "self-signed certificate in certificate chain"),
        (.leafAsAuthority, "invalid CA certificate"),
        (.wrongHost, "hostname mismatch"),
        (.similarHost, "hostname mismatch"),
        (.commonNameBesideOthers, "hostname mismatch"),
        (.parent, "hostname mismatch"),
        (.wildcardAlone, "hostname mismatch"),
        (.wildcardForTwoLabels, "hostname mismatch"),
        (.forClients, "unsuitable certificate purpose"),
        (.unknownCriticalExtension, "unhandled critical extension"),
        (.shortKey, "EE certificate key too weak"),
        (.weakDigest, "CA signature digest algorithm too weak"),
    ])
    func `openssl finds the flaw of each`(leaf: Leaf, fault: String) {
        #expect(Self.fault(leaf) == fault)
    }

    @Test func `what only the security level minds has no other flaw`() {
        #expect(Self.fault(.shortKey, level: "0") == nil)
        #expect(Self.fault(.weakDigest, level: "0") == nil)
    }

    /// OpenSSL's own comparison takes a common name, and a wildcard for a part of a label.
    @Test func `what openssl does not mind has nothing but its flaw`() {
        #expect(Self.fault(.commonNameOnly) == nil)
        #expect(!Self.text(.commonNameOnly, "-text").contains("Alternative Name"))
        #expect(Self.text(.commonNameOnly, "-subject").contains("=CN=mx.mailpit.test,"))
        #expect(Self.fault(.wildcardInLabel) == nil)
        #expect(Self.names(.wildcardInLabel) == "DNS:m*.mailpit.test")
    }

    static func names(_ leaf: Leaf) -> String? {
        text(leaf, "-ext", "subjectAltName").split(separator: "\n").dropFirst().first.map {
            $0.trimmingPrefix { $0 == " " }
        }.map(String.init)
    }

    @Test(arguments: [
        (Leaf.good, "DNS:mx.mailpit.test", "mx.mailpit.test"),
        (.wrongHost, "DNS:wrong.example", "wrong.example"),
        (
            .similarHost, "DNS:mx.mailpit.test.other.example, DNS:xmx.mailpit.test",
            "xmx.mailpit.test"
        ),
        (.commonNameBesideOthers, "DNS:wrong.example", "mx.mailpit.test"),
        (.parent, "DNS:mailpit.test", "mailpit.test"),
        (.wildcard, "DNS:*.mailpit.test", "*.mailpit.test"),
        (.wildcardAlone, "DNS:*", "*"),
        (.wildcardForTwoLabels, "DNS:*.test", "*.test"),
    ])
    func `each is for these names`(leaf: Leaf, names: String, commonName: String) {
        #expect(Self.names(leaf) == names)
        #expect(Self.text(leaf, "-subject").hasPrefix("subject=CN=\(commonName),"))
    }

    @Test func `a directory holds a pair for each leaf, for nobody else to read`() throws {
        let leaves = Leaf.allCases.flatMap { ["\($0.rawValue).key", "\($0.rawValue).pem"] }
        #expect(namesInDirectory(Self.path("")) == (leaves + ["ca.pem"]).sorted())
        for name in leaves {
            var status = stat()
            #expect(stat(Self.path(name), &status) == 0)
            #expect(status.st_mode & 0o7777 == 0o600, "\(name)")
        }
    }

    @Test(arguments: Leaf.allCases)
    func `each key is that of its certificate`(leaf: Leaf) {
        let key = Command(["openssl", "pkey", "-pubout", "-in", Self.path("\(leaf.rawValue).key")])
        #expect(key.outputText.hasPrefix("-----BEGIN PUBLIC KEY-----"))
        #expect(key.outputText == Self.text(leaf, "-pubkey"))
    }
}

struct HostTests {
    @Test(arguments: ["localhost", "mailpit.test", "192.0.2.1", "2001:db8::1"])
    func `a name of fewer than three labels has no parent and no wildcard`(host: String) throws {
        let directory = TemporaryDirectory()
        try CertificateFiles.write(for: host, to: directory.path)
        let names = try #require(namesInDirectory(directory.path))
        #expect(!names.contains { $0.contains("wildcard") || $0.contains("parent") })
        #expect(names.count == 2 * (Leaf.allCases.count - 5) + 1)
        let isAddress = host.first!.isNumber
        let verified = Command([
            "openssl", "verify", "-CAfile", directory.file("ca.pem"), "-x509_strict",
            isAddress ? "-verify_ip" : "-verify_hostname", host, directory.file("good.pem"),
        ])
        #expect(verified.status == 0, "\(verified.errors)")
    }

    @Test(arguments: ["", "a b", "a,DNS:b", "a/b", "ä.example"])
    func `what is no host name is refused`(host: String) {
        let directory = TemporaryDirectory()
        #expect(throws: ForgeError.self) {
            try CertificateFiles.write(for: host, to: directory.path)
        }
        #expect(namesInDirectory(directory.path) == [])
    }

    @Test func `a file that others could read is replaced by one that they cannot`() throws {
        let directory = TemporaryDirectory()
        let path = directory.write("old", to: "good.key", mode: 0o644)
        try CertificateFiles.write(for: "mx.mailpit.test", to: directory.path)
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o600)
        #expect(textOfFile(path)?.hasPrefix("-----BEGIN PRIVATE KEY-----") == true)
    }

    @Test func `a directory that cannot be made is told with its name`() {
        #expect {
            try CertificateFiles.write(for: "mx.mailpit.test", to: "/nowhere/to/be/found")
        } throws: { error in
            "\(error)" == "mkdir /nowhere/to/be/found: No such file or directory (errno 2)"
        }
    }
}
