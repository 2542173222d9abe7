@testable import TLS
import TestSupport
import Testing

@Suite struct ExpiryTests {
    /// 2026-12-25 08:30:00 UTC
    private let end: Int64 = 1_798_187_400
    private let day: Int64 = 86_400

    private func warning(secondsBefore seconds: Int64) -> String? {
        CertificateValidity(subject: "CN=x", notBefore: 0, notAfter: end)
            .warning(at: end - seconds)
    }

    @Test func `it is due when 14 days are left, and not a second before`() {
        #expect(warning(secondsBefore: 14 * day + 1) == nil)
        #expect(warning(secondsBefore: 365 * day) == nil)
        #expect(
            warning(secondsBefore: 14 * day)
                == "the certificate of CN=x expires in 14 days, on 2026-12-25 08:30 UTC")
    }

    @Test(
        arguments: [
            (14 * 86_400 - 1, "13 days"), (2 * 86_400, "2 days"), (86_400, "1 day"),
            (86_399, "less than a day"), (0, "less than a day"),
        ] as [(Int64, String)])
    func `it says how long it lasts`(seconds: Int64, left: String) {
        #expect(
            warning(secondsBefore: seconds)
                == "the certificate of CN=x expires in \(left), on 2026-12-25 08:30 UTC")
    }

    @Test func `what has expired stays a warning`() {
        #expect(
            warning(secondsBefore: -1)
                == "the certificate of CN=x has expired, on 2026-12-25 08:30 UTC")
        #expect(
            CertificateValidity(subject: "", notBefore: 0, notAfter: 0).warning(at: end)
                == "the certificate has expired, on 1970-01-01 00:00 UTC")
    }

    @Test func `so is what is not valid yet, up to its first second`() {
        let validity = CertificateValidity(subject: "CN=x", notBefore: end, notAfter: 2 * end)
        #expect(
            validity.warning(at: end - 1)
                == "the certificate of CN=x is not valid before 2026-12-25 08:30 UTC")
        #expect(validity.warning(at: end) == nil)
    }

    @Test func `credentials have the same bound`() throws {
        let certificate = TestCertificate.shared
        let credentials = try TLSCredentials(
            certificateFile: certificate.certificateFile, keyFile: certificate.keyFile)
        let start = try #require(credentials.validities.first).notBefore
        #expect(credentials.warning(at: start) == nil)
        #expect(
            credentials.warning(at: start - 1)?.hasPrefix(
                "the certificate of CN=localhost is not valid before ") == true)
        let end = try #require(credentials.validities.first).notAfter
        #expect(credentials.warning(at: end - 14 * day - 1) == nil)
        #expect(
            credentials.warning(at: end - 14 * day)?.hasPrefix(
                "the certificate of CN=localhost expires in 14 days, on ") == true)
        #expect(
            credentials.warning(at: end + 1)?.hasPrefix(
                "the certificate of CN=localhost has expired, on ") == true)
    }
}
