/// A moment on the monotonic clock by which something must have happened.
package struct Deadline: Sendable {
    private let nanoseconds: Int64

    /// The moment `seconds` from now; so many seconds that it cannot be told never come.
    package static func after(seconds: Int64) -> Deadline {
        let (span, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return Deadline(
            nanoseconds: overflow ? .max : Clock.monotonicNanoseconds().addingSaturating(span))
    }

    /// The moment `milliseconds` from now.
    package static func after(milliseconds: Int32) -> Deadline {
        Deadline(nanoseconds: Clock.monotonicNanoseconds() + Int64(milliseconds) * 1_000_000)
    }

    /// What is left, in milliseconds rounded up, zero once it has passed; as `poll` takes it.
    package var remainingMilliseconds: CInt {
        let left = nanoseconds - Clock.monotonicNanoseconds()
        if left <= 0 { return 0 }
        return CInt(clamping: (left - 1) / 1_000_000 + 1)
    }
}

extension Int64 {
    fileprivate func addingSaturating(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
