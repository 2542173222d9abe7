import Foundation
import POSIX
import TestSupport
import Testing

/// Clients that do not read what they are told.
@Suite struct BackpressureTests {
    /// Fills the way to the client until the program waits for it to read.
    private func clog(_ mailpit: Mailpit) {
        _ = mailpit.client.reply()
        mailpit.client.command("EHLO client.example")
        mailpit.client.command("MAIL FROM:<a@b.example>")
        // Accepted recipients count towards no limit but their own.
        let flood = Array(String(repeating: "RCPT TO:<c@d.example>\r\n", count: 1000).utf8)
        // Twice in vain: the program has stopped reading, as it cannot write.
        var timesInVain = 0
        while timesInVain < 2 {
            timesInVain = mailpit.client.sendWithoutWaiting(flood) ? 0 : timesInVain + 1
            usleep(50_000)
        }
    }

    @Test func `a signal to end is heeded while the client does not read`() {
        let mailpit = Mailpit(["--smtp-tls-required=false", "--smtp-max-recipients=1000000"])
        clog(mailpit)
        mailpit.child.signal(SIGTERM)
        #expect(mailpit.child.wait() == 0)
    }

    @Test func `the deadline holds while the client does not read`() {
        let mailpit = Mailpit([
            "--smtp-tls-required=false", "--smtp-timeout=1", "--smtp-max-recipients=1000000",
        ])
        clog(mailpit)
        #expect(mailpit.child.wait() == 0)
        #expect(mailpit.log.contains(" timeout: "))
        #expect(mailpit.log.components(separatedBy: " timeout: ").count == 2)
    }
}
