internal import POSIX

/// What holds one session after the other, in a thread of its own.
final class Worker {
    private let load: Load
    private let meeting: Meeting?
    private let startNanoseconds: Int64
    private let listener: Listener?
    private var ticket: TLSTicket?
    private var meetingsLeft = 0

    init(_ load: Load, _ meeting: Meeting?, startNanoseconds: Int64) throws(SystemError) {
        self.load = load
        self.meeting = meeting
        self.startNanoseconds = startNanoseconds
        listener =
            switch load.options.server {
            case .address: nil
            case .command: try Listener()
            }
    }

    func run() {
        while load.mayBegin() {
            let elapsed = Clock.monotonicNanoseconds() - startNanoseconds
            if elapsed > Int64(load.options.limitSeconds) * 1_000_000_000 {
                load.failed(SessionFailure(stage: "limit", reason: "session not begun in time"))
                continue
            }
            holdSession()
        }
    }

    private func holdSession() {
        meetingsLeft = meeting == nil ? 0 : 2
        // Whoever fails must not keep the others waiting.
        defer { while meetingsLeft > 0 { meet() } }
        var samples = Samples()
        do throws(SessionFailure) {
            let isResumed =
                switch load.options.server {
                case .address(let address): try hold(to: address, &samples)
                case .command(let command): try hold(with: command, &samples)
                }
            load.succeeded(samples, isResumed: isResumed)
        } catch {
            load.failed(error)
        }
    }

    private func meet() {
        meetingsLeft -= 1
        meeting?.join()
    }
}

// MARK: - One session

extension Worker {
    private func hold(to address: LoopbackAddress, _ samples: inout Samples) throws(SessionFailure)
        -> Bool
    {
        let begun = Clock.monotonicNanoseconds()
        let wire = Wire(try connect(to: address))
        return try hold(wire, since: begun, with: nil, &samples)
    }

    /// Returns when the process has ended.
    private func hold(with command: [String], _ samples: inout Samples) throws(SessionFailure)
        -> Bool
    {
        let begun = Clock.monotonicNanoseconds()
        let wire = Wire(try connect(to: listener!.address))
        var process: ServerProcess? = try start(command)
        let isResumed: Bool
        do throws(SessionFailure) {
            isResumed = try hold(wire, since: begun, with: process, &samples)
        } catch {
            process?.kill()
            var ignored = Samples()
            try? process.take()!.wait(&ignored)
            throw error
        }
        try process.take()!.wait(&samples)
        samples.add(.process, Double(Clock.monotonicNanoseconds() - begun) / 1e6)
        return isResumed
    }

    private func hold(
        _ wire: consuming Wire, since begun: Int64, with process: borrowing ServerProcess?,
        _ samples: inout Samples
    ) throws(SessionFailure) -> Bool {
        var session = LoadSession(load.options, load.message, wire, begun: begun)
        try session.open(load.tls, resuming: load.options.resumes ? ticket : nil)
        if meeting != nil {
            meet()
            switch process {
            case .some(let process): process.measureIdle(&samples)
            case nil: break
            }
            meet()
        }
        try session.deliver()
        switch process {
        case .some(let process): process.measurePeak(&samples)
        case nil: break
        }
        try session.quit()
        ticket = session.ticket
        samples.add(session.samples)
        return session.isResumed
    }

    private func connect(to address: LoopbackAddress) throws(SessionFailure) -> Descriptor {
        do throws(SystemError) {
            return try address.connect(timeoutSeconds: load.options.timeoutSeconds)
        } catch {
            throw SessionFailure(stage: "connection", reason: error.description)
        }
    }

    private func start(_ command: [String]) throws(SessionFailure) -> ServerProcess {
        do throws(SystemError) {
            return try ServerProcess(
                command, connection: try listener!.accept(),
                standardErrorFile: load.options.standardErrorFile)
        } catch {
            throw SessionFailure(stage: "process", reason: error.description)
        }
    }
}
