internal import COpenSSL

extension IssuedCertificate {
    /// The certificate as PEM. RFC 7468 §5
    var certificatePEM: String {
        get throws(ForgeError) {
            unsafe try Self.pem { unsafe PEM_write_bio_X509($0, x509) }
        }
    }

    /// What a server sends: it, and those that issued it up to one that issued itself.
    ///
    /// The authority that clients know is not sent, as they have it; any other is.
    func chainPEM(below root: IssuedCertificate) throws(ForgeError) -> String {
        var text = try certificatePEM
        var next = issuer
        while let certificate = next, certificate !== root {
            text += try certificate.certificatePEM
            next = certificate.issuer
        }
        return text
    }

    /// The private key as PEM. RFC 5958, RFC 7468 §10
    var keyPEM: String {
        get throws(ForgeError) {
            unsafe try Self.pem {
                unsafe PEM_write_bio_PKCS8PrivateKey($0, key.pkey, nil, nil, 0, nil, nil)
            }
        }
    }

    private static func pem(_ write: (OpaquePointer) -> CInt) throws(ForgeError) -> String {
        ERR_clear_error()
        guard let text = unsafe BIO_new(BIO_s_mem()) else { throw .drained("encoding") }
        defer { unsafe BIO_free(text) }
        guard unsafe write(text) == 1 else { throw .drained("encoding") }
        var start: UnsafeMutablePointer<CChar>?
        let count = unsafe copenssl_memory_bio_data(text, &start)
        return unsafe UnsafeRawBufferPointer(start: start, count: count).withMemoryRebound(
            to: UInt8.self
        ) { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
