/// What is measured of a session.
enum Metric: String, CaseIterable {
    /// From before the connection is made to the whole greeting.
    case greeting = "connect_to_greeting_ms"
    case handshake = "handshake_ms"
    /// From the 354 to the reply to the final dot.
    case transfer = "transfer_mib_per_s"
    /// From before the connection is made to the 221.
    case session = "session_ms"

    // Of the server's process, in the spawning form.

    /// User and system together. The kernel knows the sum to the nanosecond; how it is shared by the
    /// two it may only guess from its ticks.
    case cpu = "server_cpu_ms"
    case minorFaults = "server_minor_faults"
    /// The peak of its resident set (VmHWM) when the last message has been answered.
    case peakMemory = "server_peak_kib"
    /// Its proportional share of memory (PSS) at the pause.
    case memory = "server_pss_kib"
    /// The part of it that nobody else has: private pages.
    case privateMemory = "server_private_kib"
}

/// The values of some sessions, by metric.
struct Samples: Sendable {
    private var values: [Metric: [Double]] = [:]

    mutating func add(_ metric: Metric, _ value: Double) {
        values[metric, default: []].append(value)
    }

    mutating func add(_ other: Samples) {
        values.merge(other.values, uniquingKeysWith: +)
    }

    func median(of metric: Metric) -> Double? { values[metric]?.median }
}

extension [Double] {
    /// The smallest value that half of all values do not exceed; nil where there is none.
    var median: Double? { isEmpty ? nil : sorted()[(count - 1) / 2] }
}
