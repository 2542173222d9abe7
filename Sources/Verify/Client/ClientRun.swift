internal import FoundationEssentials
internal import POSIX

/// One run of the client: from its start until nothing of it is left.
struct ClientRun: ~Copyable {
    struct Limits: Equatable, Sendable {
        var timeoutSeconds: Int64 = 20
        /// How long there must be no connection before the run is over; 0 for clients that end
        /// once they have delivered.
        var settleSeconds: Int64 = 0
        /// Whether the command may go on after that, as its end is no matter.
        var ignoresExit = false
    }

    struct Result: Equatable, Sendable {
        var exit: ClientExit
        var output: String
        /// The signal that asked us to end everything, if one did.
        var interruption: CInt?
    }

    private let process: ClientProcess
    private let limits: Limits
    private let deadline: Deadline
    /// When something last happened, on the monotonic clock.
    private var lastEvent = Clock.monotonicNanoseconds()
    private var status: CInt?
    private var tail = OutputTail()
    private var outputIsOpen = true
    private var interruption: CInt?

    /// Runs it; once this returns no process of it is left, but for one that cannot be killed.
    static func perform(
        _ command: ClientCommand, in surroundings: ClientSurroundings, within limits: Limits,
        signals: borrowing RunSignals, connections: ConnectionWatch
    ) -> Result {
        do throws(SystemError) {
            var run = try ClientRun(command, surroundings, limits)
            return run.awaitEnd(signals, connections)
        } catch {
            return Result(exit: .didNotStart("\(error)"), output: "")
        }
    }

    private init(
        _ command: ClientCommand, _ surroundings: ClientSurroundings, _ limits: Limits
    ) throws(SystemError) {
        process = try ClientProcess(
            command.arguments(for: surroundings),
            environment: surroundings.environment(over: ProcessInfo.processInfo.environment))
        self.limits = limits
        deadline = .after(seconds: limits.timeoutSeconds)
    }

    private mutating func awaitEnd(
        _ signals: borrowing RunSignals, _ connections: ConnectionWatch
    ) -> Result {
        var isOver = false
        while !isOver, interruption == nil, deadline.remainingMilliseconds > 0 {
            let output = outputIsOpen ? process.output.rawValue : -1
            awaitInput([signals.descriptor.rawValue, output], until: nextLook)
            interruption = signals.take()
            drainOutput()
            Descendants.reap { noteEnd(of: $0, $1) }
            isOver = mayEnd && isSilent(connections)
        }
        _ = Descendants.end(by: .after(seconds: Self.killSeconds)) { noteEnd(of: $0, $1) }
        drainOutput()
        return Result(exit: exit(isOver), output: tail.text, interruption: interruption)
    }

    /// How long it may take the kernel to end what was killed.
    private static let killSeconds: Int64 = 5

    /// Whether only silence is waited for.
    private var mayEnd: Bool { status != nil || limits.ignoresExit && limits.settleSeconds > 0 }

    /// Whether no connection is open, and none has been for long enough.
    private func isSilent(_ connections: ConnectionWatch) -> Bool {
        guard connections.openCount() == 0 else { return false }
        let since = max(lastEvent, connections.lastActivity())
        let silence = Clock.monotonicNanoseconds() - since
        return silence >= limits.settleSeconds * 1_000_000_000
    }

    /// Connections do not wake us, so that their end is looked for, once there is nothing else.
    private var nextLook: Deadline {
        mayEnd ? .after(milliseconds: min(10, deadline.remainingMilliseconds)) : deadline
    }

    private mutating func noteEnd(of pid: Int32, _ status: CInt) {
        guard pid == process.pid, self.status == nil else { return }
        self.status = status
        lastEvent = Clock.monotonicNanoseconds()
    }

    private mutating func drainOutput() {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        // At most so much at once, so that a client that prints for ever does not outlast its time.
        for _ in 0..<64 where outputIsOpen {
            switch process.output.read(into: &buffer) {
            case .octets(let count): tail.append(buffer[..<count])
            case .wouldBlock: return
            case .end, .failed: outputIsOpen = false
            }
        }
    }

    /// What the command came to: where we have ended it, its status says nothing about it.
    private func exit(_ isOver: Bool) -> ClientExit {
        guard isOver, let status else { return .killed }
        let signal = status & 0x7F
        return signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
    }
}
