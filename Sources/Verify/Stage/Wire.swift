internal import CLinux
internal import Glibc
internal import POSIX
internal import TLS

/// The server's end of a connection, in plaintext or TLS.
struct Wire: ~Copyable {
    /// What reading came to.
    enum Reading: Equatable {
        case octets(Int)
        /// The client has closed its side, in TLS by close_notify.
        case end
        /// The client has closed its side, within TLS without close_notify.
        case truncated
        /// The connection broke, or TLS.
        case lost
        case timedOut
    }

    private let descriptor: Descriptor
    private(set) var tls: TLSConnection?
    /// Nothing can be sent any more.
    private(set) var isBroken = false

    init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
        // Where it fails the connection is gone, which the first read or write tells.
        _ = try? self.descriptor.setNonBlocking(true)
        self.descriptor.disableSendDelay()
    }

    /// What is known of TLS; nil before the handshake was begun.
    var tlsFacts: TLSSessionFacts? {
        switch tls {
        case .some(let tls): tls.session
        case nil: nil
        }
    }

    /// Reads what the client has sent.
    mutating func read(into buffer: inout [UInt8], until deadline: Deadline) -> Reading {
        while true {
            let interest: Interest
            if tls != nil {
                switch tls!.read(into: &buffer) {
                case .octets(let count): return .octets(count)
                case .closed: return .end
                case .truncated: return .truncated
                case .failed: return .lost
                case .wantsInput: interest = .input
                case .wantsOutput: interest = .output
                }
            } else {
                switch descriptor.read(into: &buffer) {
                case .octets(let count): return .octets(count)
                case .end: return .end
                case .failed: return .lost
                case .wouldBlock: interest = .input
                }
            }
            switch awaitReadiness(of: descriptor, for: interest, until: deadline) {
            case .ready: continue
            case .timedOut: return .timedOut
            case .terminated, .failed: return .lost
            }
        }
    }

    /// Writes all of it; a client that does not take it is given up after a while.
    mutating func write(_ octets: [UInt8]) {
        let deadline = Deadline.after(seconds: 10)
        var written = 0
        while written < octets.count, !isBroken {
            switch writeSome(octets.span.extracting(written...)) {
            case .octets(let count): written += count
            case .wantsInput: wait(for: .input, until: deadline)
            case .wantsOutput: wait(for: .output, until: deadline)
            case .closed, .truncated, .failed: isBroken = true
            }
        }
    }

    private mutating func writeSome(_ octets: Span<UInt8>) -> TLSConnection.Outcome {
        if tls != nil { return tls!.write(octets) }
        return switch descriptor.write(octets) {
        case .octets(let count): .octets(count)
        case .wouldBlock: .wantsOutput
        case .end, .failed: .truncated
        }
    }

    private mutating func wait(for interest: Interest, until deadline: Deadline) {
        if awaitReadiness(of: descriptor, for: interest, until: deadline) != .ready {
            isBroken = true
        }
    }
}

// MARK: - TLS

extension Wire {
    /// Shakes hands as the server; tells why it failed, or nil.
    mutating func secure(by context: borrowing TLSContext) -> String? {
        isBroken = true
        do throws(TLSError) {
            let number = descriptor.rawValue
            tls = try TLSConnection(accepting: context, input: number, output: number)
        } catch {
            return error.description
        }
        let deadline = Deadline.after(seconds: 600)
        while true {
            let interest: Interest
            switch tls!.handshake() {
            case .done:
                isBroken = false
                return nil
            case .failed(let error): return error.reason
            case .wantsInput: interest = .input
            case .wantsOutput: interest = .output
            }
            guard awaitReadiness(of: descriptor, for: interest, until: deadline) == .ready else {
                return "the client did not go on"
            }
        }
    }

    /// Waits for the client's ClientHello and answers it with the alert, or not at all.
    mutating func refuseTLS(_ alert: TLSAlert?) {
        let deadline = Deadline.after(seconds: 600)
        var hello: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !TLSAlert.isDue(after: hello) {
            guard case .octets(let count) = read(into: &buffer, until: deadline) else { break }
            hello += buffer[..<count]
        }
        if let alert { write(alert.record) }
        isBroken = true
    }
}

// MARK: - Time and end

extension Wire {
    /// Does nothing for a while, unless the client is gone before.
    func pause(milliseconds: Int32) {
        let hangup: Int16 = 0x2000  // POLLRDHUP, hidden without _GNU_SOURCE.
        let deadline = Deadline.after(milliseconds: milliseconds)
        var entry = pollfd(fd: descriptor.rawValue, events: hangup, revents: 0)
        while deadline.remainingMilliseconds > 0 {
            let count = unsafe poll(&entry, 1, deadline.remainingMilliseconds)
            if count > 0 || (count < 0 && errno != EINTR) { return }
        }
    }

    /// Ends it so that the last octets arrive: says that nothing more comes, in TLS by close_notify
    /// where `isOrderly`, and takes in what the client still sends for a second at most.
    ///
    /// Returns what the client's side then came to.
    mutating func close(isOrderly: Bool) -> Reading {
        let deadline = Deadline.after(seconds: 1)
        if isOrderly, !isBroken, tls != nil {
            while tls!.close() == .wantsOutput, !isBroken { wait(for: .output, until: deadline) }
        }
        descriptor.shutDownSending()
        var sink = [UInt8](repeating: 0, count: 4096)
        while true {
            let reading = read(into: &sink, until: deadline)
            guard case .octets = reading, deadline.remainingMilliseconds > 0 else {
                return reading
            }
        }
    }
}
