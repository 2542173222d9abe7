internal import CLinux
internal import Glibc

/// What a descriptor is waited for.
package enum Interest: Equatable, Sendable {
    case input, output
}

/// What waiting came to.
package enum Readiness: Equatable, Sendable {
    /// The next read or write will not block; it may still fail, or find the end.
    case ready
    case timedOut
    /// A signal asks the process to end.
    case terminated
    case failed(SystemError)
}

/// Waits until the descriptor is ready, the deadline has passed or, where signals are given, one of
/// them is pending.
package func awaitReadiness(
    of descriptor: borrowing Descriptor, for interest: Interest, until deadline: Deadline,
    orTermination signals: borrowing TerminationSignals
) -> Readiness {
    poll(descriptor.rawValue, interest, signals.descriptor.rawValue, deadline)
}

/// Waits until the descriptor is ready or the deadline has passed, whatever signal comes.
package func awaitReadiness(
    of descriptor: borrowing Descriptor, for interest: Interest, until deadline: Deadline
) -> Readiness {
    // poll(2) passes over a negative descriptor.
    poll(descriptor.rawValue, interest, -1, deadline)
}

/// Waits until one of the signals is pending, and says whether that came before the deadline.
package func awaitTermination(
    by signals: borrowing TerminationSignals, until deadline: Deadline
) -> Bool {
    poll(-1, .input, signals.descriptor.rawValue, deadline) == .terminated
}

private func poll(
    _ descriptor: CInt, _ interest: Interest, _ signals: CInt, _ deadline: Deadline
) -> Readiness {
    let events = interest == .input ? POLLIN : POLLOUT
    var entries = (
        pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
        pollfd(fd: descriptor, events: Int16(events), revents: 0)
    )
    while true {
        // A deadline further off than poll(2) can count is met in several steps.
        let milliseconds = deadline.remainingMilliseconds
        let count = unsafe withUnsafeMutableBytes(of: &entries) {
            unsafe Glibc.poll($0.assumingMemoryBound(to: pollfd.self).baseAddress, 2, milliseconds)
        }
        if count < 0 {
            if errno == EINTR { continue }
            return .failed(.last("poll"))
        }
        if count == 0 {
            if deadline.remainingMilliseconds == 0 { return .timedOut }
            continue
        }
        return entries.0.revents != 0 ? .terminated : .ready
    }
}
