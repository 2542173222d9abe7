import Foundation
import POSIX
import TestSupport
import Testing

/// What stands behind the message of a line: that it is right, and that no client adds to it.
@Suite struct LogFieldTests {
    /// The text behind the name of the only event of that kind.
    private func only(_ event: String, of mailpit: Mailpit) throws -> Substring {
        let lines = mailpit.log.split(separator: "\n").filter { $0.contains(" \(event): ") }
        #expect(lines.count == 1, "\(mailpit.log)")
        let line = try #require(lines.first)
        return line[try #require(line.firstRange(of: " \(event): ")).upperBound...]
    }

    @Test(arguments: [
        (["--smtp-auth-accept-any"], "auth-ok", "235 2.7.0 Authentication successful"),
        ([], "auth-failed", "535 5.7.8 Authentication credentials invalid"),
    ])
    func `the name of a user adds no field`(
        _ options: [String], _ event: String, _ reply: String
    ) throws {
        let mailpit = Mailpit(
            Mailpit.withoutTLS + ["--smtp-auth-allow-insecure"] + options,
            environment: options.isEmpty
                ? ["MP_SMTP_AUTH": "tim:{SHA}0vxRJJChUDZGC1SJQBQ51tpUB/o="] : [:])
        _ = mailpit.client.reply()
        mailpit.client.command("EHLO client.example")
        let response = Data(#"\#0tim"; forged="1; forged=2\#0pencil"#.utf8).base64EncodedString()
        #expect(mailpit.client.command("AUTH PLAIN \(response)") == [reply])
        mailpit.client.quit()
        #expect(mailpit.child.wait() == 0)
        let text = try only(event, of: mailpit)
        // The message ends at the first semicolon.
        let message = text.prefix { $0 != ";" }
        #expect(message.contains(#"tim\"\x3B forged=\"1\x3B forged=2"#), "\(text)")
        #expect(!text.contains("; forged"), "\(text)")
    }

    @Test func `the last line tells how long, how much and how often`() throws {
        let pair = SocketPair()
        let client = SMTPClient(Descriptor(owning: dup(pair.first.rawValue)))
        var octets = 0
        func send(_ text: String) {
            client.send(text)
            octets += text.utf8.count
        }
        func command(_ line: String) -> String? {
            send(line + "\r\n")
            return client.reply().last
        }
        // Before the greeting, and so before anything else is read.
        send("NOOP\r\n")
        let start = Clock.monotonicNanoseconds()
        let mailpit = Mailpit(
            Mailpit.withoutTLS + ["--smtp-strict-rfc-headers"], server: pair.second,
            client: Descriptor(owning: dup(pair.first.rawValue)))
        pair.closeSecond()
        #expect(client.reply().starts(with: "220 "))
        let greeted = Clock.monotonicNanoseconds()
        #expect(client.reply() == ["250 2.0.0 Ok"])
        #expect(command("EHLO client.example")?.hasPrefix("250 ") == true)
        for line in ["X", "RCPT TO:<a@b.example>", "EXPN a", "BDAT 0"] {
            #expect(command(line)?.hasPrefix("50") == true)
        }
        for (text, reply) in [("a: b\r\n\r\nc", "250 "), ("a: b", "250 "), ("a: b\r", "550 ")] {
            #expect(command("MAIL FROM:<a@b.example>") == "250 2.1.0 Ok")
            #expect(command("RCPT TO:<a@b.example>") == "250 2.1.5 Ok")
            #expect(command("DATA")?.hasPrefix("354 ") == true)
            #expect(command(text + "\r\n.")?.hasPrefix(reply) == true)
        }
        let said = Clock.monotonicNanoseconds()
        #expect(command("QUIT") == "221 2.0.0 Bye")
        client.close()
        #expect(mailpit.child.wait() == 0)
        let ended = Clock.monotonicNanoseconds()
        let text = try only("session-closed", of: mailpit)
        for field in [
            "mailpit_octets_received=\(octets)", "mailpit_messages_stored=2",
            "mailpit_messages_rejected=1", "mailpit_commands_rejected=4",
        ] {
            #expect(text.split(separator: " ").contains(Substring(field)), "\(field): \(text)")
        }
        let duration = try #require(
            text.firstMatch(of: #/mailpit_duration_usec=(\d+)/#).flatMap { Int64($0.1) })
        #expect(duration >= (said - greeted) / 1000 && duration <= (ended - start) / 1000)
    }
}
