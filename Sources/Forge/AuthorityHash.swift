internal import COpenSSL

extension CertificateFiles {
    /// The hash of an authority's name, by which OpenSSL finds its file in a directory; nil where
    /// the text has no certificate.
    package static func subjectHash(ofPEM text: String) -> String? {
        let octets = Array(text.utf8)
        guard let input = unsafe BIO_new_mem_buf(octets, CInt(octets.count)) else { return nil }
        defer { unsafe BIO_free(input) }
        guard let x509 = unsafe PEM_read_bio_X509(input, nil, nil, nil) else { return nil }
        defer { unsafe X509_free(x509) }
        let name = unsafe X509_get_subject_name(x509)
        let digits = unsafe String(X509_NAME_hash_ex(name, nil, nil, nil), radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
