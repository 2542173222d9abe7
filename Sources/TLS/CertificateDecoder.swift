internal import COpenSSL

/// Decodes certificates without OpenSSL's general decoder of public keys.
///
/// That one tries every algorithm that it knows on each key, which takes 2 million instructions, a
/// seventh of a whole session. So certificates are decoded in a library context that knows none, and
/// their keys, if of a common kind, by the functions for that kind. Where this fails, the general
/// decoder is used.
enum CertificateDecoder {
    /// A library context without any algorithms, and the provider that has none: without one, the
    /// default provider would be loaded.
    @safe struct Emptiness {
        let context: OpaquePointer
        let provider: OpaquePointer
    }

    /// Made when this is first read and kept; nil without the memory for it. The lean library makes
    /// itself out of it, and has no decoders either.
    nonisolated(unsafe) static let emptiness: Emptiness? = {
        guard let context = unsafe OSSL_LIB_CTX_new() else { return nil }
        guard let provider = unsafe OSSL_PROVIDER_load(context, "null") else {
            unsafe OSSL_LIB_CTX_free(context)
            return nil
        }
        return unsafe Emptiness(context: context, provider: provider)
    }()

    /// Decodes a certificate from DER, or returns nil: it may be damaged or only uncommon.
    ///
    /// What there is on the error queue then means nothing. The key of one that is for one of `keys`
    /// is taken from that and not decoded, which saves 170,000 instructions for an elliptic curve.
    static func decode(_ octets: [UInt8], _ keys: [PrivateKey]) -> Certificate? {
        guard let certificate = decodeWithoutKey(octets) else { return nil }
        let point = unsafe publicOctets(of: certificate)
        let isKeySet: Bool
        if let pair = keys.first(where: { unsafe $0.mayHave(public: point) }) {
            isKeySet = unsafe X509_set_pubkey(certificate.x509, pair.pkey) == 1
        } else {
            guard let key = unsafe publicKey(of: certificate) else { return nil }
            defer { unsafe EVP_PKEY_free(key) }
            isKeySet = unsafe X509_set_pubkey(certificate.x509, key) == 1
        }
        // OpenSSL is free to encode a certificate anew once it was changed; clients must get the
        // one that was signed. A key that it is not for shows here, too.
        return isKeySet && certificate.isEncoded(as: octets) ? certificate : nil
    }

    /// The certificate belongs to no context: where it is used, it finds what is the default there.
    private static func decodeWithoutKey(_ octets: [UInt8]) -> Certificate? {
        guard let context = unsafe emptiness?.context else { return nil }
        let usual = unsafe OSSL_LIB_CTX_set0_default(context)
        defer { unsafe OSSL_LIB_CTX_set0_default(usual) }
        return Certificate(octets, isCommon: true)
    }

    /// RFC 5280 §4.1.2.7: the key itself, which for an elliptic curve is a point.
    private static func publicOctets(of certificate: Certificate) -> UnsafeBufferPointer<UInt8> {
        var octets: UnsafePointer<UInt8>?
        var count: CInt = 0
        let info = unsafe X509_get_X509_PUBKEY(certificate.x509)
        unsafe X509_PUBKEY_get0_param(nil, &octets, &count, nil, info)
        return unsafe UnsafeBufferPointer(start: octets, count: Int(count))
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
