internal import COpenSSL

/// What OpenSSL's callbacks need in one handshake, and what they learn in it, whether or not it
/// succeeds.
///
/// The connection owns it and keeps it for as long as OpenSSL's side of the connection, which
/// holds a pointer to it.
final class HandshakeRecord {
    /// The name that the client means to talk to, as it came. RFC 6066 §3
    fileprivate(set) var serverName: String?
    fileprivate(set) var offeredVersions: [UInt16] = []
    /// What OpenSSL calls the state of a handshake that has got as far as the ClientHello. Versions of it
    /// differ in the number, and we may run with another one than we were compiled for.
    fileprivate(set) var helloState: OSSL_HANDSHAKE_STATE?
    /// Kept as they came, since they are only looked at where the handshake fails.
    fileprivate(set) var cipherSuites = ClientHello.CipherSuites()
    fileprivate(set) var groups: [UInt8] = []
    fileprivate(set) var signatureAlgorithms: [UInt8] = []
    /// Why the client's certificate was not verified, and whose it says it is.
    var certificateFault: String?
    let ticketKeys: TicketKeys?
    let keyLog: KeyLog?

    init(ticketKeys: TicketKeys?, keyLog: KeyLog?) {
        self.ticketKeys = ticketKeys
        self.keyLog = keyLog
    }

    /// Has the callbacks of `ssl` write to this record.
    func attach(to ssl: OpaquePointer) -> Bool {
        unsafe SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque()) == 1
    }

    static func of(_ ssl: OpaquePointer) -> HandshakeRecord? {
        guard let pointer = unsafe SSL_get_ex_data(ssl, 0) else { return nil }
        return unsafe Unmanaged<HandshakeRecord>.fromOpaque(pointer).takeUnretainedValue()
    }
}

/// Takes down what the client offers, before OpenSSL has decided anything about it.
func noteClientHello(
    _ ssl: OpaquePointer?, _: UnsafeMutablePointer<CInt>?, _: UnsafeMutableRawPointer?
) -> CInt {
    guard let ssl = unsafe ssl, let record = unsafe HandshakeRecord.of(ssl) else {
        return SSL_CLIENT_HELLO_SUCCESS
    }
    record.helloState = unsafe SSL_get_state(ssl)
    if let octets = unsafe helloExtension(ssl, TLSEXT_TYPE_server_name) {
        record.serverName = ClientHello.serverName(octets)
    }
    if let octets = unsafe helloExtension(ssl, TLSEXT_TYPE_supported_versions) {
        record.offeredVersions = ClientHello.supportedVersions(octets)
    } else {
        let version = unsafe SSL_client_hello_get0_legacy_version(ssl)
        record.offeredVersions = [UInt16(truncatingIfNeeded: version)]
    }
    record.groups = unsafe helloExtension(ssl, TLSEXT_TYPE_supported_groups) ?? []
    record.signatureAlgorithms =
        unsafe helloExtension(ssl, TLSEXT_TYPE_signature_algorithms) ?? []
    record.cipherSuites = unsafe helloCipherSuites(ssl)
    return SSL_CLIENT_HELLO_SUCCESS
}

private func helloCipherSuites(_ ssl: OpaquePointer) -> ClientHello.CipherSuites {
    var start: UnsafePointer<UInt8>?
    let count = unsafe SSL_client_hello_get0_ciphers(ssl, &start)
    return unsafe ClientHello.CipherSuites(
        octets: Array(UnsafeBufferPointer(start: start, count: count)),
        isOfSSLv2: SSL_client_hello_isv2(ssl) == 1)
}

private func helloExtension(_ ssl: OpaquePointer, _ type: CInt) -> [UInt8]? {
    var start: UnsafePointer<UInt8>?
    var count = 0
    guard unsafe SSL_client_hello_get0_ext(ssl, CUnsignedInt(type), &start, &count) == 1 else {
        return nil
    }
    return unsafe Array(UnsafeBufferPointer(start: start, count: count))
}
