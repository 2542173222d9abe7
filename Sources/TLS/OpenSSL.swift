internal import COpenSSL

/// Which OpenSSL the process has, as it calls itself: `OpenSSL 3.0.19 27 Jan 2026`.
package enum OpenSSLVersion {
    package static var text: String {
        unsafe OpenSSL_version(OPENSSL_VERSION).map { unsafe String(cString: $0) } ?? "OpenSSL"
    }
}

/// What has to be done for OpenSSL as a whole.
enum OpenSSL {
    /// Whether the library could be started, which reading this does the first time. Whoever calls
    /// the library reads it before.
    ///
    /// Where the lean library is used, that is made before: it costs more with names in the table.
    static let isReady: Bool = {
        guard isStarted else { return false }
        // Without these in the table, certificates that are signed by an authority, ours and the
        // clients', are refused as "ca md too weak": their digest is looked up by its name.
        unsafe EVP_add_digest(EVP_sha1())
        unsafe EVP_add_digest(EVP_sha224())
        unsafe EVP_add_digest(EVP_sha256())
        unsafe EVP_add_digest(EVP_sha384())
        unsafe EVP_add_digest(EVP_sha512())
        return true
    }()

    /// Whether it could be started, without any table of digests.
    ///
    /// It is started without what a session does not need: `openssl.cnf`, error texts, tables of
    /// algorithms, clean-up at exit. That saves a third of all instructions of a session.
    static let isStarted: Bool = {
        // The first call decides, so it must come before `OPENSSL_init_ssl`, which wants more.
        hasCrypto && OPENSSL_init_ssl(copenssl_init_ssl_flags(), nil) == 1
    }()

    /// Whether libcrypto could be started, which is enough to read certificates and keys: what libssl has to
    /// sort takes 45,000 instructions, and is for whoever gets to a handshake.
    static let hasCrypto: Bool = OPENSSL_init_crypto(copenssl_init_flags(), nil) == 1

    /// Gets the texts for what goes wrong; only when something has.
    static func loadErrorTexts() {
        // From OpenSSL 3.5 on nothing else loads those of libssl; in 3.0 it does nothing any more once
        // `isStarted` has switched it off for good, and likewise what is said to load the others.
        _ = OPENSSL_init_ssl(copenssl_init_ssl_texts_flags(), nil)
        ERR_load_SSL_strings()
        ERR_load_ERR_strings()
        ERR_load_X509_strings()
        ERR_load_X509V3_strings()
        ERR_load_PEM_strings()
        ERR_load_ASN1_strings()
        ERR_load_EVP_strings()
        ERR_load_EC_strings()
        ERR_load_RSA_strings()
        ERR_load_CRYPTO_strings()
    }
}
