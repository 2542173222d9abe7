internal import COpenSSL

/// What OpenSSL calls an EVP_PKEY: a key of any kind, public or private, around one of a certain
/// kind, which it takes over.
enum GenericKey {
    /// Nil, the key then freed, if there is none or OpenSSL cannot wrap it.
    static func wrapping(ellipticCurve key: OpaquePointer?) -> OpaquePointer? {
        if let generic = unsafe wrapping(key, EVP_PKEY_EC) { return unsafe generic }
        unsafe EC_KEY_free(key)
        return nil
    }

    /// The same for a key for RSA.
    static func wrapping(rsa key: OpaquePointer?) -> OpaquePointer? {
        if let generic = unsafe wrapping(key, EVP_PKEY_RSA) { return unsafe generic }
        unsafe RSA_free(key)
        return nil
    }

    private static func wrapping(_ key: OpaquePointer?, _ kind: CInt) -> OpaquePointer? {
        guard let key = unsafe key, let generic = unsafe EVP_PKEY_new() else { return nil }
        if unsafe EVP_PKEY_assign(generic, kind, UnsafeMutableRawPointer(key)) == 1 {
            return unsafe generic
        }
        unsafe EVP_PKEY_free(generic)
        return nil
    }
}
