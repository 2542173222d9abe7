internal import Activation
internal import POSIX
internal import TLS

/// The way to the client: a descriptor or two, and TLS on top of them once it is established.
///
/// Nothing ever goes over the descriptors in plaintext again after `secure(by:)` was called: where
/// TLS fails, nothing at all does.
struct Connection: ~Copyable {
    /// What reading came to.
    enum Reading {
        case octets(Int)
        /// The client has closed its side, in TLS by close_notify.
        case end
        /// The client is gone without a word, or TLS broke: what is known of why.
        case lost(String)
        case timedOut
        case terminated
    }

    /// What waiting or writing came to.
    enum Progress: Equatable {
        case done
        case lost(String)
        case timedOut
        case terminated
    }

    private let channel: ActivatedConnection
    private let signals: TerminationSignals
    var tls: TLSConnection?
    /// TLS did not come about, or the connection is lost: nothing can be sent any more.
    var isBroken = false
    /// A signal has asked the process to end. From then on none is looked at.
    private(set) var isTerminating = false

    /// How long a client that keeps us from ending may take.
    static let closingSeconds: Int64 = 1

    init(_ channel: consuming ActivatedConnection, signals: consuming TerminationSignals) {
        self.channel = channel
        self.signals = signals
    }

    /// What is known of TLS; nil before STARTTLS.
    var tlsFacts: TLSSessionFacts? {
        switch tls {
        case .some(let tls): tls.session
        case nil: nil
        }
    }

    /// The numbers that OpenSSL reads and writes by.
    var descriptorNumbers: (input: CInt, output: CInt) { channel.descriptorNumbers }
}

// MARK: - Reading and writing

extension Connection {
    /// Reads what the client has sent, at most as much as `buffer` holds.
    mutating func read(into buffer: inout [UInt8], until deadline: Deadline) -> Reading {
        // A busy client must not keep us from seeing that we are to end, so look before each read.
        var interest = Interest.input
        var mustWait = !hasBufferedInput
        while true {
            if mustWait {
                switch wait(for: interest, until: deadline) {
                case .done: break
                case .lost(let reason): return .lost(reason)
                case .timedOut: return .timedOut
                case .terminated: return .terminated
                }
            }
            mustWait = true
            if tls != nil {
                switch tls!.read(into: &buffer) {
                case .octets(let count): return .octets(count)
                case .closed: return .end
                case .truncated: return .lost("the connection ended without a close_notify")
                case .failed(let error): return .lost(error.description)
                case .wantsInput: interest = .input
                case .wantsOutput: interest = .output
                }
            } else {
                switch channel.read(into: &buffer) {
                case .octets(let count): return .octets(count)
                case .end: return .end
                case .wouldBlock: interest = .input
                case .failed(let error): return .lost(error.description)
                }
            }
        }
    }

    private var hasBufferedInput: Bool {
        switch tls {
        case .some(let tls): tls.hasBufferedInput
        case nil: false
        }
    }

    /// Writes all of it, waiting for the client to take it.
    ///
    /// A signal to end shortens the wait, and is told once all is written.
    mutating func write(_ octets: [UInt8], until deadline: Deadline) -> Progress {
        var deadline = deadline
        var outcome = Progress.done
        var written = 0
        while written < octets.count {
            let interest: Interest
            switch writeSome(octets.span.extracting(written...)) {
            case .octets(let count):
                written += count
                continue
            case .wantsInput: interest = .input
            case .wantsOutput: interest = .output
            case .lost(let reason): return .lost(reason)
            }
            switch wait(for: interest, until: deadline) {
            case .done: break
            case .terminated:
                isTerminating = true
                outcome = .terminated
                deadline = .after(seconds: Self.closingSeconds)
            case let failure: return failure
            }
        }
        return outcome
    }

    private enum PartialWrite {
        case octets(Int)
        case wantsInput
        case wantsOutput
        case lost(String)
    }

    private mutating func writeSome(_ octets: Span<UInt8>) -> PartialWrite {
        if tls != nil {
            return switch tls!.write(octets) {
            case .octets(let count): .octets(count)
            case .wantsInput: .wantsInput
            case .wantsOutput: .wantsOutput
            case .closed, .truncated: .lost("the connection has ended")
            case .failed(let error): .lost(error.description)
            }
        }
        return switch channel.write(octets) {
        case .octets(let count): .octets(count)
        case .wouldBlock: .wantsOutput
        case .end: .lost("the connection has ended")
        case .failed(let error): .lost(error.description)
        }
    }
}

// MARK: - Waiting and ending

extension Connection {
    func wait(for interest: Interest, until deadline: Deadline) -> Progress {
        let readiness =
            isTerminating
            ? channel.awaitReadiness(for: interest, until: deadline)
            : channel.awaitReadiness(for: interest, until: deadline, orTermination: signals)
        return switch readiness {
        case .ready: .done
        case .timedOut: .timedOut
        case .terminated: .terminated
        case .failed(let error): .lost(error.description)
        }
    }

    /// From now on a signal to end cuts nothing short.
    mutating func ignoreTermination() {
        isTerminating = true
    }

    /// Ends it so that the last reply arrives: says that nothing more comes, takes in what the
    /// client still sends for a second at most, and only then closes.
    ///
    /// To close with octets unread would send a reset, which makes the client's system throw away
    /// what the client has not read yet.
    mutating func close() {
        isTerminating = true
        let deadline = Deadline.after(seconds: Self.closingSeconds)
        if !isBroken, tls != nil {
            while case .wantsOutput = tls!.close() {
                guard wait(for: .output, until: deadline) == .done else { break }
            }
        }
        guard channel.isSocket else { return channel.giveBack() }
        channel.shutDownSending()
        var sink = [UInt8](repeating: 0, count: 4096)
        while wait(for: .input, until: deadline) == .done {
            guard case .octets = channel.read(into: &sink) else { return }
        }
    }
}
