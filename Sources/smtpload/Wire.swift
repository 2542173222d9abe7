internal import COpenSSL
internal import Glibc
internal import POSIX

/// The client's end of one connection, in plaintext and then in TLS.
@safe struct Wire: ~Copyable {
    private let descriptor: Descriptor
    private var ssl: OpaquePointer?
    private var buffer = [UInt8](repeating: 0, count: 16 << 10)
    private var unread = 0..<0

    init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    deinit {
        // TLS first, as it refers to the descriptor.
        unsafe SSL_free(ssl)
        ERR_clear_error()
    }

    var isResumed: Bool { unsafe ssl.map { unsafe SSL_session_reused($0) == 1 } ?? false }
    var ticket: TLSTicket? { unsafe ssl.flatMap { unsafe TLSTicket(of: $0) } }

    /// Goes over to TLS.
    mutating func secure(by tls: ClientTLS, resuming ticket: TLSTicket?) throws(SessionFailure) {
        guard unread.isEmpty else {
            throw SessionFailure(stage: "handshake", reason: "plaintext behind the 220")
        }
        unsafe ssl = try tls.handshake(over: descriptor.rawValue, resuming: ticket)
    }
}

// MARK: - Sending

extension Wire {
    func send(_ octets: [UInt8], _ stage: String) throws(SessionFailure) {
        var sent = 0
        while sent < octets.count {
            sent += try sendSome(octets.span.extracting(sent...), stage)
        }
    }

    private func sendSome(_ octets: Span<UInt8>, _ stage: String) throws(SessionFailure) -> Int {
        guard let ssl = unsafe ssl else {
            switch descriptor.write(octets) {
            case .octets(let count): return count
            case .failed(let error): throw Self.failure(stage, error.code)
            case .wouldBlock, .end: throw Self.failure(stage, EAGAIN)
            }
        }
        var count = 0
        errno = 0
        let result = unsafe octets.withUnsafeBytes {
            unsafe SSL_write_ex(ssl, $0.baseAddress, $0.count, &count)
        }
        if result == 1 { return count }
        throw unsafe Self.failure(stage, ssl, result)
    }
}

// MARK: - Receiving

extension Wire {
    /// Takes a reply, and throws if its code is another one.
    mutating func expect(_ code: String, _ stage: String) throws(SessionFailure) {
        while true {
            let line = try line(stage)
            // RFC 5321 §4.2: a hyphen behind the code tells that more lines follow.
            let isLast = line.utf8.dropFirst(3).first != UInt8(ascii: "-")
            if !line.hasPrefix(code) {
                throw SessionFailure(stage: stage, reason: "expected \(code), got \(line)")
            }
            if isLast { return }
        }
    }

    /// A line without its end.
    private mutating func line(_ stage: String) throws(SessionFailure) -> String {
        var line: [UInt8] = []
        while true {
            if unread.isEmpty {
                guard try fill(stage) else {
                    throw SessionFailure(stage: stage, reason: "the connection ended")
                }
            }
            let part = buffer[unread]
            guard let end = part.firstIndex(of: UInt8(ascii: "\n")) else {
                line += part
                unread = 0..<0
                if line.count > 4096 { throw SessionFailure(stage: stage, reason: "endless line") }
                continue
            }
            line += part[..<end]
            unread = end + 1..<unread.upperBound
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            return String(decoding: line, as: UTF8.self)
        }
    }

    /// Reads more into the empty buffer; false at the end.
    private mutating func fill(_ stage: String) throws(SessionFailure) -> Bool {
        guard let ssl = unsafe ssl else {
            switch descriptor.read(into: &buffer) {
            case .octets(let count): unread = 0..<count
            case .end: return false
            case .failed(let error): throw Self.failure(stage, error.code)
            case .wouldBlock: throw Self.failure(stage, EAGAIN)
            }
            return true
        }
        var count = 0
        errno = 0
        let result = unsafe buffer.withUnsafeMutableBytes {
            unsafe SSL_read_ex(ssl, $0.baseAddress, $0.count, &count)
        }
        if result == 1 {
            unread = 0..<count
            return true
        }
        if unsafe SSL_get_error(ssl, result) == SSL_ERROR_ZERO_RETURN { return false }
        throw unsafe Self.failure(stage, ssl, result)
    }

    /// Takes the end of the connection, in TLS a close_notify, and answers it in kind.
    mutating func end() throws(SessionFailure) {
        guard try !fill("close") else {
            throw SessionFailure(stage: "close", reason: "the server says more after the 221")
        }
        if let ssl = unsafe ssl { unsafe SSL_shutdown(ssl) }
        descriptor.shutDownSending()
    }
}

// MARK: - Failures

extension Wire {
    private static func failure(_ stage: String, _ code: CInt) -> SessionFailure {
        let reason =
            switch code {
            case EAGAIN: "no answer in time"
            case EPIPE: "the connection ended"
            default: unsafe String(cString: strerror(code))
            }
        return SessionFailure(stage: stage, reason: reason)
    }

    private static func failure(_ stage: String, _ ssl: OpaquePointer, _ result: CInt)
        -> SessionFailure
    {
        let code = errno
        let kind = unsafe SSL_get_error(ssl, result)
        let error = ERR_get_error()
        ERR_clear_error()
        if kind == SSL_ERROR_SYSCALL, code != 0 { return failure(stage, code) }
        if kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE {
            return failure(stage, EAGAIN)
        }
        let text = unsafe ERR_reason_error_string(error).map { unsafe String(cString: $0) }
        return SessionFailure(stage: stage, reason: text ?? "the connection ended")
    }
}
