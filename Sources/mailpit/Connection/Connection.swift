internal import Activation
internal import POSIX
internal import TLS

/// The way to the client: a descriptor or two, and TLS on top of them once it is established.
///
/// Nothing ever goes over the descriptors in plaintext again after `secure(by:until:)` was called:
/// where TLS fails, nothing at all does.
struct Connection: ~Copyable {
    let activated: ActivatedConnection
    let signals: TerminationSignals
    var state = State.plaintext
    /// What is known of TLS, as far as it came; nil before the handshake.
    var tlsFacts: TLSSessionFacts?
    /// It is to end in a reset.
    var isReset = false
    /// A signal has asked the process to end. From then on none is looked at.
    private var ignoresTermination = false

    /// How long a client that keeps us from ending may take.
    static let closingSeconds: Int64 = 1

    init(_ activated: consuming ActivatedConnection, signals: consuming TerminationSignals) {
        self.activated = activated
        self.signals = signals
    }
}

// MARK: - Reading and writing

extension Connection {
    /// Reads what the client has sent, at most as much as `buffer` holds, and returns how many
    /// octets that were: none where the client has closed its side, in TLS by close_notify.
    mutating func read(into buffer: inout [UInt8], until deadline: Deadline) throws(Interruption)
        -> Int
    {
        // A busy client must not keep us from seeing that we are to end, so look before each read.
        if !state.hasBufferedInput { try wait(for: .input, until: deadline) }
        while true {
            switch try state.read(into: &buffer, from: activated) {
            case .moved(let count): return count
            case .mustWait(let interest): try wait(for: interest, until: deadline)
            }
        }
    }

    /// Reads what has come already, without waiting and in plaintext only; returns how much it was.
    func readArrived(into buffer: inout [UInt8]) -> Int {
        guard state.isPlaintext, case .octets(let count) = activated.read(into: &buffer) else {
            return 0
        }
        return count
    }

    /// Writes all of it, waiting for the client to take it; if it does not, the connection is lost.
    ///
    /// A signal to end shortens the wait, and is told once all is written.
    mutating func write(_ octets: [UInt8], until deadline: Deadline) throws(Interruption) {
        var deadline = deadline
        var isTerminated = false
        var written = 0
        while written < octets.count {
            switch try state.write(octets.span.extracting(written...), to: activated) {
            case .moved(let count): written += count
            case .mustWait(let interest):
                do throws(Interruption) {
                    try wait(for: interest, until: deadline)
                } catch .terminated {
                    ignoreTermination()
                    isTerminated = true
                    deadline = .after(seconds: Self.closingSeconds)
                } catch {
                    state = .dead
                    throw error
                }
            }
        }
        if isTerminated { throw .terminated }
    }
}

// MARK: - Waiting and ending

extension Connection {
    /// Waits until something can be read or written.
    func wait(for interest: Interest, until deadline: Deadline) throws(Interruption) {
        let readiness =
            ignoresTermination
            ? activated.awaitReadiness(for: interest, until: deadline)
            : activated.awaitReadiness(for: interest, until: deadline, orTermination: signals)
        switch readiness {
        case .ready: return
        case .timedOut: throw .timedOut
        case .terminated: throw .terminated
        case .failed(let error): throw .lost(error.description)
        }
    }

    /// Does nothing until then.
    func stall(until end: Deadline) throws(Interruption) {
        if ignoresTermination || awaitTermination(by: signals, until: end) { throw .terminated }
    }

    /// From now on a signal to end cuts nothing short.
    mutating func ignoreTermination() {
        ignoresTermination = true
    }
}
