internal import CLinux
internal import Glibc
internal import POSIX
internal import SMTP
internal import Synchronization

/// One run of a scenario: all connections of it, and what was seen on them.
final class Performance: Sendable {
    let scenario: Scenario
    let options: StageOptions
    private let state: Mutex<State>

    /// A client that connects more often than this is not served any more.
    private static let maximumConnections = 200
    private static let maximumTranscriptLines = 1000

    private struct State {
        var observation = Observation()
        var findings = FindingSet()
        var threads: [WorkerThread] = []
        /// The descriptors of those that are open, by the number of the connection.
        var open: [Int: CInt] = [:]
        var lastActivity = Clock.monotonicNanoseconds()
    }

    init(_ scenario: Scenario, _ options: StageOptions) {
        self.scenario = scenario
        self.options = options
        state = Mutex(State())
    }

    var openConnections: Int { state.withLock { $0.open.count } }

    var lastActivity: Int64 { state.withLock { $0.lastActivity } }

    /// Serves a connection in a thread of its own.
    func admit(_ connection: consuming Descriptor) {
        let number = connection.rawValue
        let index = state.withLock { state in
            state.observation.connections += 1
            state.lastActivity = Clock.monotonicNanoseconds()
            state.open[state.observation.connections] = number
            return state.observation.connections
        }
        let dialogue = Dialogue(self, index, connection)
        guard index <= Self.maximumConnections,
            let thread = try? WorkerThread({
                dialogue.run()
                self.closed(index)
            })
        else { return closed(index) }
        state.withLock { $0.threads.append(thread) }
    }

    /// The descriptor is still open, so that its number means no other.
    private func closed(_ index: Int) {
        state.withLock { state in
            state.open[index] = nil
            state.lastActivity = Clock.monotonicNanoseconds()
        }
    }

    /// Ends all connections, and waits until they have.
    func end() -> Observation {
        let threads = state.withLock { state in
            for descriptor in state.open.values { shutdown(descriptor, CInt(SHUT_RDWR)) }
            return state.threads
        }
        for thread in threads { thread.join() }
        return state.withLock { state in
            state.observation.findings =
                Finding.allCases.filter { state.findings.contains($0) }.map(\.name)
            return state.observation
        }
    }
}

// MARK: - What is seen

extension Performance {
    func observe(_ change: (inout Observation) -> Void) {
        state.withLock { change(&$0.observation) }
    }

    func found(_ findings: FindingSet) {
        state.withLock { $0.findings.formUnion(findings) }
    }

    /// Adds lines to the transcript, each behind the number of its connection.
    func write(_ lines: [String], _ index: Int) {
        observe { observation in
            let room = Self.maximumTranscriptLines - observation.transcript.count
            observation.transcript += lines.prefix(max(0, room)).map { "\(index) \($0)" }
        }
    }
}
