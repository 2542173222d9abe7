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
            someJournal(format: .json, standardErrorIsClient: true)
                .record(.timeout, priority: .notice, "late")
            let object = daemon.receive() ?? ""
            #expect(object.hasPrefix("<21>mailpit[\(getpid())]: {\"time\":\"2"))
            #expect(object.hasSuffix(#","session":"5f3a","event":"timeout","message":"late"}"#))
            // A daemon that hangs: its queue runs full, and the test would never end.
            for _ in 0..<2000 { recordSomething(standardErrorIsClient: true) }
            #expect(error.text() == "")
        }
    }
}
