internal import COpenSSL

extension TLSConnection {
    /// The channel binding `tls-exporter`: 32 octets that both ends of this connection know and
    /// nobody between them; nil before TLS 1.3. RFC 9266 §2
    ///
    /// Older versions would need the extended master secret for it, and their SASL clients use
    /// another binding.
    package var exporterBinding: [UInt8]? {
        guard isEstablished, unsafe SSL_version(ssl) == TLS1_3_VERSION else { return nil }
        defer { ErrorQueue.clear() }
        let label = "EXPORTER-Channel-Binding"
        var binding = [UInt8](repeating: 0, count: 32)
        let result = unsafe SSL_export_keying_material(
            ssl, &binding, binding.count, label, label.utf8.count, nil, 0, 1)
        return result == 1 ? binding : nil
    }
}
