internal import COpenSSL

/// What OpenSSL's callbacks need for one handshake and learn in it, also if it fails.
///
/// The connection owns it and keeps it for as long as OpenSSL's side of the connection, which
/// holds a pointer to it.
final class HandshakeRecord {
    /// The name that the client means to talk to, as it came. RFC 6066 §3
    fileprivate(set) var serverName: String?
    fileprivate(set) var offeredVersions: [UInt16] = []
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
    if let octets = unsafe helloExtension(ssl, TLSEXT_TYPE_server_name) {
        record.serverName = ClientHello.serverName(octets)
    }
    if let octets = unsafe helloExtension(ssl, TLSEXT_TYPE_supported_versions) {
        record.offeredVersions = ClientHello.supportedVersions(octets)
    } else {
        let version = unsafe SSL_client_hello_get0_legacy_version(ssl)
        record.offeredVersions = [UInt16(truncatingIfNeeded: version)]
    }
    return SSL_CLIENT_HELLO_SUCCESS
}

private func helloExtension(_ ssl: OpaquePointer, _ type: CInt) -> [UInt8]? {
    var start: UnsafePointer<UInt8>?
    var count = 0
    guard unsafe SSL_client_hello_get0_ext(ssl, CUnsignedInt(type), &start, &count) == 1 else {
        return nil
    }
    return unsafe Array(UnsafeBufferPointer(start: start, count: count))
}

/// What stands in extensions of a ClientHello. The octets are the client's and may be anything.
enum ClientHello {
    /// The first host name in a `server_name` extension, with whatever it consists of.
    static func serverName(_ octets: [UInt8]) -> String? {
        // RFC 6066 §3: length of the list (2), type 0 for a host name (1), length (2), name.
        guard octets.count > 5, octets[2] == 0 else { return nil }
        let count = Int(octets[3]) << 8 | Int(octets[4])
        return String(decoding: octets[5...].prefix(count), as: UTF8.self)
    }

    /// The versions in a `supported_versions` extension, in the client's order.
    static func supportedVersions(_ octets: [UInt8]) -> [UInt16] {
        // RFC 8446 §4.2.1: length of the list (1), two octets a version.
        stride(from: 1, to: octets.count - 1, by: 2)
            .map { UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1]) }
            .filter { !isGrease($0) }
    }

    /// RFC 8701 §2: 0x0A0A, 0x1A1A … 0xFAFA mean nothing, and are there for us not to mind.
    private static func isGrease(_ value: UInt16) -> Bool {
        value & 0x0F0F == 0x0A0A && value >> 8 == value & 0xFF
    }
}
