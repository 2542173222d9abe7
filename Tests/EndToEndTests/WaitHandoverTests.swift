import Foundation
import POSIX
import TestSupport
import Testing

/// inetd's `wait`: descriptors 0, 1 and 2 are all the listening socket.
@Suite struct WaitHandoverTests {
    @Test func `the listener is given up on all three descriptors`() throws {
        let listener = TestListener(AF_INET)
        let mailpit = Mailpit(by: .inetd, server: listener.descriptor, client: listener.connect())
        #expect(mailpit.client.reply() == ["220 mx.example ESMTP Mailpit"])
        let folder = "/proc/\(mailpit.child.pid)/fd"
        let table = try #require(textOfFile("/proc/net/tcp")).split(separator: "\n")
        // Those that proc(5) shows as 0A, which is TCP_LISTEN.
        let listening = try #require(namesInDirectory(folder)).filter { number in
            let link = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "\(folder)/\(number)")
            let inode = link.map { String($0.dropFirst("socket:[".count).dropLast()) } ?? ""
            return table.contains { line in
                let words = line.split(separator: " ")
                return words.count > 9 && words[3] == "0A" && words[9] == inode
            }
        }
        // It is closed, and the log, which cannot go there, goes to syslog without waiting.
        #expect(listening == [])
    }
}
