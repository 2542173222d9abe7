import Glibc

/// What the kernel tells of a running process.
package enum ProcessTable {
    /// The processes that a process has started and that have not been waited for.
    package static func children(of pid: Int32) -> [Int32] {
        guard let text = textOfFile("/proc/\(pid)/task/\(pid)/children") else { return [] }
        return text.split(separator: " ").compactMap { Int32($0) }
    }

    /// The program that a process runs, as a path; nil where there is no such process any more.
    package static func program(of pid: Int32) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/\(pid)/exe", &buffer, buffer.count)
        if count < 0 { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The largest resident set that a process has had, in KiB: VmHWM of proc(5).
    package static func peakResidentKiB(of pid: Int32) -> Int? {
        let line = textOfFile("/proc/\(pid)/status")?.split(separator: "\n")
            .first { $0.hasPrefix("VmHWM:") }
        return line?.split { $0 == "\t" || $0 == " " }.dropFirst().first.flatMap { Int($0) }
    }

    /// Whether any process listens on a TCP port of 127.0.0.1.
    package static func isListening(onPort port: UInt16) -> Bool {
        // proc(5): the local address in hexadecimal, and 0A for a socket that listens.
        let digits = String(port, radix: 16, uppercase: true)
        let address = "0100007F:" + String(repeating: "0", count: 4 - digits.count) + digits
        return textOfFile("/proc/net/tcp")?.split(separator: "\n").contains { line in
            let words = line.split(separator: " ")
            return words.count > 3 && words[1] == address && words[3] == "0A"
        } == true
    }
}
