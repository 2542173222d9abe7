internal import COpenSSL

/// A key pair.
@safe final class Key {
    enum Kind: Equatable, Sendable {
        /// ECDSA on P-256.
        case ellipticCurve
        case rsa(bits: Int32)
    }

    let pkey: OpaquePointer
    let kind: Kind

    init(_ kind: Kind) throws(ForgeError) {
        // The first call decides that openssl.cnf does not count.
        _ = OPENSSL_init_crypto(copenssl_init_flags(), nil)
        ERR_clear_error()
        guard let pkey = unsafe EVP_PKEY_new() else { throw .drained("making a key") }
        let isMade =
            switch kind {
            case .ellipticCurve: unsafe Self.makeEllipticCurve(pkey)
            case .rsa(let bits): unsafe Self.makeRSA(pkey, bits)
            }
        guard isMade else {
            unsafe EVP_PKEY_free(pkey)
            throw .drained("making a key")
        }
        unsafe self.pkey = pkey
        self.kind = kind
    }

    deinit {
        unsafe EVP_PKEY_free(pkey)
    }

    private static func makeEllipticCurve(_ pkey: OpaquePointer) -> Bool {
        guard let key = unsafe EC_KEY_new_by_curve_name(NID_X9_62_prime256v1) else { return false }
        guard unsafe EC_KEY_generate_key(key) == 1,
            unsafe EVP_PKEY_assign(pkey, EVP_PKEY_EC, UnsafeMutableRawPointer(key)) == 1
        else {
            unsafe EC_KEY_free(key)
            return false
        }
        return true
    }

    private static func makeRSA(_ pkey: OpaquePointer, _ bits: Int32) -> Bool {
        guard let key = unsafe RSA_new() else { return false }
        let exponent = unsafe BN_new()
        defer { unsafe BN_free(exponent) }
        guard unsafe BN_set_word(exponent, 65537) == 1,
            unsafe RSA_generate_key_ex(key, bits, exponent, nil) == 1,
            unsafe EVP_PKEY_assign(pkey, EVP_PKEY_RSA, UnsafeMutableRawPointer(key)) == 1
        else {
            unsafe RSA_free(key)
            return false
        }
        return true
    }
}
