import POSIX
import TestSupport
import Testing

/// `--smtp-timeout 1`, in every state that a client can keep a session in.
@Suite struct DeadlineTests {
    private static let timeout = ["421 4.4.2 Timeout"]

    /// Expects the reply, and the end of the connection behind it, after a second and not much more.
    private func expectTimeout(
        _ mailpit: Mailpit, since start: Int64, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(mailpit.client.reply() == Self.timeout, sourceLocation: sourceLocation)
        expectDuration(since: start, sourceLocation: sourceLocation)
        #expect(mailpit.client.rest() == [], sourceLocation: sourceLocation)
        mailpit.client.close()
        #expect(mailpit.child.wait() == 0, sourceLocation: sourceLocation)
        #expect(mailpit.log.contains(" timeout: "), sourceLocation: sourceLocation)
        #expect(mailpit.stored == [], sourceLocation: sourceLocation)
        #expect(mailpit.abandoned == [], sourceLocation: sourceLocation)
    }

    private func expectDuration(since start: Int64, sourceLocation: SourceLocation) {
        let milliseconds = (Clock.monotonicNanoseconds() - start) / 1_000_000
        // The upper bound is for machines that are busy with other tests.
        #expect(milliseconds >= 950 && milliseconds < 4000, sourceLocation: sourceLocation)
    }

    /// Sends one octet after the other, with 200 ms between them, until the server says something.
    private func drip(_ client: SMTPClient, _ octets: String) {
        for octet in octets.utf8.prefix(40) {
            if client.hasInput(milliseconds: 200) { return }
            client.send([octet])
        }
    }

    private func start(_ options: [String] = [], seconds: Int = 1) -> Mailpit {
        Mailpit(["--smtp-timeout", "\(seconds)"] + options)
    }

    @Test func `a client that says nothing`() {
        let mailpit = start()
        let begin = Clock.monotonicNanoseconds()
        _ = mailpit.client.reply()
        expectTimeout(mailpit, since: begin)
    }

    @Test func `a client that says nothing behind EHLO`() {
        let mailpit = start()
        _ = mailpit.client.reply()
        let begin = Clock.monotonicNanoseconds()
        mailpit.client.command("EHLO client.example")
        expectTimeout(mailpit, since: begin)
    }

    @Test func `a client that says nothing in TLS`() {
        let mailpit = start()
        _ = mailpit.client.reply()
        #expect(mailpit.client.enterTLS())
        let begin = Clock.monotonicNanoseconds()
        mailpit.client.command("NOOP")
        expectTimeout(mailpit, since: begin)
    }

    @Test func `a client that says nothing more within the data`() {
        let mailpit = start()
        mailpit.client.begin()
        let begin = Clock.monotonicNanoseconds()
        mailpit.client.beginData()
        mailpit.client.send("Subject: x\r\n\r\nhalf of a mess")
        expectTimeout(mailpit, since: begin)
    }

    @Test func `a client that says nothing more within a chunk`() {
        let mailpit = start()
        mailpit.client.begin()
        mailpit.client.command("MAIL FROM:<alice@example.org>")
        mailpit.client.command("RCPT TO:<bob@example.org>")
        let begin = Clock.monotonicNanoseconds()
        mailpit.client.send("BDAT 1000 LAST\r\nhalf of a mess")
        expectTimeout(mailpit, since: begin)
    }

    @Test func `a handshake that does not begin ends without a word`() {
        let mailpit = start()
        _ = mailpit.client.reply()
        mailpit.client.command("EHLO client.example")
        let begin = Clock.monotonicNanoseconds()
        #expect(mailpit.client.command("STARTTLS") == ["220 2.0.0 Ready to start TLS"])
        #expect(mailpit.client.rest() == [])
        expectDuration(since: begin, sourceLocation: #_sourceLocation)
        mailpit.client.close()
        #expect(mailpit.child.wait() == 0)
        #expect(mailpit.log.contains(" timeout: "))
    }

    @Test func `a handshake that does not end ends without a word`() {
        let mailpit = start()
        _ = mailpit.client.reply()
        let begin = Clock.monotonicNanoseconds()
        #expect(mailpit.client.command("STARTTLS") == ["220 2.0.0 Ready to start TLS"])
        // The beginning of a ClientHello, octet by octet.
        drip(mailpit.client, "\u{16}\u{3}\u{1}\u{0}\u{70}" + String(repeating: "\u{1}", count: 40))
        #expect(Wire.isTLS(mailpit.client.rest()))
        expectDuration(since: begin, sourceLocation: #_sourceLocation)
    }

    @Test func `octets that drip in do not extend the time for a command`() {
        let mailpit = start()
        _ = mailpit.client.reply()
        let begin = Clock.monotonicNanoseconds()
        mailpit.client.command("NOOP")
        drip(mailpit.client, "EHLO a-very-long-name.example.org")
        expectTimeout(mailpit, since: begin)
    }

    @Test func `octets that drip in do not extend the time for the data`() {
        let mailpit = start()
        mailpit.client.begin()
        let begin = Clock.monotonicNanoseconds()
        mailpit.client.beginData()
        drip(mailpit.client, "a\r\nb\r\nc\r\nd\r\ne\r\nf\r\ng\r\nh\r\ni\r\n")
        expectTimeout(mailpit, since: begin)
    }

    @Test func `10 KiB of data, and each command, give the client as long again`() {
        // A wait is shorter than the deadline by more than a busy machine may stand still, and three
        // are longer.
        let (mailpit, milliseconds) = (start(seconds: 3), Int32(1_200))
        mailpit.client.begin()
        mailpit.client.beginData()
        mailpit.client.send("Subject: x\r\n\r\n")
        let stretch = String(repeating: String(repeating: "y", count: 62) + "\r\n", count: 160)
        for _ in 0..<3 {
            #expect(!mailpit.client.hasInput(milliseconds: milliseconds))
            mailpit.client.send(stretch)
        }
        #expect(mailpit.client.command(".").starts(with: "250 2.0.0 "))
        for _ in 0..<3 {
            #expect(!mailpit.client.hasInput(milliseconds: milliseconds))
            #expect(mailpit.client.command("NOOP") == ["250 2.0.0 Ok"])
        }
        mailpit.client.quit()
        #expect(mailpit.child.wait() == 0)
    }

    @Test func `a client that does not take the replies is given up`() {
        let mailpit = start(Mailpit.withoutTLS + ["--smtp-max-recipients", "1000000"])
        let client = mailpit.client
        client.send("EHLO client.example\r\nMAIL FROM:<a@b.example>\r\n")
        let commands = Array(String(repeating: "RCPT TO:<c@d.example>\r\n", count: 4096).utf8)
        var rest = commands[...]
        // Until it has ended the connection, or a minute's worth of sending was not enough.
        let deadline = Deadline.after(seconds: Child.patience)
        while mailpit.child.wait(seconds: 0) == nil, deadline.remainingMilliseconds != 0 {
            if rest.isEmpty { rest = commands[...] }
            if client.canSend(milliseconds: 50) { rest = rest.dropFirst(client.sendSome(rest)) }
        }
        #expect(mailpit.child.wait(seconds: 0) == 0)
        #expect(mailpit.log.contains(" timeout: "))
        #expect(mailpit.stored == [])
    }
}
