internal import Glibc

/// The system's clocks.
package enum Clock {
    /// Nanoseconds since some moment in the past, never set back.
    package static func monotonicNanoseconds() -> Int64 {
        let time = read(CLOCK_MONOTONIC)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// The time of day: seconds since 1970-01-01 00:00:00 UTC, and the microseconds on top.
    package static func now() -> (seconds: Int64, microseconds: Int) {
        let time = read(CLOCK_REALTIME)
        return (Int64(time.tv_sec), time.tv_nsec / 1000)
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        // Cannot fail: both clocks are always there, and the pointer is valid.
        _ = unsafe clock_gettime(clock, &time)
        return time
    }
}
