import COpenSSL
import TestSupport

/// What the client's side of all TLS connections shares, so that none pays for making it.
final class ClientTLS: @unchecked Sendable {
    // OpenSSL lets threads share a context that nobody changes any more.
    let context: OpaquePointer

    init(authorityFile: String) throws(UsageError) {
        guard let context = SSL_CTX_new(TLS_client_method()),
            SSL_CTX_load_verify_file(context, authorityFile) == 1
        else { throw UsageError("--ca: no certificate can be read from \(authorityFile)") }
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        self.context = context
    }
}

/// What a TLS session can be resumed with.
final class TLSTicket {
    let session: OpaquePointer

    /// What the server has given us in this connection, nil if it was nothing.
    init?(of client: SMTPClient) {
        guard let session = SSL_get1_session(client.tls) else { return nil }
        self.session = session
        if SSL_SESSION_is_resumable(session) != 1 { return nil }
    }

    deinit {
        SSL_SESSION_free(session)
    }
}
