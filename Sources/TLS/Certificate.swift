internal import COpenSSL

/// An X.509 certificate.
@safe final class Certificate {
    let x509: OpaquePointer

    init(owning x509: OpaquePointer) {
        unsafe self.x509 = x509
    }

    /// Decodes it from DER; nil if it cannot be, and the error queue says why.
    init?(_ octets: [UInt8]) {
        let decoded = unsafe octets.withUnsafeBufferPointer { octets in
            var next = octets.baseAddress
            return unsafe d2i_X509(nil, &next, octets.count)
        }
        guard let decoded = unsafe decoded else { return nil }
        unsafe x509 = decoded
    }

    deinit {
        unsafe X509_free(x509)
    }

    /// All certificates of the file, in its order, at least one.
    static func all(in file: PEMFile, _ operation: String) throws(TLSError) -> [Certificate] {
        var certificates: [Certificate] = []
        for block in file.blocks where labels.contains(block.label) {
            ErrorQueue.clear()
            guard let certificate = Certificate(block.octets) else {
                throw .drained(operation, path: file.path)
            }
            certificates.append(certificate)
        }
        if certificates.isEmpty {
            let found = file.blocks[0].label
            throw TLSError(
                operation, path: file.path, reason: "no certificate in it, only \(found)")
        }
        return certificates
    }

    /// RFC 7468 §5.1, and OpenSSL's own for one with notes of trust behind it.
    private static let labels = ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"]

    func matches(_ key: PrivateKey) -> Bool {
        defer { ErrorQueue.clear() }
        return unsafe X509_check_private_key(x509, key.pkey) == 1
    }

    /// Whether OpenSSL's usual security level might refuse it: its key or its signature is worth
    /// fewer than 112 bits.
    var mayBeTooWeak: Bool {
        defer { ErrorQueue.clear() }
        var signatureBits: CInt = 0
        guard unsafe X509_get_signature_info(x509, nil, nil, &signatureBits, nil) == 1,
            let key = unsafe X509_get0_pubkey(x509)
        else { return true }
        return unsafe signatureBits < 112 || EVP_PKEY_get_security_bits(key) < 112
    }

    /// Whom a certificate was made out to, in one line of printable ASCII. RFC 2253
    static func subject(of x509: OpaquePointer) -> String {
        let name = unsafe X509_get_subject_name(x509)
        // What is not of the type it says it is cannot be converted, and is shown as it stands.
        for isConverted in [true, false] {
            guard let text = unsafe BIO_new(BIO_s_mem()) else { break }
            defer { unsafe BIO_free(text) }
            guard unsafe copenssl_print_name(text, name, isConverted ? 1 : 0) >= 0 else { continue }
            var start: UnsafeMutablePointer<CChar>?
            let count = unsafe copenssl_memory_bio_data(text, &start)
            return unsafe UnsafeRawBufferPointer(start: start, count: count).withMemoryRebound(
                to: UInt8.self
            ) { unsafe String(decoding: $0, as: UTF8.self) }
        }
        ErrorQueue.clear()
        return ""
    }
}
