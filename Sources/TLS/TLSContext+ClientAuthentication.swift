internal import COpenSSL

extension TLSContext {
    /// Has clients asked for a certificate if the configuration says so. The file of authorities
    /// is read whenever one is given; what is in it is returned.
    static func authenticateClients(
        _ context: OpaquePointer, _ configuration: TLSConfiguration
    ) throws(TLSError) -> [Certificate] {
        var authorities: [Certificate] = []
        if let file = configuration.clientCAFile { authorities = unsafe try trust(file, context) }
        switch configuration.clientAuthentication {
        case .none: return authorities
        case .request: unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        case .require:
            unsafe SSL_CTX_set_verify(
                context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        }
        unsafe SSL_CTX_set_cert_verify_callback(context, verifyClient, nil)
        return authorities
    }

    static let readingAuthorities = "reading the client certificate authorities"

    private static func trust(_ path: String, _ context: OpaquePointer) throws(TLSError)
        -> [Certificate]
    {
        let reading = readingAuthorities
        let authorities = try Certificate.all(in: PEMFile(path, reading), reading)
        let store = unsafe SSL_CTX_get_cert_store(context)
        for authority in authorities {
            // The first makes us trust it, the second tells clients that we do.
            guard unsafe X509_STORE_add_cert(store, authority.x509) == 1,
                unsafe SSL_CTX_add_client_CA(context, authority.x509) == 1
            else { throw .drained(reading, path: path) }
        }
        return authorities
    }
}

/// Verifies the chain that a client has sent, and takes down what is wrong with it.
///
/// A certificate that is only requested passes all the same; that it was not verified is in the
/// record. OpenSSL calls this during the handshake and takes 1 for yes.
private func verifyClient(_ chain: OpaquePointer?, _: UnsafeMutableRawPointer?) -> CInt {
    if unsafe X509_verify_cert(chain) == 1 { return 1 }
    let index = SSL_get_ex_data_X509_STORE_CTX_idx()
    guard let pointer = unsafe X509_STORE_CTX_get_ex_data(chain, index) else { return 0 }
    let ssl = OpaquePointer(pointer)
    let code = unsafe X509_STORE_CTX_get_error(chain)
    let certificate = unsafe X509_STORE_CTX_get0_cert(chain)
    unsafe HandshakeRecord.of(ssl)?.certificateFault = unsafe fault(CLong(code), certificate)
    // What verifying left in the queue is told by the record.
    ErrorQueue.clear()
    return unsafe SSL_get_verify_mode(ssl) & SSL_VERIFY_FAIL_IF_NO_PEER_CERT == 0 ? 1 : 0
}

/// What is wrong with a client's certificate, and whose it says it is.
func fault(_ code: CLong, _ certificate: OpaquePointer?) -> String {
    let reason = unsafe String(cString: X509_verify_cert_error_string(code))
    let subject = unsafe certificate.map { unsafe Certificate.subject(of: $0) } ?? ""
    return "\(reason) (\(subject))"
}
