internal import COpenSSL
internal import Glibc
internal import POSIX

/// The server's side of one TLS connection over descriptors that do not block.
///
/// Nothing here ever waits. What cannot go on says whether it wants input or output, and is to be
/// called again once the descriptor is ready. After a failure nothing more is sent, and every call
/// says the same again. SIGPIPE has to be ignored by the process.
@safe public struct TLSConnection: ~Copyable {
    /// What a handshake came to.
    package enum Handshake: Equatable, Sendable {
        case done
        case wantsInput
        case wantsOutput
        case failed(TLSError)
    }

    /// What reading, writing or closing came to.
    package enum Outcome: Equatable, Sendable {
        /// This many octets were moved, at least one.
        case octets(Int)
        /// The client has said that it sends no more; on closing, that we have.
        case closed
        /// The client's octets ended without its having said so.
        case truncated
        case wantsInput
        case wantsOutput
        case failed(TLSError)
    }

    let ssl: OpaquePointer
    let record: HandshakeRecord
    private(set) var isEstablished = false
    private var hasSaidClose = false
    /// A part of a record may be on its way, of which only a further write can send the rest.
    private var isInRecord = false
    /// How the client's octets ended, once they have.
    private var ending: Outcome?
    /// The last read took all that was complete, whatever else is buffered.
    private var hasReadAll = false

    /// Prepares for the client's first octet. The descriptors stay the caller's and must outlive
    /// the connection; they may be the same.
    package init(
        accepting context: borrowing TLSContext, input: CInt, output: CInt
    ) throws(TLSError) {
        ErrorQueue.clear()
        guard let ssl = unsafe SSL_new(context.context) else {
            throw .drained("making a TLS connection")
        }
        let record = HandshakeRecord(ticketKeys: context.ticketKeys, keyLog: context.keyLog)
        guard unsafe SSL_set_rfd(ssl, input) == 1, unsafe SSL_set_wfd(ssl, output) == 1,
            unsafe record.attach(to: ssl)
        else {
            unsafe SSL_free(ssl)
            throw .drained("making a TLS connection")
        }
        unsafe SSL_set_accept_state(ssl)
        unsafe self.ssl = ssl
        self.record = record
    }

    deinit {
        unsafe SSL_free(ssl)
    }
}

// MARK: - Handshake

extension TLSConnection {
    /// Takes the handshake as far as it goes now.
    package mutating func handshake() -> Handshake {
        if case .failed(let error) = ending { return .failed(error) }
        var result: CInt = 0
        let transfer = perform("TLS handshake") {
            unsafe result = SSL_accept(ssl)
            return result
        }
        switch transfer {
        case nil:
            isEstablished = true
            return .done
        case .wantsInput: return .wantsInput
        case .wantsOutput: return .wantsOutput
        case .failed(let error): return fail(explained(error))
        case .octets, .closed, .truncated:
            return fail(
                TLSError("TLS handshake", reason: "the client closed the connection during it"))
        }
    }

    private mutating func fail(_ error: TLSError) -> Handshake {
        ending = .failed(error)
        return .failed(error)
    }

    /// The error, with what is known of the certificate that it is about.
    private func explained(_ error: TLSError) -> TLSError {
        guard let fault = record.certificateFault else { return error }
        return TLSError(error.operation, path: error.path, reason: "\(error.reason): \(fault)")
    }
}

// MARK: - Data

extension TLSConnection {
    /// Whether a read would find something without the descriptor's becoming readable.
    package var hasBufferedInput: Bool {
        unsafe ending != nil || (!hasReadAll && SSL_has_pending(ssl) == 1)
    }

    /// Reads what has come into the front of `buffer`, which must not be empty, from as many
    /// records as are there and fit.
    package mutating func read(into buffer: inout [UInt8]) -> Outcome {
        var filled = 0
        while filled < buffer.count {
            let transfer = ending ?? readRecord(into: &buffer, from: filled)
            guard case .octets(let count) = transfer else {
                switch transfer {
                case .closed, .truncated, .failed: ending = transfer
                case .octets, .wantsInput, .wantsOutput: hasReadAll = true
                }
                return filled > 0 ? .octets(filled) : transfer
            }
            filled += count
            hasReadAll = false
            if unsafe SSL_has_pending(ssl) == 0 { break }
        }
        return .octets(filled)
    }

    private mutating func readRecord(into buffer: inout [UInt8], from start: Int) -> Outcome {
        var count = 0
        let transfer = unsafe buffer.withUnsafeMutableBytes { octets in
            let space = unsafe UnsafeMutableRawBufferPointer(rebasing: octets[start...])
            return perform("TLS read") {
                unsafe SSL_read_ex(ssl, space.baseAddress, space.count, &count)
            }
        }
        return transfer ?? .octets(count)
    }

    /// Writes as much of `octets`, which must not be empty, as goes, one record at most.
    ///
    /// After `wantsOutput` or `wantsInput` the next write must begin with the same octets: some of
    /// them may be in a record that is already on its way.
    package mutating func write(_ octets: Span<UInt8>) -> Outcome {
        if let ending, ending != .closed { return ending }
        var count = 0
        let transfer = unsafe octets.withUnsafeBytes { octets in
            perform("TLS write") {
                unsafe SSL_write_ex(ssl, octets.baseAddress, octets.count, &count)
            }
        }
        if case .failed = transfer { ending = transfer }
        isInRecord = transfer == .wantsOutput || transfer == .wantsInput
        return transfer ?? .octets(count)
    }

    /// Says that we send no more (close_notify), once, and without waiting for the client's.
    ///
    /// Where there is no connection, or no more, there is nothing to say; nor in the middle of a
    /// record, where OpenSSL 3.0 fails and 3.5 would wait for ever.
    package mutating func close() -> Outcome {
        guard isEstablished, !hasSaidClose, !isInRecord, ending == nil || ending == .closed else {
            return .closed
        }
        let transfer = perform("TLS close") {
            // Zero: said, and the client has not answered yet.
            unsafe SSL_shutdown(ssl) >= 0 ? 1 : -1
        }
        if transfer == .wantsOutput || transfer == .wantsInput { return .wantsOutput }
        // A failure is no ending: what the client has sent can still be read, its close_notify too.
        hasSaidClose = true
        return transfer ?? .closed
    }
}

// MARK: - Calling OpenSSL

extension TLSConnection {
    /// Calls into OpenSSL; nil if it returned 1, for success.
    private func perform(
        _ operation: String, _ call: () -> CInt
    ) -> Outcome? {
        ErrorQueue.clear()
        errno = 0
        let result = call()
        if result == 1 { return nil }
        let code = errno
        switch unsafe SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .wantsInput
        case SSL_ERROR_WANT_WRITE: return .wantsOutput
        case SSL_ERROR_ZERO_RETURN: return .closed
        case SSL_ERROR_SYSCALL where code != 0:
            ErrorQueue.clear()
            return .failed(TLSError(operation, reason: SystemError.reason(of: code)))
        case SSL_ERROR_SYSCALL where ERR_peek_error() == 0: return .truncated
        default: break
        }
        let isEnd = ErrorQueue.beginsWith(
            library: ERR_LIB_SSL, reason: SSL_R_UNEXPECTED_EOF_WHILE_READING)
        let error = TLSError.drained(operation)
        return isEnd ? .truncated : .failed(error)
    }
}
