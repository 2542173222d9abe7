internal import COpenSSL

/// An X.509 certificate.
@safe final class Certificate {
    let x509: OpaquePointer
    /// Whether its key is of a common kind, so that the quick decoder could read it.
    let isCommon: Bool

    init(owning x509: OpaquePointer) {
        unsafe self.x509 = x509
        isCommon = false
    }

    /// Decodes it from DER; nil if it cannot be, and the error queue says why.
    init?(_ octets: [UInt8], isCommon: Bool = false) {
        let decoded = unsafe octets.withUnsafeBufferPointer { octets in
            var next = octets.baseAddress
            return unsafe d2i_X509(nil, &next, octets.count)
        }
        guard let decoded = unsafe decoded else { return nil }
        unsafe x509 = decoded
        self.isCommon = isCommon
    }

    deinit {
        unsafe X509_free(x509)
    }

    /// All certificates of the file, in its order, at least one. Those that are for one of the keys
    /// take their own key from it, which need not be decoded then.
    static func all(in file: PEMFile, _ operation: String, keys: [PrivateKey] = [])
        throws(TLSError) -> [Certificate]
    {
        var certificates: [Certificate] = []
        for block in file.blocks where labels.contains(block.label) {
            var certificate = CertificateDecoder.decode(block.octets, keys)
            ErrorQueue.clear()
            if certificate == nil { certificate = Certificate(block.octets) }
            guard let certificate else { throw .drained(operation, path: file.path) }
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

    /// Whether its encoding is this one; other octets may stand behind it.
    func isEncoded(as octets: [UInt8]) -> Bool {
        var encoding: UnsafeMutablePointer<UInt8>?
        let count = unsafe i2d_X509(x509, &encoding)
        defer { unsafe copenssl_free(encoding) }
        return unsafe count > 0
            && octets.starts(with: UnsafeBufferPointer(start: encoding, count: Int(count)))
    }

    func matches(_ key: PrivateKey) -> Bool {
        defer { ErrorQueue.clear() }
        return unsafe X509_check_private_key(x509, key.pkey) == 1
    }

    /// Whether OpenSSL's usual security level might refuse it: its key or its signature is worth
    /// fewer than 112 bits.
    var mayBeTooWeak: Bool {
        defer { ErrorQueue.clear() }
        guard hasStrongSignature, let key = unsafe X509_get0_pubkey(x509) else { return true }
        return unsafe EVP_PKEY_get_security_bits(key) < 112
    }

    private var hasStrongSignature: Bool {
        switch unsafe X509_get_signature_nid(x509) {
        case NID_ecdsa_with_SHA256, NID_ecdsa_with_SHA384, NID_ecdsa_with_SHA512,
            NID_sha256WithRSAEncryption, NID_sha384WithRSAEncryption, NID_sha512WithRSAEncryption:
            return true
        default:
            // To tell more, OpenSSL looks at all extensions and computes a digest of it all.
            var bits: CInt = 0
            return unsafe X509_get_signature_info(x509, nil, nil, &bits, nil) == 1 && bits >= 112
        }
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
