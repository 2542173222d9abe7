import Glibc
import POSIX
import TestSupport

/// What holds one session after the other, in a thread of its own.
final class Worker {
    private let load: Load
    private let meeting: Meeting?
    private let listener = TestListener(AF_INET)
    private var ticket: TLSTicket?
    private var meetingsLeft = 0

    init(_ load: Load, _ meeting: Meeting?) {
        self.load = load
        self.meeting = meeting
    }

    func run() {
        while load.mayBegin() { holdSession() }
    }

    private func holdSession() {
        meetingsLeft = meeting == nil ? 0 : 2
        // Whoever fails must not keep the others waiting.
        defer { while meetingsLeft > 0 { meet() } }
        var samples = Samples()
        do throws(SessionFailure) {
            let isResumed = try hold(&samples)
            load.succeeded(samples, isResumed: isResumed)
        } catch {
            load.failed(error)
        }
    }

    /// The server has the only descriptor of its end.
    private func start() -> Child {
        let connection = listener.accept()
        return Child.server(
            load.options.command, connection: connection,
            standardErrorFile: load.options.standardErrorFile)
    }

    private func meet() {
        meetingsLeft -= 1
        meeting?.join()
    }

    /// All sessions are at the same place while each process is looked at.
    private func measureTogether(_ server: Child, _ samples: inout Samples) {
        meet()
        server.measureMemory(&samples)
        meet()
    }

    /// Returns when the process has ended.
    private func hold(_ samples: inout Samples) throws(SessionFailure) -> Bool {
        let begun = Clock.monotonicNanoseconds()
        let descriptor = listener.connect()
        descriptor.disableSendDelay()
        let client = SMTPClient(descriptor, patience: Int64(load.options.timeoutSeconds))
        // It is killed if this throws.
        let server = start()
        var session = LoadSession(load.options, load.message, client, begun: begun)
        try session.open(load.tls, resuming: load.options.resumes ? ticket : nil)
        if load.options.pause == .idle { measureTogether(server, &samples) }
        try session.deliver {
            if load.options.pause == .withinMessage { measureTogether(server, &samples) }
        }
        server.measurePeak(&samples)
        try session.quit()
        ticket = session.ticket
        samples.add(session.samples)
        try server.waitForSuccess(&samples)
        return session.isResumed
    }
}
