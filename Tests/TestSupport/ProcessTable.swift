import Glibc

/// What the kernel tells of a running process.
package enum ProcessTable {
    /// The processes that a process has started and that have not been waited for.
    ///
    /// All processes are looked at, since the list in `/proc/PID/task/TID/children` may lack some
    /// while others end: proc(5).
    package static func children(of pid: Int32) -> [Int32] {
        (namesInDirectory("/proc") ?? []).compactMap { Int32($0) }.filter { child in
            // The parent is the second word behind the name, which may hold parentheses itself.
            let words = textOfFile("/proc/\(child)/stat")?.split(separator: ")").last?
                .split(separator: " ")
            return words.map { $0.count > 1 && Int32($0[1]) == pid } == true
        }
    }

    /// The value of a field of `/proc/PID/status`: `PPid`, `SigBlk`; nil where there is none.
    package static func status(of pid: Int32, _ field: String) -> String? {
        textOfFile("/proc/\(pid)/status")?.split(separator: "\n")
            .first { $0.hasPrefix("\(field):\t") }
            .map { String($0.dropFirst(field.count + 2)) }
    }

    /// An open file of a process.
    package struct OpenFile: Hashable, CustomStringConvertible {
        package let number: Int32
        /// The path, or what stands for one, as in `socket:[4711]`.
        package let target: String
        package let closesOnExec: Bool

        package var description: String {
            "\(number) \(target)\(closesOnExec ? "" : ", kept by exec")"
        }
    }

    /// What a process has open, in the order of the numbers.
    package static func openFiles(of pid: Int32) -> [OpenFile] {
        (namesInDirectory("/proc/\(pid)/fd") ?? []).compactMap { Int32($0) }.sorted()
            .compactMap { number in
                guard let target = link("/proc/\(pid)/fd/\(number)"),
                    let flags = textOfFile("/proc/\(pid)/fdinfo/\(number)")?.split(separator: "\n")
                        .first(where: { $0.hasPrefix("flags:\t") })
                        .flatMap({ Int32($0.dropFirst("flags:\t".count), radix: 8) })
                else { return nil }
                return OpenFile(
                    number: number, target: target, closesOnExec: flags & O_CLOEXEC != 0)
            }
    }

    /// The program that a process runs, as a path; nil where there is no such process any more.
    package static func program(of pid: Int32) -> String? {
        link("/proc/\(pid)/exe")
    }

    private static func link(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        if count < 0 { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The largest resident set that a process has had, in KiB: VmHWM of proc(5).
    package static func peakResidentKiB(of pid: Int32) -> Int? {
        status(of: pid, "VmHWM")?.split(separator: " ").first.flatMap { Int($0) }
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
