import COpenSSL
import Testing

@testable import TLS

@Suite struct SubjectTests {
    private func subject(_ form: CInt, _ octets: [UInt8]) throws -> String {
        let x509 = try #require(X509_new() as OpaquePointer?)
        defer { X509_free(x509) }
        let name = X509_get_subject_name(x509)
        let count = CInt(octets.count)
        try #require(
            X509_NAME_add_entry_by_NID(name, NID_commonName, form, octets, count, -1, 0) == 1)
        return Certificate.subject(of: x509)
    }

    @Test(arguments: [
        ("plain", "CN=plain"), ("a,b+c=\"<>;\\", #"CN=a\,b\+c=\"\<\>\;\\"#),
        ("a\r\nBcc: b", #"CN=a\0D\0ABcc: b"#), ("\u{0}", #"CN=\00"#), ("ä", #"CN=\C3\A4"#),
        (" #a ", #"CN=\ #a\ "#), ("\u{1B}[31m\u{7F}", #"CN=\1B[31m\7F"#), ("()", "CN=()"),
    ])
    func `a subject is printable, whatever its octets`(text: String, expected: String) throws {
        #expect(try subject(V_ASN1_UTF8STRING, Array(text.utf8)) == expected)
    }

    @Test(arguments: [
        V_ASN1_UTF8STRING, V_ASN1_PRINTABLESTRING, V_ASN1_T61STRING, V_ASN1_IA5STRING,
        V_ASN1_BMPSTRING, V_ASN1_UNIVERSALSTRING,
    ])
    func `so is one of any type, also where the octets are none of it`(form: CInt) throws {
        for octets in [Array(0...255), Array((0...63).reversed()), [0xFF, 0xFE, 0xFD, 0xFC]]
            as [[UInt8]]
        {
            let text = try subject(form, octets)
            #expect(text.hasPrefix("CN=") && text.utf8.count > 4, "\(text)")
            #expect(text.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        }
        #expect(ERR_peek_error() == 0)
    }

    @Test func `an empty one is empty`() {
        let x509: OpaquePointer = X509_new()
        #expect(Certificate.subject(of: x509) == "")
        X509_free(x509)
    }
}
