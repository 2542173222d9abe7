import Foundation

/// A self-signed certificate for `localhost` with its key, made once a run.
package struct TestCertificate: Sendable {
    private let directory = TemporaryDirectory()
    package let certificateFile: String
    package let keyFile: String

    package static let shared = TestCertificate()

    private init() {
        certificateFile = directory.file("cert.pem")
        keyFile = directory.file("key.pem")
        let child = Child(
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                "-nodes", "-keyout", keyFile, "-out", certificateFile, "-days", "30", "-subj",
                "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1",
            ], environment: ["PATH": "/usr/bin:/bin"])
        precondition(child.wait() == 0, "openssl could not make a certificate")
    }
}
