internal import Glibc
internal import POSIX

/// A client that the user operates by hand: told what to do, waited for, and judged by the wire.
final class ManualClient {
    private let stage: Stage
    private let signals: RunSignals
    private let settleNanoseconds: Int64
    private let total: Deadline
    private var inputIsOpen = true

    init(stage: Stage, signals: RunSignals, settleSeconds: Int64, total: Deadline) {
        self.stage = stage
        self.signals = signals
        settleNanoseconds = settleSeconds * 1_000_000_000
        self.total = total
    }

    /// What is to be known before the first step.
    static func introduction(_ surroundings: ClientSurroundings) -> String {
        """
        have your client send by this server, and trust this authority
          host       \(surroundings.host)
          port       \(surroundings.port)
          authority  \(surroundings.authorityFile)
          user       \(surroundings.user.isEmpty ? "none" : "any, with any password")
        """
    }

    func attempt(_ scenario: Scenario) -> Attempt {
        let start = Clock.monotonicNanoseconds()
        stage.begin(scenario)
        let begun = stage.lastActivity
        Program.say("\(scenario.id): send a message now; Enter ends the wait")
        var interruption: CInt?
        while interruption == nil, !isOver(since: begun), total.remainingMilliseconds > 0 {
            let input = inputIsOpen ? STDIN_FILENO : -1
            awaitInput([signals.descriptor.rawValue, input], until: .after(milliseconds: 50))
            interruption = signals.take()
            if takesLine() { break }
        }
        let isCutShort = total.remainingMilliseconds == 0
        let observation = stage.end()
        return Attempt(
            exit: .exited(0), observation: observation,
            seconds: Double(Clock.monotonicNanoseconds() - start) / 1e9,
            interruption: interruption, isCutShort: isCutShort)
    }

    /// Whether a connection has come, and all are gone for long enough.
    private func isOver(since begun: Int64) -> Bool {
        guard stage.openConnections == 0, stage.lastActivity > begun else { return false }
        return Clock.monotonicNanoseconds() - stage.lastActivity >= settleNanoseconds
    }

    /// Whether the user has pressed Enter.
    private func takesLine() -> Bool {
        guard inputIsOpen else { return false }
        var entry = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&entry, 1, 0) > 0 else { return false }
        var octets = [UInt8](repeating: 0, count: 512)
        let count = unsafe read(STDIN_FILENO, &octets, octets.count)
        inputIsOpen = count > 0
        return octets.prefix(max(0, count)).contains(UInt8(ascii: "\n"))
    }
}
