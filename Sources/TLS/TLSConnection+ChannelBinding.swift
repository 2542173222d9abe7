internal import COpenSSL

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
