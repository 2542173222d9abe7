internal import Activation
internal import Glibc
internal import POSIX
internal import TLS

/// The way to the client: a descriptor or two, and TLS on top of them once it is established.
///
/// Nothing ever goes over the descriptors in plaintext again after `secure(by:)` was called: where TLS fails, nothing at all does.
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
    enum Progress {
        case done
        case lost(String)
        case timedOut
        case terminated
    }

    private let input: Descriptor
    /// Nil where the input goes both ways.
    private let output: Descriptor?
    private let isSocket: Bool
    private let signals: TerminationSignals
    var tls: TLSConnection?
    /// TLS did not come about, or is over: nothing can be sent any more.
    var isBroken = false
    /// Set once the end has begun, so that the last reply still gets out.
    private var ignoresTermination = false

    init(_ activated: consuming ActivatedConnection, signals: consuming TerminationSignals) {
        isSocket = activated.isSocket
        self.signals = signals
        (input, output) = activated.take()
    }

    /// Reads what the client has sent, at most as much as `buffer` holds.
    mutating func read(into buffer: inout [UInt8], until deadline: Deadline) -> Reading {
        // A busy client must not keep us from seeing that we are to end, so look before each read.
        var interest = Interest.input
        var mustWait = tls?.hasBufferedInput != true
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
                switch input.read(into: &buffer) {
                case .octets(let count): return .octets(count)
                case .end: return .end
                case .wouldBlock: interest = .input
                case .failed(let error): return .lost(error.description)
                }
            }
        }
    }

    /// Writes all of it, waiting for the client to take it.
    mutating func write(_ octets: [UInt8], until deadline: Deadline) -> Progress {
        var written = 0
        while written < octets.count {
            var interest = Interest.output
            let rest = octets.span.extracting(written...)
            if tls != nil {
                switch tls!.write(rest) {
                case .octets(let count):
                    written += count
                    continue
                case .wantsInput: interest = .input
                case .wantsOutput: break
                case .closed, .truncated: return .lost("the connection has ended")
                case .failed(let error): return .lost(error.description)
                }
            } else {
                switch writeInPlaintext(rest) {
                case .octets(let count):
                    written += count
                    continue
                case .wouldBlock: break
                case .end: return .lost("the connection has ended")
                case .failed(let error): return .lost(error.description)
                }
            }
            let progress = wait(for: interest, until: deadline)
            guard case .done = progress else { return progress }
        }
        return .done
    }

    private func writeInPlaintext(_ octets: Span<UInt8>) -> Transfer {
        if output != nil { return output!.write(octets) }
        return input.write(octets)
    }

    var inputDescriptor: CInt { input.rawValue }
    var outputDescriptor: CInt { output?.rawValue ?? input.rawValue }

    /// From now on a signal to end cuts nothing short.
    mutating func ignoreTermination() {
        ignoresTermination = true
    }

    func wait(for interest: Interest, until deadline: Deadline) -> Progress {
        let readiness =
            if interest == .output, output != nil {
                readiness(of: output!, for: interest, until: deadline)
            } else {
                readiness(of: input, for: interest, until: deadline)
            }
        switch readiness {
        case .ready: return .done
        case .timedOut: return .timedOut
        case .terminated: return .terminated
        case .failed(let error): return .lost(error.description)
        }
    }

    private func readiness(
        of descriptor: borrowing Descriptor, for interest: Interest, until deadline: Deadline
    ) -> Readiness {
        ignoresTermination
            ? awaitReadiness(of: descriptor, for: interest, until: deadline)
            : awaitReadiness(
                of: descriptor, for: interest, until: deadline, orTermination: signals)
    }

    /// Ends it so that the last reply arrives: says that nothing more comes, takes in what the
    /// client still sends for a second at most, and only then closes.
    ///
    /// To close with octets unread would send a reset, which makes the client's system throw away
    /// what the client has not read yet.
    mutating func close() {
        ignoreTermination()
        let deadline = Deadline.after(seconds: 1)
        if !isBroken, tls != nil {
            while case .wantsOutput = tls!.close() {
                guard case .done = wait(for: .output, until: deadline) else { break }
            }
        }
        guard isSocket else { return }
        shutdown(input.rawValue, CInt(SHUT_WR))
        var sink = [UInt8](repeating: 0, count: 4096)
        while case .done = wait(for: .input, until: deadline) {
            guard case .octets = input.read(into: &sink) else { return }
        }
    }
}
