import TestSupport
import Testing

/// What options make of recipients and messages, seen from the client's end.
@Suite struct PolicyTests {
    private let message = "Subject: x\r\n\r\ny\r\n"

    private func begin(_ options: [String]) -> Mailpit {
        let mailpit = Mailpit(options)
        mailpit.client.begin()
        return mailpit
    }

    @Test func `only allowed recipients are taken`() {
        let mailpit = begin(["--smtp-allowed-recipients", "@example\\.org$"])
        let client = mailpit.client
        client.command("MAIL FROM:<alice@example.org>")
        #expect(client.command("RCPT TO:<bob@example.com>") == ["550 5.1.1 Recipient not allowed"])
        #expect(client.command("DATA") == ["503 5.5.1 Send RCPT first"])
        #expect(client.command("RCPT TO:<bob@example.org>") == ["250 2.1.5 Ok"])
        #expect(client.command("RCPT TO:<bob@example.org.evil>").starts(with: "550 5.1.1 "))
        client.command("DATA")
        client.send(message)
        #expect(client.command(".").starts(with: "250 2.0.0 Ok: queued as "))
        client.quit()
        #expect(mailpit.messages.first?.trace?.recipients == "<bob@example.org>")
        #expect(mailpit.child.wait() == 0)
    }

    @Test func `rejected recipients are dropped without a word where that is wanted`() {
        let mailpit = begin([
            "--smtp-allowed-recipients", "@example\\.org$", "--smtp-ignore-rejected-recipients",
        ])
        let client = mailpit.client
        #expect(client.deliver(message, to: ["a@example.com"]) == "250 2.0.0 Ok: queued")
        #expect(mailpit.stored == [])
        let both = client.deliver(message, to: ["a@example.com", "b@example.org"])
        #expect(both.hasPrefix("250 2.0.0 Ok: queued as "))
        client.quit()
        #expect(mailpit.messages.map { $0.trace?.recipients } == ["<b@example.org>"])
        #expect(mailpit.abandoned == [])
    }

    @Test func `CR CR LF in a header is refused only where strictness is wanted`() {
        let bad = "Subject: x\r\r\n\r\ny\r\n"
        let strict = begin(["--smtp-strict-rfc-headers"])
        #expect(strict.client.deliver(bad).hasPrefix("550 5.6.0 "))
        #expect(strict.stored == [])
        #expect(strict.client.deliver("Subject: x\r\n\r\ny\r\r\n").hasPrefix("250 2.0.0 "))
        strict.client.quit()
        #expect(strict.child.wait() == 0)
        let lenient = begin([])
        #expect(lenient.client.deliver(bad).hasPrefix("250 2.0.0 "))
        #expect(lenient.messages.first?.message == Array("Subject: x\r\n\ny\n".utf8))
    }

    @Test func `a message may be as large as the limit and no larger`() {
        let mailpit = begin(["--max-message-size", "1"])
        let client = mailpit.client
        let limit = 1 << 20
        // A line of 16 octets, many of 64, and one for what is left.
        let many = String(
            repeating: String(repeating: "y", count: 62) + "\r\n", count: limit / 64 - 1)
        let largest = "Subject: abc\r\n\r\n" + many + String(repeating: "z", count: 46) + "\r\n"
        #expect(largest.utf8.count == limit)
        #expect(client.command("EHLO client.example").contains("250-SIZE 1048576"))
        #expect(client.command("MAIL FROM:<a@b.example> SIZE=1048577").starts(with: "552 5.3.4 "))
        #expect(client.command("MAIL FROM:<a@b.example> SIZE=1048576") == ["250 2.1.0 Ok"])
        client.command("RSET")
        // The dots that are only for the transfer, and what we put before it, do not count.
        let dotted = "Subject: abc\r\n\r\n" + many + String(repeating: ".", count: 47) + "\r\n"
        #expect(client.deliver(dotted).hasPrefix("250 2.0.0 "))
        #expect(client.deliver(largest).hasPrefix("250 2.0.0 "))
        // What is beyond the limit is no command.
        let tooLarge = "x" + largest + "QUIT\r\n"
        #expect(client.deliver(tooLarge) == "552 5.3.4 Message size exceeds the limit")
        #expect(client.deliver("x" + largest) == "552 5.3.4 Message size exceeds the limit")
        #expect(client.command("NOOP") == ["250 2.0.0 Ok"])
        client.quit()
        #expect(mailpit.stored?.count == 2)
        #expect(mailpit.abandoned == [])
        #expect(mailpit.child.wait() == 0)
    }

    @Test func `without a limit SIZE has no number`() {
        let mailpit = begin(["--max-message-size", "0"])
        let lines = mailpit.client.command("EHLO client.example")
        #expect(lines.contains("250-SIZE"))
        #expect(
            mailpit.client.command("MAIL FROM:<a@b.example> SIZE=18446744073709551615")
                == ["250 2.1.0 Ok"])
    }

    @Test func `there may be as many recipients as the limit says and no more`() {
        let mailpit = begin(["--smtp-max-recipients", "2"])
        let client = mailpit.client
        #expect(client.command("EHLO client.example").contains("250-LIMITS RCPTMAX=2"))
        client.command("MAIL FROM:<alice@example.org>")
        #expect(client.command("RCPT TO:<a@example.org>") == ["250 2.1.5 Ok"])
        #expect(client.command("RCPT TO:<b@example.org>") == ["250 2.1.5 Ok"])
        #expect(client.command("RCPT TO:<c@example.org>").starts(with: "452 4.5.3 "))
        client.command("DATA")
        client.send(message)
        #expect(client.command(".").starts(with: "250 2.0.0 "))
        client.quit()
        let trace = mailpit.messages.first?.trace
        #expect(trace?.recipients == "<a@example.org>, <b@example.org>")
        // RFC 5321 §7.2: none of several is named in Received.
        #expect(trace?.recipient == nil)
    }
}
