import Foundation
import Glibc
import POSIX
import TestSupport
import Testing

@testable import Journal

/// What goes to systemd's journal: from processes of their own, whose standard error is said to be it.
@Suite struct SystemdTests {
    private static let needsRoot: ConditionTrait = .enabled(if: World.isRoot, "mounts need root")

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

    @Test(needsRoot) func `what is too large for a datagram comes as a file that is sealed`() async
    {
        await #expect(processExitsWith: .success) {
            let daemon = try journalDaemon()
            let error = StandardErrorPipe()
            setenv("JOURNAL_STREAM", error.identity, 1)
            let text = String(repeating: "x", count: 500_000)
            someJournal().record(.timeout, priority: .notice, text)
            let entry = try #require(daemon.receiveFile())
            #expect(entry.text.hasPrefix("MESSAGE=\(text)\nMESSAGE_ID="))
            #expect(entry.text.hasSuffix("\nMAILPIT_EVENT=timeout\n"))
            #expect(entry.seals == 0b1111)
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
