import Glibc

/// An authority that issues certificates with chosen dates, made by the `openssl` command.
package final class TestAuthority: Sendable {
    private let directory = TemporaryDirectory()
    package let certificateFile: String
    private let keyFile: String

    package struct Pair: Sendable {
        package let certificateFile: String
        package let keyFile: String
    }

    /// One that is there already, as PEM files.
    package init(certificateFile: String, keyFile: String) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
    }

    package init() {
        certificateFile = directory.file("ca.pem")
        keyFile = directory.file("ca.key")
        Self.run([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "365", "-subj", "/CN=tests", "-keyout", keyFile, "-out",
            certificateFile, "-addext", "basicConstraints=critical,CA:TRUE",
        ])
    }

    /// Issues a certificate for these alternative names, valid between so many seconds from now.
    package func issue(
        _ name: String, subject: String? = nil, names: String?, from begin: Int = -86_400,
        until end: Int = 365 * 86_400 + 3_600
    ) -> Pair {
        let (key, request) = (directory.file("\(name).key"), directory.file("\(name).csr"))
        let certificate = directory.file("\(name).pem")
        Self.run([
            "openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-subj", subject ?? "/CN=\(name)", "-keyout", key, "-out", request,
        ])
        // Unlike `openssl x509` it takes dates.
        var command = [
            "openssl", "ca", "-batch", "-notext", "-config", configuration(name), "-cert",
            certificateFile, "-keyfile", keyFile, "-startdate", Self.date(begin),
            "-enddate", Self.date(end), "-in", request, "-out", certificate,
        ]
        if let names {
            command += [
                "-extfile", directory.write("subjectAltName=\(names)\n", to: "\(name).ext"),
            ]
        }
        Self.run(command)
        return Pair(certificateFile: certificate, keyFile: key)
    }

    private func configuration(_ name: String) -> String {
        let database = directory.write("", to: "\(name).index")
        return directory.write(
            """
            [ca]
            default_ca = tests
            [tests]
            database = \(database)
            new_certs_dir = \(directory.path)
            rand_serial = yes
            default_md = sha256
            policy = anything
            [anything]
            commonName = optional
            organizationName = optional

            """, to: "\(name).cnf")
    }

    private static func date(_ seconds: Int) -> String {
        var (moment, parts) = (time(nil) + seconds, tm())
        gmtime_r(&moment, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, "%Y%m%d%H%M%SZ", &parts)
        return String(decoding: text.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func run(_ command: [String]) {
        let ended = Command(command)
        precondition(ended.status == 0, "\(command): \(ended.errors)")
    }
}
