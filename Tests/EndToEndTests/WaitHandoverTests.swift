import Foundation
import POSIX
import TestSupport
import Testing

/// inetd's `wait`: descriptors 0, 1 and 2 are all the listening socket.
@Suite struct WaitHandoverTests {
    @Test func `the listener is given up on all three descriptors`() throws {
        let listener = TestListener(AF_INET)
        // More lines than one read of the table gives.
        let others = (0..<60).map { _ in TestListener(AF_INET) }
        let mailpit = Mailpit(by: .inetd, server: listener.descriptor, client: listener.connect())
        #expect(mailpit.client.reply() == ["220 mx.example ESMTP Mailpit"])
        // Those that proc(5) shows as 0A, which is TCP_LISTEN.
        let listening = Set(
            try #require(textOfFile("/proc/net/tcp")).split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ")
                return words.count > 9 && words[3] == "0A" ? "socket:[\(words[9])]" : nil
            })
        // The table tells of ours, which this process has open.
        let ours = ([listener] + others).map { $0.descriptor.rawValue }
        let open = ProcessTable.openFiles(of: getpid()).filter { ours.contains($0.number) }
        #expect(open.count == 61 && open.allSatisfy { listening.contains($0.target) })
        // It is closed, and the log, which cannot go there, goes to syslog without waiting.
        let files = ProcessTable.openFiles(of: mailpit.child.pid)
        #expect(files.contains { $0.target.hasPrefix("socket:") })
        #expect(files.filter { listening.contains($0.target) } == [])
    }
}
