/// What is measured of a session.
enum Metric: String, CaseIterable {
    /// From before the connection is made to the whole greeting.
    case greeting = "connect_to_greeting_ms"
    case handshake = "handshake_ms"
    /// From the final dot to its reply.
    case endOfData = "end_of_data_ms"
    /// From the 354 to the reply to the final dot.
    case transfer = "transfer_mib_per_s"
    /// From before the connection is made to the 221.
    case session = "session_ms"
    /// To the end of the server's octets.
    case connection = "connection_ms"

    // Of the server's process, in the spawning form.

    /// To its end.
    case process = "process_ms"
    /// User and system together. The kernel knows the sum to the nanosecond; how it is shared by the
    /// two it may only guess from its ticks.
    case cpu = "server_cpu_ms"
    case userCPU = "server_user_ms"
    case systemCPU = "server_system_ms"
    case minorFaults = "server_minor_faults"
    case majorFaults = "server_major_faults"
    /// The peak of its resident set (VmHWM) when the last message has been answered.
    case peakMemory = "server_peak_kib"
    /// Its proportional share of memory (PSS) while it is idle in TLS.
    case idleMemory = "server_idle_pss_kib"
    /// The part of `idleMemory` that nobody else has: private pages.
    case idlePrivateMemory = "server_idle_private_kib"
}

/// The values of some sessions, by metric.
struct Samples: Sendable {
    private var values = [[Double]](repeating: [], count: Metric.allCases.count)

    private static func index(_ metric: Metric) -> Int { Metric.allCases.firstIndex(of: metric)! }

    mutating func add(_ metric: Metric, _ value: Double) {
        values[Self.index(metric)].append(value)
    }

    mutating func add(_ other: Samples) {
        for index in values.indices { values[index] += other.values[index] }
    }

    func summary(of metric: Metric) -> Summary? { Summary(values[Self.index(metric)]) }
}

/// How values are spread.
struct Summary {
    /// In ascending order, at least one.
    private let values: [Double]

    init?(_ values: [Double]) {
        if values.isEmpty { return nil }
        self.values = values.sorted()
    }

    var minimum: Double { values[0] }
    var maximum: Double { values[values.count - 1] }
    var mean: Double { values.reduce(0, +) / Double(values.count) }

    /// The smallest value that `percent` of all values do not exceed.
    func percentile(_ percent: Double) -> Double {
        let rank = (percent / 100 * Double(values.count)).rounded(.up)
        return values[min(max(Int(rank), 1), values.count) - 1]
    }
}
