import COpenSSL
import Glibc
import TLS
import TestSupport
import Testing

@Suite struct CredentialFormTests {
    /// The openssl command that writes a key in another form, but for input and output.
    @Test(arguments: [
        ("ec", ["ec"]),
        ("ec384", ["ec"]),
        ("ec", ["ec", "-param_enc", "explicit"]),
        ("ec", ["pkcs8", "-topk8", "-nocrypt"]),
        ("rsa", ["rsa", "-traditional"]),
        ("rsa", ["pkcs8", "-topk8", "-nocrypt"]),
        ("ed25519", ["pkey"]),
        ("pss", ["pkey"]),
    ])
    func `a key in every form of PEM is read`(_ name: String, _ conversion: [String]) throws {
        let scratch = Scratch()
        let key = scratch.file("key")
        let result = run(
            ["openssl"] + conversion + ["-in", Authority.key(name), "-out", key])
        try #require(result.status == 0, "\(result.output)")
        let credentials = try TLSCredentials(
            certificateFile: Authority.certificate(name), keyFile: key)
        #expect(ERR_peek_error() == 0)
        let pair = try Pair(credentials)
        #expect(pair.shakeHands(), "\(pair.serverOutcome)")
    }

    @Test func `text around the blocks and other line ends do not matter`() throws {
        let scratch = Scratch()
        func adorn(_ file: String, as name: String) -> String {
            let lines = text(of: file).split(separator: "\n").joined(separator: "\r\n")
            return scratch.write("# issued by hand\r\n\r\n\(lines)\r\n\r\nthe end", to: name)
        }
        let credentials = try TLSCredentials(
            certificateFile: adorn(Authority.certificate("ec"), as: "crt"),
            keyFile: adorn(Authority.key("ec"), as: "key"))
        #expect(try Pair(credentials).shakeHands())
    }

    @Test(arguments: ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"])
    func `a certificate is read under each of its labels`(_ label: String) throws {
        let scratch = Scratch()
        var pem = text(of: Authority.certificate("ec"))
        if label.hasPrefix("TRUSTED") {
            // With what makes it one behind it.
            pem =
                run([
                    "openssl", "x509", "-in", Authority.certificate("ec"), "-trustout",
                    "-addtrust", "serverAuth", "-setalias", "mx",
                ]).output
        }
        pem = pem.split(separator: "\n").map { line in
            line.hasPrefix("-----")
                ? "-----\(line.dropFirst(5).prefix { $0 != " " }) \(label)-----" : String(line)
        }.joined(separator: "\n")
        let credentials = try TLSCredentials(
            certificateFile: scratch.write(pem, to: "crt"), keyFile: Authority.key("ec"))
        #expect(ERR_peek_error() == 0)
        #expect(try Pair(credentials).shakeHands())
    }

    @Test func `one file may hold it all, in any order`() throws {
        let scratch = Scratch()
        let parameters = run(["openssl", "ecparam", "-name", "prime256v1"]).output
        let parts = [
            parameters, text(of: Authority.certificate("intermediate")),
            text(of: Authority.key("ec")), text(of: Authority.certificate("ec")),
        ]
        let file = scratch.write(parts.joined(), to: "all.pem")
        let pair = try Pair(TLSCredentials(certificateFile: file, keyFile: file))
        #expect(pair.shakeHands())
        #expect(OPENSSL_sk_num(SSL_get_peer_cert_chain(pair.client.ssl)) == 2)
    }

    @Test func `only what the security level could refuse is called weak`() throws {
        for name in ["ec", "ec384", "rsa", "ed25519", "pss"] {
            #expect(try !Authority.credentials(name).mayBeTooWeak, "\(name)")
        }
        for name in ["weak", "sha1"] {
            #expect(try Authority.credentials(name).mayBeTooWeak, "\(name)")
        }
    }

    @Test(arguments: [("weak", "ee key too small"), ("sha1", "ca md too weak")])
    func `weak credentials are refused by the context`(_ name: String, _ reason: String) throws {
        // Later versions leave the signature of a server's own certificate to clients.
        if name == "sha1", !World.hasOpenSSL3_0 { return }
        let credentials = try Authority.credentials(name)
        let expected = TLSError(
            "using the certificate", path: Authority.certificate(name),
            reason: reason + ", which OpenSSL's security level refuses;"
                + " --smtp-tls-ciphers=DEFAULT:@SECLEVEL=0 lets it pass")
        #expect(throws: expected) { _ = try TLSContext(TLSConfiguration(), credentials) }
        #expect(ERR_peek_error() == 0)
    }
}

@Suite struct CredentialFaultTests {
    let scratch = Scratch()

    /// What reading the pair fails with.
    private func fault(_ certificate: String, _ key: String) throws -> TLSError {
        let error = #expect(throws: TLSError.self) {
            _ = try TLSCredentials(certificateFile: certificate, keyFile: key)
        }
        #expect(ERR_peek_error() == 0)
        return try #require(error)
    }

    private func damaged(_ file: String) -> [(String, [UInt8], String)] {
        let whole = contents(of: file)
        let lines = text(of: file).split(separator: "\n")
        let shortened = (lines.dropLast(2) + [lines[lines.count - 1]]).joined(separator: "\n")
        return [
            ("empty", [], "it is empty"),
            ("garbage", sampleOctets(1000), "there is no PEM in it"),
            ("words", Array("not a certificate\n".utf8), "there is no PEM in it"),
            (
                "huge", [UInt8](repeating: 0x0A, count: (1 << 20) + 1),
                "it is longer than 1048576 octets"
            ),
            ("half", Array(whole[..<(whole.count / 2)]), "bad end line"),
            ("short", Array(shortened.utf8), ""),
            ("base64", Array(text(of: file).replacingAll("M", "!").utf8), "bad base64 decode"),
        ]
    }

    @Test func `a damaged certificate is an error that names the file`() throws {
        for (name, octets, reason) in damaged(Authority.certificate("ec")) {
            let path = scratch.write(octets, to: name)
            let error = try fault(path, Authority.key("ec"))
            #expect(error.operation == "reading the certificate")
            #expect(error.path == path)
            #expect(
                reason.isEmpty ? !error.reason.isEmpty : error.reason == reason, "\(name): \(error)"
            )
        }
    }

    @Test func `a damaged key is an error that names the file`() throws {
        for (name, octets, reason) in damaged(Authority.key("rsa")) {
            let path = scratch.write(octets, to: name)
            let error = try fault(Authority.certificate("rsa"), path)
            #expect(error.operation == "reading the private key")
            #expect(error.path == path)
            #expect(
                reason.isEmpty ? !error.reason.isEmpty : error.reason == reason, "\(name): \(error)"
            )
        }
    }

    @Test func `a file that is not there or cannot be read is told with the system's reason`()
        throws
    {
        let missing = scratch.file("missing")
        #expect(
            try fault(missing, Authority.key("ec")).description
                == "reading the certificate \(missing): open: No such file or directory (errno 2)")
        #expect(
            try fault(Authority.certificate("ec"), missing).description
                == "reading the private key \(missing): open: No such file or directory (errno 2)")
        #expect(
            try fault(scratch.path, Authority.key("ec")).description
                == "reading the certificate \(scratch.path): read: Is a directory (errno 21)")
        #expect(
            try fault("/dev/zero", Authority.key("ec")).description
                == "reading the certificate /dev/zero: it is longer than 1048576 octets")
    }

    @Test func `a FIFO that nobody writes to does not keep us waiting`() throws {
        let path = scratch.file("fifo")
        try #require(mkfifo(path, 0o600) == 0)
        #expect(try fault(path, Authority.key("ec")).reason == "it is empty")
    }

    @Test func `DER is called by its name`() throws {
        let der = scratch.file("der")
        run([
            "openssl", "x509", "-in", Authority.certificate("ec"), "-outform", "DER", "-out", der,
        ])
        #expect(try fault(der, Authority.key("ec")).reason == "it seems to be DER, not PEM")
    }

    @Test func `a file with something else in it is told from a broken one`() throws {
        let (certificate, key) = (Authority.certificate("ec"), Authority.key("ec"))
        #expect(try fault(key, key).reason == "no certificate in it, only PRIVATE KEY")
        #expect(
            try fault(certificate, certificate).reason == "no private key in it, only CERTIFICATE")
    }

    @Test(arguments: [["pkcs8", "-topk8"], ["rsa", "-aes128", "-traditional"]])
    func `an encrypted key is refused`(_ conversion: [String]) throws {
        let path = scratch.file("encrypted")
        let result = run(
            ["openssl"] + conversion
                + ["-in", Authority.key("rsa"), "-out", path, "-passout", "pass:secret"])
        try #require(result.status == 0, "\(result.output)")
        #expect(
            try fault(Authority.certificate("rsa"), path).reason
                == "the key is encrypted, and there is nobody to ask for its password")
    }

    @Test func `PEM around something else is refused`() throws {
        let body = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        for label in ["CERTIFICATE", "PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY"] {
            let path = scratch.write(
                "-----BEGIN \(label)-----\n\(body)\n-----END \(label)-----\n", to: "odd")
            let isKey = label != "CERTIFICATE"
            let error =
                try isKey
                ? fault(Authority.certificate("ec"), path) : fault(path, Authority.key("ec"))
            #expect(error.path == path)
            #expect(!error.reason.isEmpty && !error.reason.contains("does not say"), "\(error)")
        }
    }

    @Test(arguments: ["ec384", "client", "rsa", "ed25519"])
    func `a key of another certificate is refused`(_ name: String) throws {
        let (certificate, key) = (Authority.certificate("ec"), Authority.key(name))
        #expect(
            try fault(certificate, key).description
                == "reading the private key \(key): the key does not match any certificate in "
                + certificate)
    }

    @Test func `a second key without a certificate is refused`() throws {
        let keys = text(of: Authority.key("ec")) + text(of: Authority.key("rsa"))
        let path = scratch.write(keys, to: "keys")
        #expect(
            try fault(Authority.certificate("ec"), path).reason
                == "one of the keys does not match any certificate in "
                + Authority.certificate("ec"))
    }

    @Test func `two pairs of one kind are refused`() throws {
        let names = ["ec", "client"]
        let certificate = scratch.write(
            names.map { text(of: Authority.certificate($0)) }.joined(), to: "crt")
        let key = scratch.write(names.map { text(of: Authority.key($0)) }.joined(), to: "key")
        #expect(
            try fault(certificate, key).reason
                == "two of the certificates are for the same kind of key")
    }
}

extension String {
    fileprivate func replacingAll(_ old: Character, _ new: Character) -> String {
        // The labels must stay what they are.
        split(separator: "\n").map { line in
            line.hasPrefix("-----") ? String(line) : String(line.map { $0 == old ? new : $0 })
        }.joined(separator: "\n")
    }
}
