internal import COpenSSL

/// What is known of the TLS side of a session, as far as its handshake came.
package struct TLSSessionFacts: Equatable, Sendable {
    /// As in `TLSv1.3`; nil unless the handshake was completed.
    package var version: String?
    /// The suite's registered name, as in `TLS_AES_128_GCM_SHA256`.
    package var cipher: String?
    /// The name that the client asked for (SNI), as it came: it may contain anything.
    package var serverName: String?
    /// The versions in the ClientHello, as in `TLSv1.3`; the newest one only where the client is
    /// too old to list them.
    package var offeredVersions: [String] = []
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
        guard isEstablished else { return facts }
        facts.version = TLSVersion.name(
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
