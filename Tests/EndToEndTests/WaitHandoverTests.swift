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
        let sockets = try #require(namesInDirectory(folder)).filter { number in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(number)"))?
                .hasPrefix("socket:") == true
        }
        // The connection, and perhaps the way to syslog.
        let listening = sockets.filter { number in
            let text = textOfFile("/proc/net/tcp") ?? ""
            let link = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "\(folder)/\(number)")
            let inode = link.map { String($0.dropFirst("socket:[".count).dropLast()) } ?? ""
            return text.split(separator: "\n").contains { line in
                let words = line.split(separator: " ")
                return words.count > 9 && words[3] == "0A" && words[9] == inode
            }
        }
        #expect(listening == [], "descriptors that still lead to the listener")
    }

    @Test func `no session waits for the listener to take its log`() {
        // Twenty sessions, each of which would wait a tenth of a second a line.
        let begin = Clock.monotonicNanoseconds()
        for _ in 0..<20 {
            let listener = TestListener(AF_INET)
            let mailpit = Mailpit(
                by: .inetd, server: listener.descriptor, client: listener.connect())
            _ = mailpit.client.reply()
            mailpit.client.quit()
            #expect(mailpit.child.wait() == 0)
        }
        let milliseconds = (Clock.monotonicNanoseconds() - begin) / 1_000_000
        #expect(milliseconds < 20 * 150, "\(milliseconds) ms")
    }
}
