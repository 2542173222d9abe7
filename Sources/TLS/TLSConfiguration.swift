internal import COpenSSL

/// What the operator has chosen about TLS; as it is made, the default.
package struct TLSConfiguration: Equatable, Sendable {
    /// What is asked of the client in the way of certificates.
    package enum ClientAuthentication: String, Sendable, CaseIterable {
        case none
        /// The client may send one; a missing or unknown one is only noted.
        case request
        /// The handshake fails without a certificate from the client authorities.
        case require
    }

    package var minimumVersion = TLSVersion.v1_2
    package var maximumVersion = TLSVersion.v1_3
    /// Cipher suites up to TLS 1.2 as an OpenSSL list, nil for Mozilla's intermediate ones.
    package var ciphers: String?
    /// Cipher suites of TLS 1.3 as an OpenSSL list, nil for Mozilla's intermediate ones.
    package var ciphersuites: String?
    /// Groups for the key exchange as an OpenSSL list, nil for Mozilla's intermediate ones.
    package var groups: String?
    /// A PEM file of the authorities that client certificates are verified against.
    package var clientCAFile: String?
    package var clientAuthentication = ClientAuthentication.none
    /// A file of the keys that session tickets are sealed with, the current one first, then any that
    /// are still or already in use elsewhere: 80 octets each, a name (16), a key for HMAC-SHA256
    /// (32), one for AES-256 (32). Without it sessions are not resumed.
    package var ticketKeyFile: String?
    /// Sessions are resumed only where they were begun by a service of the same name.
    package var serviceName = ""
    /// A file that the secrets of all connections are appended to, in NSS's key log form.
    package var keyLogFile: String?

    package init() {}

    /// Whether a session with it needs no more of OpenSSL than the lean library has.
    var isUsual: Bool {
        !canBeRefused && minimumVersion >= .v1_2 && clientAuthentication == .none
    }

    /// Whether there is a choice in it that only the making of a context can check, so that one
    /// should be made before the client hears a word.
    package var canBeRefused: Bool {
        ciphers != nil || ciphersuites != nil || groups != nil || clientCAFile != nil
            || ticketKeyFile != nil || keyLogFile != nil
    }
}

// Mozilla's guidelines 5.7, "intermediate": https://ssl-config.mozilla.org/guidelines/5.7.json
extension TLSConfiguration {
    static let intermediateCiphersuites =
        "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    static let intermediateCiphers =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256"
        + ":ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384"
        + ":ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
        + ":DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305"
    static let intermediateGroups = "X25519:P-256:P-384"

    /// The groups where the operator has chosen none: Mozilla's, and before them, where the library
    /// has it (ML-KEM came with OpenSSL 3.5), the hybrid one that quantum computers do not break.
    package static var defaultGroups: String { defaultGroups(version: OpenSSL_version_num()) }

    /// The same for a version as OpenSSL counts it: 0x30500000 for 3.5.0.
    static func defaultGroups(version: CUnsignedLong) -> String {
        if version < 0x3050_0000 { return intermediateGroups }
        // The mark (3.3) passes over what a build was made without.
        return "?X25519MLKEM768:X25519:P-256:P-384"
    }

    /// What clients of before TLS 1.2 can speak: the AES-CBC suites of Mozilla's "old".
    static let oldCiphers =
        intermediateCiphers
        + ":ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256"
        + ":ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA"
        + ":ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384"
        + ":ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA"
        + ":DHE-RSA-AES128-SHA256:DHE-RSA-AES256-SHA256"
        + ":AES128-SHA256:AES256-SHA256:AES128-SHA:AES256-SHA"

    /// Whether clients of before TLS 1.2 are to be served with suites of our choosing.
    ///
    /// Their handshakes are signed over MD5 and SHA-1, which OpenSSL 3 allows at security level 0
    /// only. Whoever gives a cipher list says the level in it, by `@SECLEVEL=0`.
    var servesOldClients: Bool { minimumVersion < .v1_2 && ciphers == nil }
}

// What there is to know of the files that the configuration names.

extension TLSConfiguration {
    /// The authorities that client certificates are verified against; nil where no file is named.
    package func clientAuthorities() throws(TLSError) -> [CertificateValidity]? {
        guard OpenSSL.isReady else { throw .drained("starting OpenSSL") }
        let reading = TLSContext.readingAuthorities
        return try clientCAFile.map { path throws(TLSError) in
            try Certificate.all(in: PEMFile(path, reading), reading).map { $0.validity }
        }
    }

    /// How many keys for session tickets there are; nil where no file is named.
    package func ticketKeyCount() throws(TLSError) -> Int? {
        try ticketKeyFile.map { path throws(TLSError) in try TicketKeys(file: path).keys.count }
    }
}
