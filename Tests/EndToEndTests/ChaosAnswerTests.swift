import Foundation
import POSIX
import TestSupport
import Testing

/// Failures on purpose of EHLO, of DATA and behind the message, and the ways in which they are told.
@Suite struct ChaosAnswerTests {
    /// Over TCP, to which nobody has the server's end open but the program.
    private func overTCP(_ triggers: String, _ arguments: [String] = []) -> Mailpit {
        let listener = TestListener(AF_INET)
        let client = listener.connect()
        let server = listener.accept()
        return Mailpit(
            ["--chaos-triggers", triggers] + arguments, server: server, client: client)
    }

    /// The events of the log but for those of the session and the sandbox, in their order.
    private func events(_ mailpit: Mailpit) -> [String] {
        mailpit.log.matches(of: #/: [0-9a-f]+ (chaos|[a-z]+-[a-z]+): /#).map { String($0.1) }
            .filter { !$0.hasPrefix("session-") && $0 != "tls-established" }
    }

    @Test(arguments: [
        ("550 5.1.1 No such user", "550 5.1.1 No such user"),
        ("452 Mailbox full (of spam)", "452 4.1.0 Mailbox full (of spam)"),
    ]) func `the client gets the text of the trigger`(effect: String, reply: String) {
        let mailpit = Mailpit(["--chaos-triggers", "Recipient=^bob@:\(effect):100"])
        let client = mailpit.client
        client.begin()
        #expect(client.command("MAIL FROM:<>") == ["250 2.1.0 Ok"])
        #expect(client.command("RCPT TO:<bob@example.org>") == [reply])
        #expect(client.command("RCPT TO:<eve@example.org>") == ["250 2.1.5 Ok"])
        client.quit()
        #expect(mailpit.child.wait() == 0)
        #expect(mailpit.log.contains(" chaos: Recipient=^bob@:\(effect):100 has fired; "))
    }

    @Test func `EHLO is refused, and mail goes by HELO`() {
        let mailpit = Mailpit(["--chaos-triggers", "Hello:502:100"] + Mailpit.withoutTLS)
        let client = mailpit.client
        _ = client.reply()
        #expect(client.command("EHLO client.example") == ["502 5.5.1 Chaos hello error"])
        #expect(client.command("HELO client.example") == ["250 mx.example"])
        #expect(client.deliver("From: a@b\r\n\r\n").hasPrefix("250 2.0.0 Ok: queued as "))
        client.quit()
        #expect(mailpit.child.wait() == 0)
        #expect(mailpit.onlyMessage?.contains(" with SMTP id ") == true)
        #expect(events(mailpit) == ["chaos", "message-stored"])
    }

    @Test func `DATA is refused before a message comes, and the transaction is kept`() {
        let mailpit = Mailpit(["--chaos-triggers", "Begin:451 4.7.1 Greylisted:100"])
        let client = mailpit.client
        client.begin()
        #expect(client.beginData() == ["451 4.7.1 Greylisted"])
        #expect(client.command("RCPT TO:<eve@example.org>") == ["250 2.1.5 Ok"])
        #expect(client.command("DATA") == ["451 4.7.1 Greylisted"])
        // BDAT has no 354, and goes on in the same transaction.
        client.send("BDAT 4 LAST\r\na: b")
        #expect(client.reply().starts(with: "250 2.0.0 Ok: queued as "))
        client.quit()
        #expect(mailpit.child.wait() == 0)
        #expect(
            mailpit.onlyMessage?.contains("\nEnvelope-To: <bob@example.org>, <eve@example.org>\n")
                != false)
        #expect(events(mailpit) == ["chaos", "chaos", "message-stored"])
    }

    @Test(arguments: [
        ("451", "451 4.3.0 Chaos stored error"), ("421", "421 4.3.0 Chaos stored error"),
        ("close", ""), ("reset", ""), ("delay=1", "250 2.0.0 Ok: queued as "),
    ]) func `a message is stored, and its 250 is withheld`(effect: String, reply: String) {
        let mailpit = overTCP("Stored:\(effect):100")
        let client = mailpit.client
        client.begin()
        let start = Clock.monotonicNanoseconds()
        let last = client.deliver("From: a@b\r\nSubject: hi\r\n\r\nhi\r\n")
        #expect(reply == "" ? last == "" : last.hasPrefix(reply), "\(last)")
        if effect == "delay=1" { #expect(Clock.monotonicNanoseconds() - start >= 1_000_000_000) }
        if effect == "451" { #expect(client.command("NOOP") == ["250 2.0.0 Ok"]) }
        client.quit()
        #expect(mailpit.child.wait() == 0)
        #expect(mailpit.onlyMessage?.hasSuffix("\nFrom: a@b\nSubject: hi\n\nhi\n") == true)
        #expect(events(mailpit) == ["message-stored", "chaos"])
        #expect(mailpit.log.contains(" session-closed: session closed: 1 stored, 0 rejected, "))
    }

    @Test func `of a message's recipients one that matches is enough`() {
        let triggers = "Data=^eve@:552 5.2.2 Over quota:100,Stored=^bob@:451:100"
        for (recipients, reply, count, hit) in [
            (["bob@a", "eve@b", "eve@c"], "552 5.2.2 Over quota", 0, "eve@b"),
            (["tim@a", "bob@b"], "451 4.3.0 Chaos stored error", 1, "bob@b"),
            (["tim@a", "tim@b"], "250 2.0.0 Ok: queued as ", 1, nil),
        ] {
            let mailpit = Mailpit(["--chaos-triggers", triggers])
            mailpit.client.begin()
            #expect(
                mailpit.client.deliver("From: a@b\r\n\r\n", to: recipients).hasPrefix(reply))
            mailpit.client.quit()
            #expect(mailpit.child.wait() == 0)
            #expect(mailpit.stored?.count == count)
            #expect(mailpit.abandoned == [])
            let fired = mailpit.log.split(separator: "\n").filter { $0.contains(" chaos: ") }
            #expect(fired.count == (hit == nil ? 0 : 1))
            #expect(fired.allSatisfy { $0.hasSuffix(" smtp_rcpt=<\(hit ?? "")>") })
        }
    }

    @Test func `all sessions but the first fail`() {
        let directory = TemporaryDirectory()
        for number in 1...4 {
            let mailpit = Mailpit(["--chaos-triggers", "Sender:451:after2"], in: directory)
            mailpit.client.begin()
            for _ in 1...2 {
                #expect(
                    mailpit.client.command("MAIL FROM:<>").starts(with: "250 ") == (number <= 2))
                #expect(mailpit.client.command("RSET") == ["250 2.0.0 Ok"])
            }
            mailpit.client.quit()
            #expect(mailpit.child.wait() == 0)
        }
    }
}

// MARK: - Reset

extension ChaosAnswerTests {
    @Test(arguments: ["Connection", "Sender", "StartTLS", "Handshake", "Data", "Stored"])
    func `a connection over TCP is reset`(name: String) {
        let mailpit = overTCP("\(name):reset:100", ["--sandbox=require"])
        let client = mailpit.client
        if name == "StartTLS" || name == "Handshake" {
            _ = client.reply()
            client.send("STARTTLS\r\n")
            if name == "Handshake" {
                #expect(client.reply() == ["220 2.0.0 Ready to start TLS"])
                // A ClientHello of no content: what is waited for has come.
                client.send([22, 3, 1, 0, 4, 1, 0, 0, 0])
            }
        } else if name != "Connection" {
            client.begin()
            if name == "Sender" {
                client.send("MAIL FROM:<>\r\n")
            } else {
                #expect(client.beginData().starts(with: "354 "))
                client.send("a: b\r\n.\r\n")
            }
        }
        #expect(client.hasInput(milliseconds: 30_000))
        // Asked before anything is read: nothing of TLS and no end in order came before it.
        #expect(client.wasReset)
        #expect(client.restInPlaintext() == [])
        #expect(mailpit.child.wait() == 0)
        #expect(events(mailpit).last == "chaos", "\(mailpit.log)")
    }

    @Test func `a connection over TCP that is dropped is not reset`() {
        let mailpit = overTCP("Sender:close:100")
        mailpit.client.begin()
        mailpit.client.send("MAIL FROM:<>\r\n")
        #expect(mailpit.client.hasInput(milliseconds: 30_000))
        #expect(!mailpit.client.wasReset)
        // close_notify, in a record of TLS 1.3: content, its type and the tag.
        #expect(mailpit.client.restInPlaintext().prefix(5) == [23, 3, 3, 0, 19])
    }

    @Test func `where there is no TCP, the connection ends without a word of TLS`() {
        let mailpit = Mailpit(["--chaos-triggers", "Sender:reset:100"])
        mailpit.client.begin()
        mailpit.client.send("MAIL FROM:<>\r\n")
        #expect(mailpit.client.restInPlaintext() == [])
        #expect(mailpit.child.wait() == 0)
    }
}
