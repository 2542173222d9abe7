internal import COpenSSL

/// A private key.
@safe final class PrivateKey {
    let pkey: OpaquePointer
    /// What its encoding ends with.
    private let ending: [UInt8]

    private init(_ pkey: OpaquePointer, endingIn ending: [UInt8] = []) {
        unsafe self.pkey = pkey
        self.ending = ending
    }

    deinit {
        unsafe EVP_PKEY_free(pkey)
    }

    /// A new one for ECDSA on P-256; nil if OpenSSL cannot, and the error queue says why.
    static func make() -> PrivateKey? {
        ErrorQueue.clear()
        guard let key = unsafe EC_KEY_new_by_curve_name(NID_X9_62_prime256v1) else { return nil }
        guard unsafe EC_KEY_generate_key(key) == 1 else {
            unsafe EC_KEY_free(key)
            return nil
        }
        return unsafe GenericKey.wrapping(ellipticCurve: key).map { unsafe PrivateKey($0) }
    }

    /// OpenSSL's number for its algorithm (`EVP_PKEY_EC` and so on); one for all elliptic curves.
    var kind: CInt { unsafe EVP_PKEY_get_base_id(pkey) }

    /// Whether a session with it needs no more of OpenSSL than the lean library has: one for RSA, or
    /// on a curve of NIST's that clients know.
    var isUsual: Bool {
        if kind == EVP_PKEY_RSA { return true }
        guard kind == EVP_PKEY_EC, let key = unsafe EVP_PKEY_get0_EC_KEY(pkey),
            unsafe EC_KEY_decoded_from_explicit_params(key) == 0
        else { return false }
        let curve = unsafe EC_GROUP_get_curve_name(EC_KEY_get0_group(key))
        return [NID_X9_62_prime256v1, NID_secp384r1, NID_secp521r1].contains(curve)
    }

    /// Whether this may be its public part, as far as a look at the encoding tells. RFC 5915 §3: that of
    /// one on an elliptic curve ends with the point.
    func mayHave(public octets: UnsafeBufferPointer<UInt8>) -> Bool {
        guard ending.count == 64, octets.count >= 64 else { return false }
        return unsafe octets.suffix(64).elementsEqual(ending)
    }

    /// All private keys of the file, in its order, at least one.
    static func all(in file: PEMFile, _ operation: String) throws(TLSError) -> [PrivateKey] {
        var keys: [PrivateKey] = []
        // Tools write EC PARAMETERS before a key, and people keep certificates in the same file.
        for block in file.blocks where block.label.hasSuffix("PRIVATE KEY") {
            if block.isEncrypted {
                throw TLSError(
                    operation, path: file.path,
                    reason: "the key is encrypted, and there is nobody to ask for its password")
            }
            ErrorQueue.clear()
            guard let pkey = unsafe decode(block) else {
                throw .drained(operation, path: file.path)
            }
            unsafe keys.append(PrivateKey(pkey, endingIn: Array(block.octets.suffix(64))))
            // What the quick way left behind where the slow one had to help.
            ErrorQueue.clear()
        }
        if keys.isEmpty {
            let found = file.blocks[0].label
            throw TLSError(
                operation, path: file.path, reason: "no private key in it, only \(found)")
        }
        return keys
    }
}

// MARK: - Decoding

extension PrivateKey {
    /// The common kinds take a short cut: OpenSSL's general decoder costs 4 million instructions.
    private static func decode(_ block: PEMFile.Block) -> OpaquePointer? {
        unsafe block.octets.withUnsafeBufferPointer { octets in
            switch block.label {
            case "EC PRIVATE KEY": unsafe ellipticCurve(octets, curve: nil)
            case "RSA PRIVATE KEY": unsafe rsa(octets)
            case "PRIVATE KEY": unsafe pkcs8(octets) ?? any(octets)
            default: unsafe any(octets)
            }
        }
    }

    /// RFC 5208 §5, for RSA keys and those on a named elliptic curve.
    private static func pkcs8(_ octets: UnsafeBufferPointer<UInt8>) -> OpaquePointer? {
        var next = octets.baseAddress
        guard let info = unsafe d2i_PKCS8_PRIV_KEY_INFO(nil, &next, octets.count) else {
            return nil
        }
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
        var algorithm: OpaquePointer?
        var parameters: UnsafePointer<X509_ALGOR>?
        var inner: UnsafePointer<UInt8>?
        var count: CInt = 0
        guard unsafe PKCS8_pkey_get0(&algorithm, &inner, &count, &parameters, info) == 1 else {
            return nil
        }
        let key = unsafe UnsafeBufferPointer(start: inner, count: Int(count))
        switch unsafe OBJ_obj2nid(algorithm) {
        case NID_rsaEncryption: return unsafe rsa(key)
        case NID_X9_62_id_ecPublicKey:
            return unsafe ellipticCurve(key, curve: namedCurve(parameters))
        default: return nil
        }
    }

    /// RFC 5480 §2.1.1: the curve by its object identifier, or nil where it is spelt out.
    private static func namedCurve(_ parameters: UnsafePointer<X509_ALGOR>?) -> CInt? {
        var kind: CInt = 0
        var value: UnsafeRawPointer?
        unsafe X509_ALGOR_get0(nil, &kind, &value, parameters)
        guard kind == V_ASN1_OBJECT, let value = unsafe value else { return nil }
        return unsafe OBJ_obj2nid(OpaquePointer(value))
    }

    /// RFC 5915 §3; without a curve from around it, the key must name its own.
    private static func ellipticCurve(
        _ octets: UnsafeBufferPointer<UInt8>, curve: CInt?
    ) -> OpaquePointer? {
        var key = unsafe curve.flatMap { unsafe EC_KEY_new_by_curve_name($0) }
        var next = octets.baseAddress
        guard unsafe d2i_ECPrivateKey(&key, &next, octets.count) != nil else {
            unsafe EC_KEY_free(key)
            return nil
        }
        return unsafe GenericKey.wrapping(ellipticCurve: key)
    }

    /// RFC 8017 A.1.2
    private static func rsa(_ octets: UnsafeBufferPointer<UInt8>) -> OpaquePointer? {
        var next = octets.baseAddress
        return unsafe GenericKey.wrapping(rsa: d2i_RSAPrivateKey(nil, &next, octets.count))
    }

    /// Every other kind: Ed25519, Ed448, RSA-PSS, curves that are spelt out.
    private static func any(_ octets: UnsafeBufferPointer<UInt8>) -> OpaquePointer? {
        // Only what it has to say counts.
        ErrorQueue.clear()
        var next = octets.baseAddress
        return unsafe d2i_AutoPrivateKey(nil, &next, octets.count)
    }
}

/// An EVP_PKEY: OpenSSL's wrapper for a key of any kind, public or private. It owns the key that is
/// put into it.
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
