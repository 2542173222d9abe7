internal import COpenSSL
internal import Glibc

/// What the client's side of all TLS connections shares.
@safe final class ClientTLS: @unchecked Sendable {
    // OpenSSL lets threads share a context that nobody changes any more.
    private let context: OpaquePointer
    private let version: Version?
    private let isVerifying: Bool

    enum Version: String, Sendable {
        case v1_2 = "1.2"
        case v1_3 = "1.3"

        fileprivate var number: CInt { self == .v1_2 ? TLS1_2_VERSION : TLS1_3_VERSION }
    }

    init(version: Version?, caFile: String?) throws(UsageError) {
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else {
            throw UsageError("OpenSSL makes no context")
        }
        unsafe self.context = context
        self.version = version
        isVerifying = caFile != nil
        if let version {
            guard unsafe copenssl_set_versions(context, version.number, version.number) == 1 else {
                throw UsageError("OpenSSL has no TLS \(version.rawValue)")
            }
        }
        guard let caFile else { return }
        guard unsafe SSL_CTX_load_verify_file(context, caFile) == 1 else {
            throw UsageError("--ca: no certificate can be read from \(caFile)")
        }
        unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    }

    deinit {
        unsafe SSL_CTX_free(context)
    }

    /// Shakes hands over the descriptor, which must outlive what is returned. The caller frees it.
    func handshake(over descriptor: CInt, resuming ticket: TLSTicket?) throws(SessionFailure)
        -> OpaquePointer
    {
        ERR_clear_error()
        guard let ssl = unsafe SSL_new(context) else { throw Self.failure }
        var isDone = false
        defer { if !isDone { unsafe SSL_free(ssl) } }
        unsafe SSL_set_fd(ssl, descriptor)
        let name = "localhost"
        _ = unsafe name.withCString { name in
            unsafe SSL_ctrl(
                ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name),
                UnsafeMutableRawPointer(mutating: name))
        }
        if isVerifying { unsafe SSL_set1_host(ssl, name) }
        if let ticket { unsafe SSL_set_session(ssl, ticket.session) }
        guard unsafe SSL_connect(ssl) == 1 else { throw Self.failure }
        isDone = true
        return unsafe ssl
    }

    private static var failure: SessionFailure {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0, let text = unsafe ERR_reason_error_string(code) else {
            return SessionFailure(stage: "handshake", reason: "the connection ended")
        }
        return SessionFailure(stage: "handshake", reason: unsafe String(cString: text))
    }
}

/// What a TLS session can be resumed with.
@safe final class TLSTicket {
    fileprivate let session: OpaquePointer

    /// What the server has given us in this connection, nil if it was nothing.
    init?(of ssl: OpaquePointer) {
        guard let session = unsafe SSL_get1_session(ssl) else { return nil }
        unsafe self.session = session
        if unsafe SSL_SESSION_is_resumable(session) != 1 { return nil }
    }

    deinit {
        unsafe SSL_SESSION_free(session)
    }
}
