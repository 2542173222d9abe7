import Foundation
import Glibc
import TestSupport
import Testing

@testable import Journal

@Suite struct JournalTests {
    private let scratch = TemporaryDirectory()
    private var path: String { scratch.file("log") }

    private func journal(_ verbosity: Journal.Verbosity = .normal, remote: String? = nil) -> Journal
    {
        Journal(
            logFile: path, verbosity: verbosity, standardErrorIsClient: false, session: "5f3a",
            remote: remote)
    }

    @Test func `a line has time, process, session, event, message, address and fields`() throws {
        journal(remote: "192.0.2.1").record(
            .messageStored, priority: .info, "message stored", [Field(.messageSize, "12")])
        let pattern =
            #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z mailpit\[(?<pid>\d+)\]: 5f3a message-stored: message stored; remote_addr=192\.0\.2\.1 message_size=12\n/#
        let text = try #require(textOfFile(path))
        let match = try #require(text.wholeMatch(of: pattern))
        #expect(match.pid == "\(getpid())")
    }

    @Test(arguments: [
        (Journal.Verbosity.quiet, ["error"]),
        (.normal, ["error", "warning", "notice", "info"]),
        (.verbose, ["error", "warning", "notice", "info", "debug"]),
    ])
    func `what is recorded is a matter of verbosity, and nothing else is even made`(
        verbosity: Journal.Verbosity, expected: [String]
    ) {
        let journal = journal(verbosity)
        var made: [String] = []
        func make(_ text: String) -> String {
            made.append(text)
            return text
        }
        for priority in [Priority.error, .warning, .notice, .info, .debug] {
            journal.record(.dialogue, priority: priority, make("\(priority)"))
            #expect(journal.records(priority) == expected.contains("\(priority)"))
        }
        let lines = textOfFile(path)?.split(separator: "\n") ?? []
        #expect(lines.map { String($0.split(separator: " ").last ?? "") } == expected)
        #expect(made == expected)
    }

    @Test func `a log file is appended to, and stays as it is otherwise`() throws {
        scratch.write("before\n", to: "log", mode: 0o604)
        journal().record(.timeout, priority: .notice, "late")
        #expect(textOfFile(path)?.hasPrefix("before\n2") == true)
        var status = stat()
        try #require(stat(path, &status) == 0)
        #expect(status.st_mode == S_IFREG | 0o604)
    }

    @Test func `a new log file can be read by its group, whatever the umask`() async throws {
        await #expect(processExitsWith: .success) { [path = path as String] in
            umask(0o077)
            _ = Journal(
                logFile: path, verbosity: .normal, standardErrorIsClient: false, session: "s",
                remote: nil)
            var status = stat()
            precondition(stat(path, &status) == 0)
            #expect(status.st_mode == S_IFREG | 0o640)
        }
    }

    @Test func `lines of many writers stay whole`() throws {
        let path = path
        let writers = (0..<8).map { number in
            let thread = Thread {
                let journal = Journal(
                    logFile: path, verbosity: .normal, standardErrorIsClient: false,
                    session: "\(number)", remote: nil)
                let message = String(repeating: "\(number)", count: 3000)
                for _ in 0..<200 { journal.record(.timeout, priority: .notice, message) }
            }
            thread.start()
            return thread
        }
        let deadline = Date(timeIntervalSinceNow: 300)
        while !writers.allSatisfy(\.isFinished), Date() < deadline { usleep(1000) }
        let lines = try #require(textOfFile(path)).split(separator: "\n")
        #expect(lines.count == 1600)
        for line in lines {
            let words = line.split(separator: " ")
            try #require(words.count == 5)
            #expect(words[4] == Substring(repeatElement(words[2].first!, count: 3000)))
        }
    }
}
