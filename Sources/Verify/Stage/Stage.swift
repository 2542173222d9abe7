package import POSIX
internal import Synchronization

/// The servers that a client is run against: one port for all of them, one scenario at a time.
///
/// The process has to ignore SIGPIPE. Nothing listens any more once `close()` has returned.
package final class Stage: Sendable {
    package let options: StageOptions
    package let port: UInt16
    private let listeners: [Listener]
    private let state = Mutex(State())

    private struct State {
        /// Nil between two scenarios.
        var performance: Performance?
        var isClosed = false
        var usher: WorkerThread?
    }

    package init(_ options: StageOptions) throws(SystemError) {
        self.options = options
        listeners = try Listener.both(port: options.port)
        port = try listeners[0].port()
        let usher = try WorkerThread { [self] in admitAll() }
        state.withLock { $0.usher = usher }
    }

    /// Ends what is under way, and stops listening.
    package func close() {
        _ = end()
        let usher = state.withLock { state in
            state.isClosed = true
            return state.usher.take()
        }
        for listener in listeners { listener.stop() }
        usher?.join()
    }
}

// MARK: - A run

extension Stage {
    /// From now on every connection is part of a run of this scenario.
    package func begin(_ scenario: Scenario) {
        _ = end()
        state.withLock { $0.performance = Performance(scenario, options) }
    }

    /// How many connections of the run are open, those included that wait to be accepted.
    package var openConnections: Int {
        admitWaiting()
        return state.withLock { $0.performance?.openConnections ?? 0 }
    }

    /// When the last connection was opened or closed, on the monotonic clock in nanoseconds; when
    /// the run was begun, if there was none.
    package var lastActivity: Int64 {
        state.withLock { $0.performance?.lastActivity ?? 0 }
    }

    /// Ends the run with all its connections, and tells what was seen in it.
    package func end() -> Observation {
        // A client that has ended may have left connections that nobody has accepted yet.
        admitWaiting()
        return state.withLock { $0.performance.take() }?.end() ?? Observation()
    }
}

// MARK: - Connections

extension Stage {
    private func admitAll() {
        while Listener.awaitConnection(on: listeners) {
            if state.withLock({ $0.isClosed }) { return }
            admitWaiting()
        }
    }

    /// Accepts what there is to be accepted. Between two runs it is closed at once.
    private func admitWaiting() {
        state.withLock { state in
            for listener in listeners {
                while let connection = try? listener.descriptor.accept() {
                    state.performance?.admit(connection)
                }
            }
        }
    }
}
