import Glibc
import TestSupport
import Testing

@Suite struct ChaosDelayTests {
    @Test func `behind a delay as long as the deadline the client has all of it again`() {
        let mailpit = Mailpit(["--chaos-triggers", "Sender:delay=3:100", "--smtp-timeout=3"])
        let client = mailpit.client
        client.begin()
        // There is something to be sent before the delay, and what it waits for is known by then.
        client.send("NOOP\r\nMAIL FROM:<a@b.example>\r\n")
        #expect(client.reply() == ["250 2.0.0 Ok"])
        #expect(client.reply() == ["250 2.1.0 Ok"])
        // Time enough to be told so if it has none left.
        usleep(300_000)
        #expect(client.command("RCPT TO:<c@d.example>") == ["250 2.1.5 Ok"])
        client.quit()
        #expect(mailpit.child.wait() == 0)
    }
}
