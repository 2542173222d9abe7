import Foundation
import POSIX
import TestSupport
import Testing

/// Failures on purpose, with the program as it is.
@Suite struct ChaosTests {
    /// What the log says of triggers that fired, but for whom they hit.
    private func fired(_ mailpit: Mailpit) -> [String] {
        mailpit.log.split(separator: "\n").compactMap { line in
            line.firstRange(of: " chaos: ").map {
                String(line[$0.upperBound...])
                    .replacing(/; remote_addr="[^"]*" ?/, with: "; ", maxReplacements: 1)
            }
        }
    }

    private func deliver(_ client: SMTPClient) -> [[String]] {
        ["MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA", "a: b\r\n."]
            .map { client.command($0) }
    }

    @Test func `each trigger answers with its code, and is logged as what it is`() {
        for (trigger, index, reply) in [
            ("Sender:451:100", 0, "451 4.1.0 Chaos sender error"),
            ("Sender=^a@b:550:100", 0, "550 5.1.0 Chaos sender error"),
            ("Recipient=@d.example$:550:100", 1, "550 5.1.0 Chaos recipient error"),
            ("Data:452:100", 3, "452 4.3.0 Chaos data error"),
        ] {
            let mailpit = Mailpit(["--chaos-triggers", trigger])
            _ = mailpit.client.reply()
            mailpit.client.enterTLS()
            #expect(deliver(mailpit.client)[index] == [reply])
            mailpit.client.command("QUIT")
            mailpit.client.close()
            #expect(mailpit.child.wait() == 0)
            #expect(mailpit.stored == [])
            #expect(mailpit.abandoned == [])
            let address = ["smtp_from=<a@b.example>", "smtp_rcpt=<c@d.example>", "", ""][index]
            #expect(fired(mailpit) == ["\(trigger) has fired; \(address)"])
        }
    }

    @Test func `what does not fire changes nothing`() {
        let mailpit = Mailpit([
            "--enable-chaos", "--chaos-triggers",
            "Sender=^x:451:100,Recipient=^x:550:100,Data:452:0,Connection:421:0,Strip:502:0",
        ])
        #expect(mailpit.client.reply() == ["220 mx.example ESMTP Mailpit"])
        mailpit.client.enterTLS()
        #expect(deliver(mailpit.client)[3].starts(with: "250 2.0.0 Ok: queued as "))
        #expect(fired(mailpit) == [])
    }

    @Test func `triggers can be disarmed, and must be right all the same`() {
        let mailpit = Mailpit(["--enable-chaos=false", "--chaos-triggers", "Connection:421:100"])
        #expect(mailpit.client.reply() == ["220 mx.example ESMTP Mailpit"])
        let other = Mailpit(["--enable-chaos=false", "--chaos-triggers", "Connection:421:101"])
        #expect(other.client.reply() == ["421 4.3.5 mx.example Server configuration error"])
        #expect(other.child.wait() == 78)
    }

    @Test func `a connection may be turned away, or dropped without a word`() {
        let mailpit = Mailpit(["--chaos-triggers", "Connection:421:100"])
        #expect(
            String(decoding: mailpit.client.rest(), as: UTF8.self)
                == "421 4.3.2 Chaos connection error\r\n")
        #expect(mailpit.child.wait() == 0)
        let other = Mailpit(["--chaos-triggers", "Connection:close:100"])
        #expect(other.client.rest() == [])
        #expect(other.child.wait() == 0)
        #expect(fired(other) == ["Connection:close:100 has fired; "])
    }

    @Test func `whoever strips STARTTLS lets nothing else through`() {
        let mailpit = Mailpit(["--chaos-triggers", "Strip:502:100"])
        let client = mailpit.client
        _ = client.reply()
        let offers = client.command("EHLO client.example")
        #expect(offers.count > 3 && !offers.contains { $0.hasSuffix("STARTTLS") })
        #expect(offers.last == "250 AUTH PLAIN LOGIN")
        #expect(client.command("STARTTLS") == ["502 5.5.1 Chaos strip error"])
        for line in ["MAIL FROM:<a@b.example>", "AUTH PLAIN AGEAYg==", "HELO x", "x"] {
            #expect(client.command(line) == ["530 5.7.0 Must issue a STARTTLS command first"])
        }
        #expect(client.command("QUIT") == ["221 2.0.0 Bye"])
        #expect(fired(mailpit) == ["Strip:502:100 has fired; "])
    }

    @Test(arguments: [
        ("", "MP_SMTP_AUTH_ACCEPT_ANY=1", "OAUTHBEARER XOAUTH2 PLAIN LOGIN"),
        ("--smtp-auth-mechanisms=login", "MP_SMTP_AUTH_ACCEPT_ANY=1", "LOGIN"),
        ("--smtp-auth-mechanisms=external", "MP_SMTP_AUTH_ACCEPT_ANY=1", "PLAIN LOGIN"),
        ("", "MP_SMTP_AUTH=joe:{SHA}0vxRJJChUDZGC1SJQBQ51tpUB/o=", "PLAIN LOGIN"),
        (
            "--smtp-tls-required=false", "MP_SMTP_AUTH_ACCEPT_ANY=1",
            "OAUTHBEARER XOAUTH2 PLAIN LOGIN"
        ),
    ]) func `who strips STARTTLS asks for a password that is never read`(
        option: String, variable: String, mechanisms: String
    ) {
        let parts = variable.split(separator: "=", maxSplits: 1).map(String.init)
        let mailpit = Mailpit(
            ["--chaos-triggers", "Strip:502:100", "-v"] + (option.isEmpty ? [] : [option]),
            environment: [parts[0]: parts[1]])
        let client = mailpit.client
        _ = client.reply()
        #expect(
            client.command("EHLO client.example").contains {
                $0.dropFirst(4) == "AUTH \(mechanisms)"
            })
        for line in ["AUTH PLAIN AGpvZQBwZW5jaWw=", "AUTH LOGIN", "AUTH LOGIN am9l"] {
            #expect(client.command(line) == ["530 5.7.0 Must issue a STARTTLS command first"])
        }
        // From a client that does not look at the answer.
        client.command("cGVuY2ls")
        client.quit()
        #expect(mailpit.child.wait() == 0)
        let log = mailpit.log
        #expect(!["AGpvZQBwZW5jaWw", "am9l", "cGVuY2ls", "pencil"].contains { log.contains($0) })
        #expect(log.contains(" smtp_findings=auth-before-tls"), "\(log)")
        #expect(!log.contains(" auth-failed: ") && !log.contains(" auth-ok: "))
    }

    @Test func `a delay comes first, and the session goes on behind it`() {
        let mailpit = Mailpit(["--chaos-triggers", "StartTLS:delay=1:100", "--smtp-timeout=1"])
        let client = mailpit.client
        _ = client.reply()
        let start = Clock.monotonicNanoseconds()
        client.send("NOOP\r\nEHLO client.example\r\nSTARTTLS\r\n")
        // What was answered before is not held back by it.
        #expect(client.reply() == ["250 2.0.0 Ok"])
        #expect(client.reply().last?.hasPrefix("250 ") == true)
        #expect(client.reply() == ["220 2.0.0 Ready to start TLS"])
        let milliseconds = (Clock.monotonicNanoseconds() - start) / 1_000_000
        #expect(milliseconds >= 1000)
        #expect(client.handshake())
        client.command("EHLO client.example")
        #expect(deliver(client)[3].starts(with: "250 "))
        #expect(fired(mailpit) == ["StartTLS:delay=1:100 has fired; "])
    }

    @Test func `a signal to end cuts a delay short`() {
        let mailpit = Mailpit(["--chaos-triggers", "Sender:delay=600:100"])
        _ = mailpit.client.reply()
        mailpit.client.enterTLS()
        mailpit.client.send("NOOP\r\nMAIL FROM:<>\r\n")
        #expect(mailpit.client.reply() == ["250 2.0.0 Ok"])
        mailpit.child.signal(SIGTERM)
        #expect(mailpit.client.reply() == ["421 4.3.2 Shutting down"])
        mailpit.client.close()
        #expect(mailpit.child.wait() == 0)
    }

    @Test func `a dropped connection leaves no message behind`() {
        let mailpit = Mailpit(["--chaos-triggers", "Data:close:100"])
        _ = mailpit.client.reply()
        mailpit.client.enterTLS()
        #expect(deliver(mailpit.client)[3] == [])
        mailpit.client.close()
        #expect(mailpit.child.wait() == 0)
        #expect(mailpit.stored == [])
        #expect(mailpit.abandoned == [])
    }

    @Test func `of concurrent sessions exactly the first three fail`() {
        let directory = TemporaryDirectory()
        let arguments = ["--chaos-triggers", "StartTLS:454:first3"]
        let sessions = (0..<8).map { _ in Mailpit(arguments, in: directory) }
        for session in sessions { _ = session.client.reply() }
        for session in sessions { session.client.send("STARTTLS\r\nSTARTTLS\r\n") }
        let replies = sessions.map { [$0.client.reply(), $0.client.reply()] }
        let failure = ["454 4.7.0 Chaos starttls error"]
        // A second try in the same session gets the same answer.
        #expect(replies.count { $0 == [failure, failure] } == 3)
        let injection = ["554 5.5.0 Nothing may follow STARTTLS"]
        #expect(replies.count { $0[0] == injection } == 5)
        let next = Mailpit(arguments, in: directory)
        _ = next.client.reply()
        next.client.enterTLS()
    }

    @Test func `a counter that is locked for ever does not stop the session`() throws {
        let directory = TemporaryDirectory()
        let mailpit = Mailpit(["--chaos-triggers", "StartTLS:454:first9"], in: directory)
        _ = mailpit.client.reply()
        let file = open("\(mailpit.maildir)/mailpit-chaos", O_RDWR)
        defer { close(file) }
        var range = Glibc.flock(
            l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
        try #require(fcntl(file, F_SETLK, &range) == 0)
        mailpit.client.enterTLS()
        #expect(fired(mailpit).count == 1)
        #expect(fired(mailpit).starts(with: "a trigger cannot fire: fcntl \(mailpit.maildir)"))
    }
}
