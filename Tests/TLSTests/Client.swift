import COpenSSL
import Glibc

/// What the client of a test does differently from a usual one.
struct ClientOptions {
    var minimumVersion: CInt = 0
    var maximumVersion: CInt = 0
    var serverName: String? = "mx.example"
    var ciphers: String?
    var ciphersuites: String?
    var groups: String?
    var signatureAlgorithms: String?
    var securityLevel: CInt?
    /// The pair of `Authority` to answer a request for a certificate with.
    var certificate: String?
    /// What to resume.
    var session: ClientSession?
    var hasExtendedMasterSecret = true

    static let tls1_2 = ClientOptions(maximumVersion: TLS1_2_VERSION)
    static let tls1_3 = ClientOptions(minimumVersion: TLS1_3_VERSION)
    static func only(_ version: CInt) -> ClientOptions {
        ClientOptions(
            minimumVersion: version, maximumVersion: version, ciphers: "ALL:@SECLEVEL=0")
    }
}

/// OpenSSL's own client, over a descriptor that does not block.
final class Client {
    let ssl: OpaquePointer
    let descriptor: CInt
    private let context: OpaquePointer
    private var isOpen = true

    init(_ options: ClientOptions, descriptor: CInt) {
        self.descriptor = descriptor
        context = Self.makeContext(options)
        ssl = SSL_new(context)
        if let name = options.serverName {
            name.withCString {
                let pointer = UnsafeMutableRawPointer(mutating: $0)
                _ = SSL_ctrl(
                    ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, CLong(TLSEXT_NAMETYPE_host_name), pointer)
            }
        }
        if let session = options.session {
            precondition(SSL_set_session(ssl, session.pointer) == 1)
        }
        SSL_set_fd(ssl, descriptor)
        SSL_set_connect_state(ssl)
        ERR_clear_error()
    }

    private static func makeContext(_ options: ClientOptions) -> OpaquePointer {
        let context: OpaquePointer = SSL_CTX_new(TLS_client_method())
        func set(_ command: CInt, _ value: CInt) {
            precondition(SSL_CTX_ctrl(context, command, CLong(value), nil) == 1)
        }
        if let level = options.securityLevel { SSL_CTX_set_security_level(context, level) }
        if let ciphers = options.ciphers {
            precondition(SSL_CTX_set_cipher_list(context, ciphers) == 1)
        }
        if let suites = options.ciphersuites {
            precondition(SSL_CTX_set_ciphersuites(context, suites) == 1)
        }
        if !options.hasExtendedMasterSecret {
            // SSL_OP_NO_EXTENDED_MASTER_SECRET
            SSL_CTX_set_options(context, 1)
        }
        set(SSL_CTRL_SET_MIN_PROTO_VERSION, options.minimumVersion)
        set(SSL_CTRL_SET_MAX_PROTO_VERSION, options.maximumVersion)
        if let groups = options.groups {
            precondition(copenssl_set_groups(context, groups) == 1)
        }
        if let list = options.signatureAlgorithms {
            list.withCString {
                let pointer = UnsafeMutableRawPointer(mutating: $0)
                precondition(SSL_CTX_ctrl(context, SSL_CTRL_SET_SIGALGS_LIST, 0, pointer) == 1)
            }
        }
        if let name = options.certificate {
            let (file, key) = (Authority.certificate(name), Authority.key(name))
            precondition(SSL_CTX_use_certificate_file(context, file, SSL_FILETYPE_PEM) == 1)
            precondition(SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1)
        }
        return context
    }

    deinit {
        disconnect()
        SSL_free(ssl)
        SSL_CTX_free(context)
    }

    /// Closes the descriptor without a word.
    func disconnect() {
        if isOpen {
            // A program that another test is just starting may hold the descriptor too.
            Glibc.shutdown(descriptor, CInt(SHUT_RDWR))
            close(descriptor)
        }
        isOpen = false
    }

    enum Outcome: Equatable {
        case done(Int)
        case wants
        case closed
        case failed(String)
    }

    private func outcome(_ result: CInt, _ count: Int = 0) -> Outcome {
        if result == 1 { return .done(count) }
        defer { ERR_clear_error() }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .wants
        case SSL_ERROR_ZERO_RETURN: return .closed
        default:
            // No texts are loaded but those that the server side has asked for.
            ERR_load_SSL_strings()
            let code = ERR_get_error()
            return .failed(ERR_reason_error_string(code).map { String(cString: $0) } ?? "\(code)")
        }
    }

    func handshake() -> Outcome {
        ERR_clear_error()
        return outcome(SSL_do_handshake(ssl))
    }

    func write(_ octets: ArraySlice<UInt8>) -> Outcome {
        ERR_clear_error()
        var count = 0
        let result = octets.withUnsafeBytes { SSL_write_ex(ssl, $0.baseAddress, $0.count, &count) }
        return outcome(result, count)
    }

    func read(into octets: inout [UInt8], atMost limit: Int = 64 << 10) -> Outcome {
        ERR_clear_error()
        var buffer = [UInt8](repeating: 0, count: limit)
        var count = 0
        let result = SSL_read_ex(ssl, &buffer, limit, &count)
        octets += buffer[..<count]
        return outcome(result, count)
    }

    /// Says close_notify.
    func shutdown() {
        ERR_clear_error()
        SSL_shutdown(ssl)
        ERR_clear_error()
    }

    /// What a later client can resume; in TLS 1.3 there is something once a ticket was read.
    var session: ClientSession { ClientSession(copying: SSL_get_session(ssl)) }

    var isResumed: Bool { SSL_session_reused(ssl) == 1 }

    /// What lies on the descriptor undecrypted.
    func rawOctets() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        return Array(buffer.prefix(max(count, 0)))
    }

    func sendRaw(_ octets: [UInt8]) {
        precondition(Glibc.write(descriptor, octets, octets.count) == octets.count)
    }
}

/// What a client keeps of a connection. OpenSSL counts who refers to it across threads.
final class ClientSession: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes a copy as a file would have it: the original is spoilt with its connection.
    convenience init(copying original: OpaquePointer) {
        self.init(Self.octets(original))
    }

    private init(_ octets: [UInt8]) {
        pointer = octets.withUnsafeBufferPointer {
            var next = $0.baseAddress
            return d2i_SSL_SESSION(nil, &next, octets.count)
        }
    }

    deinit {
        SSL_SESSION_free(pointer)
    }

    private static func octets(_ session: OpaquePointer) -> [UInt8] {
        var start: UnsafeMutablePointer<UInt8>?
        let count = Int(i2d_SSL_SESSION(session, &start))
        defer { copenssl_free(start) }
        return Array(UnsafeBufferPointer(start: start, count: count))
    }

    /// The ticket, or nothing.
    var ticket: [UInt8] {
        var start: UnsafePointer<UInt8>?
        var count = 0
        SSL_SESSION_get0_ticket(pointer, &start, &count)
        return Array(UnsafeBufferPointer(start: start, count: count))
    }

    /// The same session with another ticket of the same length.
    func with(ticket: [UInt8]) -> ClientSession {
        var octets = Self.octets(pointer)
        let old = self.ticket
        let place = octets.indices.first { octets[$0...].starts(with: old) }!
        octets.replaceSubrange(place..<place + old.count, with: ticket)
        return ClientSession(octets)
    }
}
