import Foundation
import TestSupport
import Testing

/// That the text of an event says by itself what its fields say.
@Suite struct LogTextTests {
    /// The texts of all events of that kind, up to their fields.
    private func texts(_ event: String, of mailpit: Mailpit) -> [String] {
        mailpit.log.split(separator: "\n").compactMap { line in
            guard let start = line.firstRange(of: " \(event): ")?.upperBound else { return nil }
            return String(line.suffix(from: start).prefix { $0 != ";" })
        }
    }

    private func field(_ name: String, _ event: String, of mailpit: Mailpit) -> String? {
        let lines = mailpit.log.split(separator: "\n").filter { $0.contains(" \(event): ") }
        let value = lines.first?.firstRange(of: " \(name)=").map { lines[0][$0.upperBound...] }
        guard let value else { return nil }
        return value.first == "\""
            ? String(value.dropFirst().prefix { $0 != "\"" }) : String(value.prefix { $0 != " " })
    }

    private func begin(_ options: [String] = [], _ environment: [String: String] = [:]) -> Mailpit {
        let mailpit = Mailpit(
            Mailpit.withoutTLS + options, environment: environment, hasCertificate: false)
        _ = mailpit.client.reply()
        mailpit.client.command("EHLO client.example")
        return mailpit
    }

    private func end(_ mailpit: Mailpit) {
        mailpit.client.quit()
        #expect(mailpit.child.wait() == 0)
    }

    private static let message =
        "From: a@b.example\r\nDate: Wed, 25 Nov 2026 08:00:00 +0000\r\n"
        + "Message-ID: <1@b.example>\r\n\r\nx\r\n"

    @Test func `a stored message is told with envelope, size, name and findings`() throws {
        let mailpit = begin()
        let client = mailpit.client
        #expect(client.deliver(Self.message, to: ["b@c.example", "d@e.example"]).hasPrefix("250 "))
        #expect(client.deliver("a: b\r\n\r\n").hasPrefix("250 "))
        end(mailpit)
        let found = texts("message-stored", of: mailpit)
        try #require(found.count == 2, "\(mailpit.log)")
        let names = try #require(mailpit.stored)
        func file(_ text: String) throws -> String {
            try #require(names.first { text.contains($0.prefix { $0 != "," }) }, "\(text)")
        }
        func size(_ name: String) throws -> Int {
            try #require(textOfFile("\(mailpit.maildir)/new/\(name)")).utf8.count
        }
        let (first, second) = (try file(found[0]), try file(found[1]))
        #expect(
            found[0] == "message stored: <alice@example.org> -> <b@c.example>, <d@e.example>, "
                + "\(try size(first)) octets, \(first.prefix { $0 != "," })")
        #expect(
            found[1] == "message stored: <alice@example.org> -> <bob@example.org>, "
                + "\(try size(second)) octets, \(second.prefix { $0 != "," })"
                + " (findings: missing-from, missing-date, missing-message-id)")
        #expect(field("smtp_rcpt", "message-stored", of: mailpit) == "<b@c.example> <d@e.example>")
    }

    @Test(arguments: [37, 38]) func `of many recipients the first are told`(_ count: Int) throws {
        let mailpit = begin()
        let recipients = (10..<(10 + count)).map { "recipient\($0)@example.org" }
        #expect(mailpit.client.deliver(Self.message, to: recipients).hasPrefix("250 "))
        end(mailpit)
        let text = try #require(texts("message-stored", of: mailpit).first)
        // The sender takes 22 octets, the first recipient 26 and each one more 27.
        let shown = recipients.prefix(37).map { "<\($0)>" }.joined(separator: ", ")
        let more = count == 37 ? "" : " and 1 more"
        #expect(text.contains(" -> \(shown)\(more), "), "\(text)")
        #expect(
            field("smtp_rcpt", "message-stored", of: mailpit)
                == recipients.map { "<\($0)>" }.joined(separator: " "))
    }

    @Test func `a refused and a dropped message are told with envelope and size`() {
        let refused = begin(["--smtp-strict-rfc-headers"])
        #expect(refused.client.deliver("Subject: x\r\r\n\r\n").hasPrefix("550 "))
        end(refused)
        #expect(
            texts("message-rejected", of: refused) == [
                "answered 550 5.6.0 Message header has a line ended by CR CR LF: "
                    + "<alice@example.org> -> <bob@example.org>, 15 octets"
            ])
        let dropped = begin([
            "--smtp-allowed-recipients", "^x", "--smtp-ignore-rejected-recipients",
        ])
        #expect(dropped.client.deliver(Self.message) == "250 2.0.0 Ok: queued")
        end(dropped)
        #expect(
            texts("message-rejected", of: dropped) == [
                "acknowledged and dropped: <alice@example.org> -> <bob@example.org>, "
                    + "\(Self.message.utf8.count) octets"
            ])
        #expect(field("smtp_rcpt", "message-rejected", of: dropped) == "<bob@example.org>")
    }

    @Test func `a refused command is named, and no more of it than that`() {
        let mailpit = begin(["--smtp-allowed-recipients", "^bob"])
        for line in [
            "MAIL FROM:<a@b.example> X=secret", "MAIL FROM:<\"a; b=c\"@d.example> SIZE=x",
            "RCPT TO:<x@y.example>", "AUTH PLAIN AGpvZQBzZWNyZXQ=", "zzz secret", "EXPN secret",
        ] {
            mailpit.client.command(line)
        }
        mailpit.client.command("MAIL FROM:<>")
        mailpit.client.command("RCPT TO:<x@y.example>")
        end(mailpit)
        #expect(
            texts("protocol-error", of: mailpit) == [
                "answered 555 5.5.4 Parameter not recognized to MAIL <a@b.example>",
                #"answered 501 5.5.4 Syntax error in parameters or arguments to MAIL <\"a\x3B b=c\"@d.example>"#,
                "answered 503 5.5.1 Send MAIL first to RCPT <x@y.example>",
                "answered 502 5.5.1 Command not implemented to AUTH",
                "answered 500 5.5.2 Command not recognized to an unknown command",
                "answered 502 5.5.1 Command not implemented to EXPN",
                "answered 550 5.1.1 Recipient not allowed to RCPT <x@y.example>",
            ], "\(mailpit.log)")
        #expect(!mailpit.log.contains("secret") && !mailpit.log.contains("AGpv"))
    }

    @Test(arguments: [100, 101])
    func `at most 100 refusals are told, and all of them counted`(_ count: Int) throws {
        let mailpit = begin(["--smtp-allowed-recipients", "^bob"])
        let client = mailpit.client
        client.command("MAIL FROM:<>")
        for number in 1...count {
            #expect(client.command("RCPT TO:<x@y.example>").starts(with: "550 "))
            // 20 errors in a row end a session.
            if number % 10 == 0 { client.command("RCPT TO:<bob@y.example>") }
        }
        // Ends the connection in the middle of a line.
        client.send("RSE")
        try #require(shutdown(client.rawDescriptor, Int32(SHUT_RDWR)) == 0)
        #expect(mailpit.child.wait() == 0)
        #expect(texts("protocol-error", of: mailpit).count == 100, "\(mailpit.log)")
        #expect(
            field("mailpit_commands_rejected", "session-closed", of: mailpit) == "\(count)")
        let closed = try #require(texts("session-closed", of: mailpit).first)
        #expect(
            closed.hasPrefix("session closed: 0 stored, 0 rejected, \(count) commands refused, "))
    }

    @Test func `the end is told with counts, octets and findings`() throws {
        let mailpit = begin()
        let octets = ["EHLO client.example", "XYZZY", "QUIT"].reduce(0) { $0 + $1.utf8.count + 2 }
        mailpit.client.command("XYZZY")
        end(mailpit)
        let text = try #require(texts("session-closed", of: mailpit).first)
        let duration = try #require(
            field("mailpit_duration_usec", "session-closed", of: mailpit).flatMap { Int($0) })
        #expect(
            text == "session closed: 0 stored, 0 rejected, 1 command refused, "
                + "\(octets) octets in \(duration / 1000) ms"
                + " (findings: unknown-command)", "\(mailpit.log)")
    }

    // MARK: Who has logged in

    @Test(arguments: [
        (["--smtp-auth-accept-any"], ""), ([], "tim:pencil"),
    ])
    func `who has logged in is told with each message`(_ options: [String], _ users: String) throws
    {
        let mailpit = begin(
            ["--smtp-auth-allow-insecure"] + options,
            users.isEmpty ? [:] : ["MP_SMTP_AUTH": users])
        let client = mailpit.client
        let response = Data("\0tim\0pencil".utf8).base64EncodedString()
        #expect(client.command("AUTH PLAIN \(response)").starts(with: "235 "))
        #expect(client.deliver(Self.message).hasPrefix("250 "))
        end(mailpit)
        for event in ["auth-ok", "message-stored"] {
            #expect(field("auth_user", event, of: mailpit) == "tim")
            #expect(field("auth_mechanism", event, of: mailpit) == "PLAIN")
        }
        let trace = try #require(mailpit.messages.first?.trace)
        #expect(trace.login == "authenticated tim by PLAIN" && trace.with == "ESMTPA")
    }

    @Test func `who fails to log in is told, and a message without a login tells of none`() throws {
        let mailpit = begin(["--smtp-auth-accept-any", "--smtp-auth-allow-insecure"])
        let long = String(repeating: "x", count: 1025)
        let response = Data("\0\(long)\0pencil".utf8).base64EncodedString()
        #expect(mailpit.client.command("AUTH PLAIN \(response)").starts(with: "535 "))
        #expect(mailpit.client.deliver(Self.message).hasPrefix("250 "))
        end(mailpit)
        #expect(field("auth_mechanism", "auth-failed", of: mailpit) == "PLAIN")
        #expect(field("auth_user", "auth-failed", of: mailpit) == nil)
        #expect(field("auth_mechanism", "message-stored", of: mailpit) == nil)
        #expect(mailpit.messages.first?.trace?.login == nil)
        let users = begin(["--smtp-auth-allow-insecure"], ["MP_SMTP_AUTH": "tim:pencil"])
        let wrong = Data("\0tim\0pen".utf8).base64EncodedString()
        #expect(users.client.command("AUTH PLAIN \(wrong)").starts(with: "535 "))
        end(users)
        #expect(field("auth_user", "auth-failed", of: users) == "tim")
    }

    @Test func `a name of 1,024 octets is told whole, and in a header line that is not too long`()
        throws
    {
        let mailpit = begin(["--smtp-auth-accept-any", "--smtp-auth-allow-insecure"])
        let name = String(repeating: "(", count: 1024)
        let response = Data("\0\(name)\0".utf8).base64EncodedString()
        #expect(mailpit.client.command("AUTH PLAIN \(response)").starts(with: "235 "))
        #expect(mailpit.client.deliver(Self.message).hasPrefix("250 "))
        end(mailpit)
        #expect(field("auth_user", "message-stored", of: mailpit) == name)
        let text = try #require(mailpit.onlyMessage)
        let line = try #require(text.split(separator: "\n").first { $0.contains("authenticated") })
        #expect(line.utf8.count <= 998 && line.hasSuffix("... by PLAIN)"))
    }
}
