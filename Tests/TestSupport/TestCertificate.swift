import Foundation

/// A self-signed certificate with its key: the shared one is for `localhost`, and made once a run.
package struct TestCertificate: Sendable {
    private let directory = TemporaryDirectory()
    package let certificateFile: String
    package let keyFile: String

    package static let shared = TestCertificate()

    /// Makes one with a subject as `openssl req` takes it.
    package init(subject: String = "/CN=localhost") {
        certificateFile = directory.file("cert.pem")
        keyFile = directory.file("key.pem")
        let child = Child(
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                "-nodes", "-keyout", keyFile, "-out", certificateFile, "-days", "30", "-subj",
                subject, "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1",
            ], environment: ["PATH": "/usr/bin:/bin"])
        precondition(child.wait() == 0, "openssl could not make a certificate")
    }
}
