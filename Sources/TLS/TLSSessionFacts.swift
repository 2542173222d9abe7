internal import COpenSSL

/// What is known of the TLS side of a session, as far as its handshake came.
package struct TLSSessionFacts: Equatable, Sendable {
    /// Nil unless the handshake was completed.
    package var version: TLSVersion?
    /// The suite's registered name, as in `TLS_AES_128_GCM_SHA256`.
    package var cipher: String?
    /// The key exchange group's registered name, as in `x25519`; nil where none was agreed on, as
    /// in a key exchange by RSA.
    package var group: String?
    /// The name that the client asked for (SNI), as it came: it may contain anything.
    package var serverName: String?
    /// The versions in the ClientHello, as in `TLSv1.3`; the newest one only where the client is
    /// too old to list them.
    package var offeredVersions: [String] = []
    /// What else it offered, if the handshake has failed over the ClientHello: a text for each of
    /// cipher suites, groups and signature algorithms, with their registered names.
    package var offeredLists: [String] = []
    /// Whether so much as one octet of the client's has come.
    package var hasClientBegun = false
    /// Whether an earlier session was gone on with, by a ticket.
    package var isResumed = false
    /// Whom the client's certificate was made out to (RFC 2253), if it was verified.
    package var clientSubject: String?
    /// Why the client's certificate was not verified, and whom it says it was made out to.
    package var clientCertificateFault: String?

    package init() {}
}

extension TLSConnection {
    /// What is known so far.
    package var session: TLSSessionFacts {
        var facts = TLSSessionFacts()
        facts.serverName = record.serverName
        facts.offeredVersions = record.offeredVersions.map { TLSVersion.name(wireValue: $0) }
        facts.clientCertificateFault = record.certificateFault
        facts.hasClientBegun = unsafe BIO_number_read(SSL_get_rbio(ssl)) > 0
        facts.group = unsafe copenssl_negotiated_group(ssl).map { unsafe String(cString: $0) }
        guard isEstablished else {
            facts.offeredLists = offeredLists
            ErrorQueue.clear()
            return facts
        }
        facts.version = TLSVersion(
            wireValue: UInt16(truncatingIfNeeded: unsafe SSL_version(ssl)))
        facts.cipher = unsafe SSL_CIPHER_standard_name(SSL_get_current_cipher(ssl))
            .map { unsafe String(cString: $0) }
        facts.isResumed = unsafe SSL_session_reused(ssl) == 1
        if let certificate = unsafe SSL_get0_peer_certificate(ssl) {
            // In a resumed session this is what was found in the first one.
            let code = unsafe SSL_get_verify_result(ssl)
            if code == CLong(X509_V_OK), record.certificateFault == nil {
                facts.clientSubject = unsafe Certificate.subject(of: certificate)
            } else if facts.clientCertificateFault == nil {
                facts.clientCertificateFault = unsafe fault(code, certificate)
            }
        }
        return facts
    }
}

extension TLSConnection {
    /// What only both ends of this very connection can know: 32 octets by which authentication is
    /// tied to it (`tls-exporter` of RFC 9266); nil before the handshake is done, and where the
    /// connection has no such thing.
    package var channelBinding: [UInt8]? {
        guard isEstablished, isUnique else { return nil }
        // RFC 9266 §2. The empty context is none at all: to TLS 1.3 that is the same, and for
        // TLS 1.2 clients do so too.
        let label = Array("EXPORTER-Channel-Binding".utf8CString)
        var octets = [UInt8](repeating: 0, count: 32)
        let result = unsafe SSL_export_keying_material(
            ssl, &octets, octets.count, label, label.count - 1, nil, 0, 0)
        ErrorQueue.clear()
        return result == 1 ? octets : nil
    }

    /// RFC 9266 §4.2: before TLS 1.3 two connections could have the same secrets, unless they
    /// have the extension of RFC 7627.
    private var isUnique: Bool {
        unsafe SSL_version(ssl) >= TLS1_3_VERSION
            || copenssl_has_extended_master_secret(ssl) == 1
    }
}
