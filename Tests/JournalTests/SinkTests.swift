import Foundation
import Glibc
import POSIX
import TestSupport
import Testing

@testable import Journal

/// Where records go: in processes of their own, whose standard error is a pipe.
@Suite struct SinkTests {
    private let scratch = TemporaryDirectory()

    private static let needsRoot: ConditionTrait = .enabled(if: World.isRoot, "mounts need root")

    // MARK: Standard error

    @Test func `without a log file it is standard error`() async {
        await #expect(processExitsWith: .success) {
            let error = StandardErrorPipe()
            recordSomething()
            let text = error.text()
            #expect(text.hasSuffix("Z mailpit[\(getpid())]: 5f3a timeout: late\n"))
            #expect(text.utf8.count(where: { $0 == 10 }) == 1)
        }
    }

    @Test func `a log file that cannot be opened is told where the log goes instead`() async {
        let path = scratch.file("missing/log")
        await #expect(processExitsWith: .success) { [path = path as String] in
            let error = StandardErrorPipe()
            recordSomething(logFile: path)
            let lines = error.text().split(separator: "\n")
            try #require(lines.count == 2)
            #expect(
                lines[0].hasSuffix(
                    ": 5f3a log-failed: open \(path): No such file or directory (errno 2)"
                        + "; the log goes elsewhere"))
            #expect(lines[1].hasSuffix(": 5f3a timeout: late"))
        }
    }

    @Test func `a log file that takes no more is passed by`() async {
        await #expect(processExitsWith: .success) {
            let error = StandardErrorPipe()
            recordSomething(logFile: "/dev/full")
            #expect(error.text().hasSuffix(": 5f3a timeout: late\n"))
        }
    }

    @Test func `a FIFO that nobody reads is not waited for`() async {
        let path = scratch.file("fifo")
        #expect(mkfifo(path, 0o600) == 0)
        await #expect(processExitsWith: .success) { [path = path as String] in
            let error = StandardErrorPipe()
            recordSomething(logFile: path)
            let text = error.text()
            #expect(text.contains("log-failed: open \(path): No such device or address"))
            #expect(text.hasSuffix(": 5f3a timeout: late\n"))
        }
    }

    @Test func `a full pipe costs lines and a second at most`() async {
        await #expect(processExitsWith: .success) {
            let error = StandardErrorPipe()
            let filled = error.fill()
            let journal = someJournal()
            let start = Clock.monotonicNanoseconds()
            journal.record(.timeout, priority: .notice, "lost")
            let first = Clock.monotonicNanoseconds() - start
            for _ in 0..<100 { journal.record(.timeout, priority: .notice, "lost") }
            let all = Clock.monotonicNanoseconds() - start
            // Somebody may read again soon, so it is worth a while.
            #expect((90_000_000...5_000_000_000).contains(first))
            #expect((900_000_000...8_000_000_000).contains(all))
            #expect(error.text().utf8.count == filled)
            // Once there is room again so are the lines.
            journal.record(.timeout, priority: .notice, "late")
            #expect(error.text().hasSuffix(": 5f3a timeout: late\n"))
        }
    }

    @Test func `a pipe without a reader costs lines only`() async {
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE, SIG_IGN)
            let error = StandardErrorPipe()
            error.stopReading()
            recordSomething()
        }
    }

    @Test func `a standard error that is closed, or becomes something else, gets nothing`() async {
        let path = scratch.file("other")
        await #expect(processExitsWith: .success) { [path = path as String] in
            close(2)
            let journal = someJournal()
            #expect(open(path, O_CREAT | O_WRONLY, 0o600) == 2)
            journal.record(.timeout, priority: .notice, "late")
            #expect(octetsOfFile(path) == [])
        }
    }

    @Test func `a file as standard error has every line`() async {
        let path = scratch.file("errors")
        await #expect(processExitsWith: .success) { [path = path as String] in
            close(2)
            #expect(open(path, O_CREAT | O_WRONLY | O_APPEND, 0o600) == 2)
            recordSomething()
            recordSomething()
            #expect(textOfFile(path)?.split(separator: "\n").count == 2)
        }
    }

    @Test func `lines of many writers to one pipe stay whole`() async {
        await #expect(processExitsWith: .success) {
            let error = StandardErrorPipe()
            let writers = (0..<8).map { number in
                let thread = Thread {
                    let message = String(repeating: "\(number)", count: 3000)
                    let journal = someJournal()
                    for _ in 0..<100 { journal.record(.timeout, priority: .notice, message) }
                }
                thread.start()
                return thread
            }
            var text = ""
            while !writers.allSatisfy(\.isFinished) { text += error.text() }
            let lines = (text + error.text()).split(separator: "\n")
            // Where this process gets no time to read, some may be lost, but none in part.
            #expect((100...800).contains(lines.count))
            for line in lines {
                let message = line.split(separator: " ").last ?? ""
                #expect(message == Substring(repeatElement(message.first ?? "?", count: 3000)))
            }
        }
    }

    // MARK: Syslog

    @Test(needsRoot) func `where standard error is the client it is syslog, facility mail`() async {
        await #expect(processExitsWith: .success) {
            World.leaveMountNamespace()
            World.mountMemory(at: "/dev", options: "size=64k")
            let error = StandardErrorPipe()
            // No daemon: nothing happens.
            recordSomething(standardErrorIsClient: true)
            let daemon = DatagramSocket(at: "/dev/log")
            recordSomething(standardErrorIsClient: true)
            #expect(daemon.receive() == "<21>mailpit[\(getpid())]: 5f3a timeout: late")
            // Not even where the journal is said to be there.
            setenv("JOURNAL_STREAM", error.identity, 1)
            recordSomething(standardErrorIsClient: true)
            #expect(daemon.receive() == "<21>mailpit[\(getpid())]: 5f3a timeout: late")
            // A daemon that hangs: its queue runs full, and the test would never end.
            for _ in 0..<2000 { recordSomething(standardErrorIsClient: true) }
            #expect(error.text() == "")
        }
    }

    // MARK: The journal

    @Test(needsRoot) func `where standard error is the journal it gets all fields`() async throws {
        await #expect(processExitsWith: .success) {
            let daemon = try journalDaemon()
            let error = StandardErrorPipe()
            setenv("JOURNAL_STREAM", error.identity, 1)
            someJournal(remote: "192.0.2.1").record(
                .tlsFailed, priority: .notice, "no\nway",
                [Field(.tlsError, "a b"), Field(.tlsOffered, ""), Field(.tlsVersion, "x\u{1B}")])
            #expect(
                daemon.receive()?.split(separator: "\n") == [
                    #"MESSAGE=no\x0Away"#, "MESSAGE_ID=\(Event.tlsFailed.messageID)"[...],
                    "PRIORITY=5", "SYSLOG_IDENTIFIER=mailpit", "SYSLOG_FACILITY=2",
                    "MAILPIT_SESSION=5f3a", "MAILPIT_EVENT=tls-failed", "REMOTE_ADDR=192.0.2.1",
                    "TLS_ERROR=a b", #"TLS_VERSION=x\x1B"#,
                ])
            #expect(error.text() == "")
        }
    }

    @Test(needsRoot) func `a journal that refuses records gets lines with their priority`() async {
        await #expect(processExitsWith: .success) {
            do { _ = try journalDaemon() }
            let error = StandardErrorPipe()
            setenv("JOURNAL_STREAM", error.identity, 1)
            recordSomething()
            #expect(error.text() == "<5>5f3a timeout: late\n")
        }
    }

    @Test(needsRoot) func `a journal that hangs costs records and a second at most`() async {
        await #expect(processExitsWith: .success) {
            let daemon = try journalDaemon()
            let error = StandardErrorPipe()
            setenv("JOURNAL_STREAM", error.identity, 1)
            let journal = someJournal()
            let start = Clock.monotonicNanoseconds()
            // More than the kernel has queue for, of entries and of lines.
            for _ in 0..<5000 { journal.record(.timeout, priority: .notice, "late") }
            let all = Clock.monotonicNanoseconds() - start
            #expect((900_000_000...8_000_000_000).contains(all))
            // What it has no room for stands in lines, as where it refuses.
            #expect(error.text().hasPrefix("<5>5f3a timeout: late\n<5>5f3a timeout: late\n"))
            var received = 0
            while daemon.receive() != nil { received += 1 }
            #expect((1..<5000).contains(received))
            // Once there is room again it gets the records.
            journal.record(.timeout, priority: .notice, "later")
            #expect(daemon.receive()?.hasPrefix("MESSAGE=later\n") == true)
        }
    }

    @Test(arguments: ["", "1:2", "x", ":", "1:2:3"])
    func `another JOURNAL_STREAM is not ours`(variable: String) async {
        await #expect(processExitsWith: .success) { [variable = variable as String] in
            let error = StandardErrorPipe()
            setenv("JOURNAL_STREAM", variable, 1)
            recordSomething()
            #expect(error.text().hasSuffix("Z mailpit[\(getpid())]: 5f3a timeout: late\n"))
        }
    }
}

/// Where the journal's daemon would listen, in a /run of this process's own.
private func journalDaemon() throws -> DatagramSocket {
    World.leaveMountNamespace()
    World.mountMemory(at: "/run", options: "size=64k")
    try FileManager.default.createDirectory(
        atPath: "/run/systemd/journal", withIntermediateDirectories: true)
    return DatagramSocket(at: "/run/systemd/journal/socket")
}

private func someJournal(
    logFile: String? = nil, standardErrorIsClient: Bool = false, remote: String? = nil
) -> Journal {
    Journal(
        logFile: logFile, verbosity: .normal, standardErrorIsClient: standardErrorIsClient,
        session: "5f3a", remote: remote)
}

private func recordSomething(logFile: String? = nil, standardErrorIsClient: Bool = false) {
    someJournal(logFile: logFile, standardErrorIsClient: standardErrorIsClient)
        .record(.timeout, priority: .notice, "late")
}
