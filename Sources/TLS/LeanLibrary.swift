internal import COpenSSL

/// A library context of OpenSSL in which only what a usual session needs can be found.
///
/// OpenSSL makes an object of every cipher, digest, key type and group of its default provider when
/// it is asked for the first one. In this context there is a provider of ours instead, which hands
/// out the default provider's own implementations of a few. That takes a session from 14.4 million
/// instructions to 9.9, and with OpenSSL 3.5 from 15.9 to 11.0.
///
/// A handshake in it comes to the same as any other: a usual session may agree to no suites, groups
/// and signatures but those that are here (`TLSConfiguration.isUsual`, `PrivateKey.isUsual`). Every
/// other session, and whatever does not name this context, finds all in OpenSSL's own.
enum LeanLibrary {
    /// The context, equipped when this is first read and kept to the end of the process; nil where
    /// this OpenSSL is not one that it was tried with, lacks a part, or does not do as expected.
    nonisolated(unsafe) static let context: OpaquePointer? = {
        guard OpenSSL.isStarted, let selection = Selection(version: OpenSSL_version_num()) else {
            return nil
        }
        defer { ErrorQueue.clear() }
        // One that could not be equipped is left as it is: the process ends with the session.
        guard let emptiness = unsafe CertificateDecoder.emptiness, equip(emptiness, selection)
        else { return nil }
        return unsafe emptiness.context
    }()

    private static func equip(
        _ emptiness: CertificateDecoder.Emptiness, _ selection: Selection
    ) -> Bool {
        let context = unsafe emptiness.context
        // While the default provider is loaded here, all that it has is made an object of. Once it
        // is unloaded, it stays in working order for as long as there is an object of it: so the
        // one of which there are fewest, the reader of files, is fetched and kept for good.
        guard let whole = unsafe OSSL_PROVIDER_load(context, "default"),
            unsafe OSSL_STORE_LOADER_fetch(context, "file", nil) != nil,
            let stock = unsafe LeanStock(selection, of: whole)
        else { return false }
        unsafe LeanStock.ours = stock
        return unsafe OSSL_PROVIDER_add_builtin(context, "mailpit", beginLeanProvider) == 1
            && OSSL_PROVIDER_load(context, "mailpit") != nil && OSSL_PROVIDER_unload(whole) == 1
            // Each would be asked for whatever is looked for.
            && OSSL_PROVIDER_unload(emptiness.provider) == 1
    }
}

// MARK: - What is in it

extension LeanLibrary {
    /// What is handed out, by the first of its names in the default provider.
    struct Selection {
        private let hasHybridGroup: Bool

        /// Nil for a version (as OpenSSL counts it) that nobody has tried this with.
        init?(version: CUnsignedLong) {
            switch version >> 20 {
            case 0x300: hasHybridGroup = false
            case 0x305: hasHybridGroup = true
            default: return nil
            }
        }

        /// By their numbers in the protocol: the default groups, and P-521 for certificates.
        var groups: [UInt16] {
            [0x0017, 0x0018, 0x0019, 0x001D] + (hasHybridGroup ? [0x11EC] : [])
        }

        var operations: [(number: CInt, names: [StaticString])] {
            [
                // SHA-1 and MD5 are looked for when a context is made, SHA-1 to tell certificates
                // apart too; the hybrid group has four of its own.
                (
                    OSSL_OP_DIGEST,
                    ["SHA1", "SHA2-224", "SHA2-256", "SHA2-384", "SHA2-512", "MD5", "MD5-SHA1"]
                        + (hasHybridGroup
                            ? ["SHA3-256", "SHA3-512", "SHAKE-128", "SHAKE-256"] : [])
                ),
                // The last two are for random numbers.
                (
                    OSSL_OP_CIPHER,
                    [
                        "AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305", "AES-256-CTR",
                        "AES-256-ECB",
                    ]
                ),
                (OSSL_OP_MAC, ["HMAC"]),
                (OSSL_OP_KDF, ["HKDF", "TLS13-KDF", "TLS1-PRF"]),
                (OSSL_OP_RAND, ["CTR-DRBG", "SEED-SRC"]),
                // The last three, and DSA below, only for what is said of clients that can verify nothing else.
                (
                    OSSL_OP_KEYMGMT,
                    ["DH", "RSA", "RSA-PSS", "EC", "X25519", "ED25519", "ED448", "DSA"]
                        + (hasHybridGroup ? ["ML-KEM-768", "X25519MLKEM768"] : [])
                ),
                (OSSL_OP_KEYEXCH, ["DH", "ECDH", "X25519"]),
                (OSSL_OP_SIGNATURE, ["RSA", "ECDSA", "DSA"]),
                (OSSL_OP_KEM, hasHybridGroup ? ["ML-KEM-768", "X25519MLKEM768"] : []),
            ]
        }
    }
}
