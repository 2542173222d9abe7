internal import COpenSSL

extension TLSContext {
    /// Gives clients tickets by which another process can resume their sessions. RFC 5077
    ///
    /// A session is resumed only by a service of the same name, which asks for certificates as the
    /// first one did and trusts the same authorities: what was verified then is not verified again.
    static func resumeSessions(
        _ context: OpaquePointer, _ configuration: TLSConfiguration, authorities: [Certificate]
    ) throws(TLSError) {
        let scope = try scope(configuration, authorities)
        guard unsafe SSL_CTX_set_session_id_context(context, scope, CUnsignedInt(scope.count)) == 1,
            unsafe SSL_CTX_set_tlsext_ticket_key_evp_cb(context, keyTicket) == 1,
            unsafe SSL_CTX_set_session_ticket_cb(context, nil, judgeSession, nil) == 1,
            unsafe SSL_CTX_set_num_tickets(context, 1) == 1
        else { throw .drained("preparing TLS session tickets") }
        unsafe copenssl_allow_tickets(context)
    }

    /// 32 octets, as many as OpenSSL takes, that stand for everything that must be the same.
    private static func scope(
        _ configuration: TLSConfiguration, _ authorities: [Certificate]
    ) throws(TLSError) -> [UInt8] {
        let preparing = "preparing TLS session tickets"
        // No name has a NUL in it, so it cannot end in what another one goes on with.
        var octets = Array(configuration.serviceName.utf8)
        octets += [0] + configuration.clientAuthentication.rawValue.utf8 + [0]
        var digest = [UInt8](repeating: 0, count: 32)
        for authority in authorities {
            guard unsafe X509_digest(authority.x509, EVP_sha256(), &digest, nil) == 1 else {
                throw .drained(preparing)
            }
            octets += digest
        }
        guard unsafe EVP_Digest(octets, octets.count, &digest, nil, EVP_sha256(), nil) == 1 else {
            throw .drained(preparing)
        }
        return digest
    }
}

// MARK: - Sealing and opening

/// Sets OpenSSL up for sealing a ticket with the current key, or for opening one with the key that
/// it names. SSL_CTX_set_tlsext_ticket_key_cb(3): 1 for yes, 2 for yes and to be replaced by a new
/// one, 0 for no, −1 for an error.
private func keyTicket(
    _ ssl: OpaquePointer?, _ name: UnsafeMutablePointer<UInt8>?,
    _ vector: UnsafeMutablePointer<UInt8>?, _ cipher: OpaquePointer?, _ code: OpaquePointer?,
    _ isNew: CInt
) -> CInt {
    guard let ssl = unsafe ssl, let name = unsafe name,
        let keys = unsafe HandshakeRecord.of(ssl)?.ticketKeys?.keys
    else { return -1 }
    if isNew == 1 {
        let key = keys[0]
        unsafe name.update(from: key.name, count: key.name.count)
        // RFC 5077 §4: a random initialization vector, of the block's 16 octets.
        guard unsafe RAND_bytes(vector, 16) == 1,
            unsafe EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nil, key.encryption, vector) == 1
        else { return -1 }
        return unsafe authenticate(code, key) ? 1 : -1
    }
    let wanted = unsafe Array(UnsafeBufferPointer(start: name, count: 16))
    guard let index = keys.firstIndex(where: { $0.name == wanted }) else { return 0 }
    guard
        unsafe EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nil, keys[index].encryption, vector)
            == 1, unsafe authenticate(code, keys[index])
    else { return -1 }
    return index == 0 ? 1 : 2
}

private func authenticate(_ code: OpaquePointer?, _ key: TicketKeys.Key) -> Bool {
    var digest = Array("SHA256".utf8CString)
    // The parameters hold pointers to both texts, which OpenSSL reads only in EVP_MAC_init.
    return unsafe OSSL_MAC_PARAM_DIGEST.withCString { name in
        unsafe digest.withUnsafeMutableBufferPointer { digest in
            let parameters = unsafe [
                OSSL_PARAM_construct_utf8_string(name, digest.baseAddress, 0),
                OSSL_PARAM_construct_end(),
            ]
            return unsafe EVP_MAC_init(
                code, key.authentication, key.authentication.count, parameters) == 1
        }
    }
}

// MARK: - Judging what a ticket holds

/// Decides whether a session that a ticket told of may be resumed.
private func judgeSession(
    _ ssl: OpaquePointer?, _ session: OpaquePointer?, _: UnsafePointer<UInt8>?, _: Int,
    _ status: CInt, _: UnsafeMutableRawPointer?
) -> CInt {
    guard status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW,
        unsafe isStillVerified(session, ssl)
    else { return SSL_TICKET_RETURN_IGNORE_RENEW }
    // RFC 8446 C.4: a client should not use a ticket twice, so each needs another one.
    let isSingle = unsafe SSL_version(ssl) >= TLS1_3_VERSION
    return isSingle || status == SSL_TICKET_SUCCESS_RENEW
        ? SSL_TICKET_RETURN_USE_RENEW : SSL_TICKET_RETURN_USE
}

/// Whether the client's certificate, as far as one is needed, has not expired since.
private func isStillVerified(_ session: OpaquePointer?, _ ssl: OpaquePointer?) -> Bool {
    guard let certificate = unsafe SSL_SESSION_get0_peer(session) else {
        return unsafe SSL_get_verify_mode(ssl) & SSL_VERIFY_FAIL_IF_NO_PEER_CERT == 0
    }
    // Positive: later than now.
    return unsafe X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0
}
