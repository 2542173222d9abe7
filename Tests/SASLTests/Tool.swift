import Glibc
import POSIX
import TestSupport

/// A public program that a test talks to through pipes; a missing one ends the tests.
final class Tool {
    private let child: Child
    private let input = TestPipe()
    private let output = TestPipe()
    private var buffer: [UInt8] = []

    init(_ arguments: [String]) {
        child = Child(
            arguments, environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"],
            descriptors: [0: input.reading.rawValue, 1: output.writing.rawValue])
    }

    /// What it prints as its first line that is not empty; it must end well.
    static func line(_ arguments: [String]) -> String {
        let tool = Tool(arguments)
        let line = tool.line()
        precondition(tool.child.wait() == 0, "\(arguments[0]) failed")
        return line
    }

    /// The next line that is not empty.
    func line() -> String {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                let line = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeSubrange(...end)
                if !line.isEmpty { return line }
                continue
            }
            var descriptor = pollfd(fd: output.reading.rawValue, events: Int16(POLLIN), revents: 0)
            precondition(poll(&descriptor, 1, Int32(Child.patience) * 1000) == 1, "no output")
            var part = [UInt8](repeating: 0, count: 4096)
            guard case .octets(let count) = output.reading.read(into: &part) else { return "" }
            buffer += part[..<count]
        }
    }

    func send(_ line: String) {
        _ = input.writing.write(Array("\(line)\n".utf8).span)
    }
}
