import POSIX
import TestSupport
import Testing

/// Nothing of mail or of a password is taken in plaintext, as a stranger would try it.
@Suite struct PlaintextTests {
    private static let refusal = ["530 5.7.0 Must issue a STARTTLS command first"]

    @Test(arguments: [
        "HELO client.example", "RSET", "HELP", "VRFY bob", "EXPN staff", "AUTH",
        "AUTH PLAIN AGFsaWNlAHNlY3JldA==", "AUTH LOGIN", "MAIL FROM:<alice@example.org>",
        "RCPT TO:<bob@example.org>", "DATA", "BDAT 0", "BDAT 0 LAST", "TURN", "XCLIENT ADDR=::1",
        "NONSENSE", "", " ", "\u{1}\u{2}", "mail from:<alice@example.org>",
        "GET / HTTP/1.1",
    ]) func `before TLS it is refused`(command: String) {
        let mailpit = Mailpit()
        let client = mailpit.client
        _ = client.reply()
        #expect(client.command(command) == Self.refusal)
        client.command("EHLO client.example")
        #expect(client.command(command) == Self.refusal)
        #expect(client.command("NOOP") == ["250 2.0.0 Ok"])
        // And TLS can still be had.
        client.enterTLS()
        #expect(client.deliver("Subject: x\r\n\r\ny\r\n").hasPrefix("250 2.0.0 "))
        client.quit()
        #expect(mailpit.child.wait() == 0)
        #expect(mailpit.stored?.count == 1)
    }

    @Test func `a whole message in plaintext is not taken`() {
        let mailpit = Mailpit()
        let client = mailpit.client
        client.send(
            "EHLO client.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n"
                + "Subject: x\r\n.\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n"
                + "BDAT 12 LAST\r\nNOOP\r\nQUIT\r\nQUIT\r\n")
        _ = client.reply()
        _ = client.reply()
        // MAIL, RCPT, DATA, two lines that are no commands, MAIL, RCPT, BDAT with its payload.
        let rest = Array(repeating: Self.refusal[0] + "\r\n", count: 8).joined()
        #expect(
            String(decoding: client.rest(), as: UTF8.self) == rest + "221 2.0.0 Bye\r\n")
        client.close()
        #expect(mailpit.child.wait() == 0)
        #expect(mailpit.stored == [])
        #expect(mailpit.abandoned == [])
    }

    @Test func `a client that insists is shown the door`() {
        let mailpit = Mailpit()
        let client = mailpit.client
        _ = client.reply()
        for _ in 0..<20 { #expect(client.command("MAIL FROM:<a@b.example>") == Self.refusal) }
        #expect(client.reply() == ["421 4.7.0 Too many errors"])
        #expect(client.rest() == [])
        client.close()
        #expect(mailpit.child.wait() == 0)
    }

    @Test func `a line of 2,048 octets is one, and a longer one is not`() {
        let mailpit = Mailpit()
        let client = mailpit.client
        _ = client.reply()
        let noop = "NOOP " + String(repeating: "x", count: 2048 - 7)
        #expect(client.command(noop) == ["250 2.0.0 Ok"])
        #expect(client.command(noop + "x") == ["500 5.5.2 Line too long"])
        #expect(client.command("NOOP") == ["250 2.0.0 Ok"])
    }

    @Test func `without a certificate and without need of TLS it is an ordinary server`() {
        let mailpit = Mailpit(Mailpit.withoutTLS, hasCertificate: false)
        let client = mailpit.client
        _ = client.reply()
        #expect(!client.command("EHLO client.example").contains { $0.hasSuffix("STARTTLS") })
        #expect(client.command("STARTTLS").starts(with: "502 5.5.1 "))
        #expect(client.deliver("Subject: x\r\n\r\ny\r\n").hasPrefix("250 2.0.0 "))
        client.quit()
        #expect(mailpit.child.wait() == 0)
        let trace = mailpit.messages.first?.trace
        #expect(trace?.with == "ESMTP" && trace?.cipherSuite == nil)
    }
}
