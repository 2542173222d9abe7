import Glibc
import POSIX
import Synchronization
import TestSupport

/// A number of sessions, some of them at a time, and what came of them.
final class Load: Sendable {
    let options: LoadOptions
    let message: Message
    let tls: ClientTLS
    private let total: Int
    private let progress = Mutex(Progress())

    private struct Progress {
        var begun = 0
        var outcome = Outcome()
    }

    /// What came of the sessions.
    struct Outcome: Sendable {
        var samples = Samples()
        var succeeded = 0
        var resumed = 0
        var failures: [SessionFailure: Int] = [:]
        var seconds = 0.0
    }

    init(_ options: LoadOptions, _ message: Message, _ tls: ClientTLS, sessions: Int) {
        self.options = options
        self.message = message
        self.tls = tls
        total = sessions
    }

    /// Holds all sessions.
    func run() -> Outcome {
        let start = Clock.monotonicNanoseconds()
        let workers = min(options.sessionsAtATime, total)
        let meeting = options.pause != nil ? Meeting(of: workers) : nil
        let end = Meeting(of: workers + 1)
        for _ in 0..<workers {
            startThread {
                Worker(self, meeting).run()
                end.join()
            }
        }
        end.join()
        return progress.withLock { progress in
            progress.outcome.seconds = Double(Clock.monotonicNanoseconds() - start) / 1e9
            return progress.outcome
        }
    }

    /// Whether another session is to be begun.
    func mayBegin() -> Bool {
        progress.withLock { progress in
            if progress.begun == total { return false }
            progress.begun += 1
            return true
        }
    }

    func succeeded(_ samples: Samples, isResumed: Bool) {
        progress.withLock { progress in
            progress.outcome.succeeded += 1
            progress.outcome.resumed += isResumed ? 1 : 0
            progress.outcome.samples.add(samples)
        }
    }

    func failed(_ failure: SessionFailure) {
        progress.withLock { $0.outcome.failures[failure, default: 0] += 1 }
    }
}

/// A point where a number of threads wait for each other.
final class Meeting: @unchecked Sendable {
    private let barrier = UnsafeMutablePointer<pthread_barrier_t>.allocate(capacity: 1)

    init(of threads: Int) {
        // Cannot fail: there is at least one, and the memory is ours.
        _ = pthread_barrier_init(barrier, nil, CUnsignedInt(threads))
    }

    deinit {
        pthread_barrier_destroy(barrier)
        barrier.deallocate()
    }

    /// Returns once all have come.
    func join() {
        _ = pthread_barrier_wait(barrier)
    }
}
