import Foundation
import POSIX
import TestSupport

extension Child {
    /// Starts a server with the connection as its standard input and output, and nothing in its
    /// environment but what we have.
    static func server(
        _ command: [String], connection: borrowing Descriptor, standardErrorFile: String
    ) -> Child {
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC
        let file = open(standardErrorFile, flags, 0o644)
        defer { close(file) }
        return Child(
            command, environment: ProcessInfo.processInfo.environment,
            descriptors: [0: connection.rawValue, 1: connection.rawValue, 2: file])
    }

    /// Waits for its end, and adds what it cost; throws if it did not end in success.
    func waitForSuccess(_ samples: inout Samples) throws(SessionFailure) {
        let (status, usage) = waitForUsage()
        // ru_maxrss is of no use: it begins with what we had when the process was forked off us.
        samples.add(.cpu, usage.ru_utime.milliseconds + usage.ru_stime.milliseconds)
        samples.add(.minorFaults, Double(usage.ru_minflt))
        if status != 0 { throw SessionFailure(stage: "process", reason: "exit status \(status)") }
    }

    /// Adds the peak of its resident set up to now.
    func measurePeak(_ samples: inout Samples) {
        if let peak = ProcessTable.peakResidentKiB(of: pid) {
            samples.add(.peakMemory, Double(peak))
        }
    }

    /// Adds its share of memory at this moment.
    func measureMemory(_ samples: inout Samples) {
        var kibibytes: [Substring: Double] = [:]
        // proc(5): lines like `Pss:     6912 kB`.
        for line in (textOfFile("/proc/\(pid)/smaps_rollup") ?? "").split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 3, let number = Double(words[1]) { kibibytes[words[0]] = number }
        }
        if let share = kibibytes["Pss:"] { samples.add(.memory, share) }
        if let clean = kibibytes["Private_Clean:"], let dirty = kibibytes["Private_Dirty:"] {
            samples.add(.privateMemory, clean + dirty)
        }
    }
}

extension timeval {
    fileprivate var milliseconds: Double { Double(tv_sec) * 1000 + Double(tv_usec) / 1000 }
}
