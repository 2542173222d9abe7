internal import COpenSSL

/// Decodes certificates without OpenSSL's general decoder of public keys.
///
/// That one tries every algorithm that it knows on each key, which takes 2 million instructions, a
/// seventh of a whole session. So certificates are decoded in a library context that knows none, and
/// their keys, if of a common kind, by the functions for that kind. Where this fails, the general
/// decoder is used.
///
/// The lean library has no decoders either, so with it no other is made.
@safe struct CertificateDecoder: ~Copyable {
    /// A library context without any decoders.
    private let emptyContext: OpaquePointer
    private let isLean: Bool

    /// Nil without the memory for it. The certificates may be meant for the lean library.
    init?(isLean: Bool) {
        self.isLean = isLean
        if isLean {
            guard let lean = unsafe LeanLibrary.context else { return nil }
            unsafe emptyContext = lean
            return
        }
        guard let context = unsafe OSSL_LIB_CTX_new() else { return nil }
        // Where no provider is loaded, the default one would be.
        guard unsafe OSSL_PROVIDER_load(context, "null") != nil else {
            unsafe OSSL_LIB_CTX_free(context)
            return nil
        }
        unsafe emptyContext = context
    }

    deinit {
        if isLean { return }
        unsafe OSSL_LIB_CTX_free(emptyContext)
    }

    /// Decodes a certificate from DER, or returns nil: it may be damaged or only uncommon.
    ///
    /// What there is on the error queue then means nothing.
    func decode(_ octets: [UInt8]) -> Certificate? {
        guard let certificate = decodeWithoutKey(octets),
            let key = unsafe Self.publicKey(of: certificate)
        else { return nil }
        defer { unsafe EVP_PKEY_free(key) }
        // OpenSSL is free to encode a certificate anew once it was changed; clients must get the
        // one that was signed.
        guard unsafe X509_set_pubkey(certificate.x509, key) == 1, certificate.isEncoded(as: octets)
        else { return nil }
        return certificate
    }

    private func decodeWithoutKey(_ octets: [UInt8]) -> Certificate? {
        let usual = unsafe OSSL_LIB_CTX_set0_default(emptyContext)
        defer { unsafe OSSL_LIB_CTX_set0_default(usual) }
        return isLean ? unsafe Certificate(octets, lean: emptyContext) : Certificate(octets)
    }

    /// RFC 3279 §2.3.1 and RFC 5480 §2: a key for RSA, or one on a named elliptic curve.
    private static func publicKey(of certificate: Certificate) -> OpaquePointer? {
        let info = unsafe X509_get_X509_PUBKEY(certificate.x509)
        var algorithm: OpaquePointer?
        var octets: UnsafeMutablePointer<UInt8>?
        guard unsafe X509_PUBKEY_get0_param(&algorithm, nil, nil, nil, info) == 1 else {
            return nil
        }
        let count = unsafe i2d_X509_PUBKEY(info, &octets)
        defer { unsafe copenssl_free(octets) }
        var next = unsafe UnsafePointer(octets)
        switch unsafe OBJ_obj2nid(algorithm) {
        case NID_rsaEncryption:
            return unsafe GenericKey.wrapping(rsa: d2i_RSA_PUBKEY(nil, &next, CLong(count)))
        case NID_X9_62_id_ecPublicKey:
            let key = unsafe d2i_EC_PUBKEY(nil, &next, CLong(count))
            guard unsafe key == nil || EC_KEY_decoded_from_explicit_params(key) == 0 else {
                unsafe EC_KEY_free(key)
                return nil
            }
            return unsafe GenericKey.wrapping(ellipticCurve: key)
        default: return nil
        }
    }
}
