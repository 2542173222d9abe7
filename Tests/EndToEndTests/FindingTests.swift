import Foundation
import POSIX
import TestSupport
import Testing

/// Findings as they reach the client, the file and the log.
@Suite struct FindingTests {
    static let date = "Date: Wed, 25 Nov 2026 08:00:00 +0000\r\n"
    static let header = "From: a@b.example\r\n\(date)Message-ID: <x@y>\r\n\r\n"

    /// Sends a message and returns the reply to it.
    private func deliver(_ client: SMTPClient, _ text: String = header) -> String {
        client.command("MAIL FROM:<a@b.example>")
        client.command("RCPT TO:<c@d.example>")
        client.command("DATA")
        return client.command(text + ".").last ?? ""
    }

    /// The fields of the record of an event.
    private func record(_ event: String, of mailpit: Mailpit) -> Substring? {
        mailpit.log.split(separator: "\n").first { $0.contains(" \(event): ") }
    }

    @Test func `a clean session has none`() throws {
        let mailpit = Mailpit()
        let client = mailpit.client
        _ = client.reply()
        client.enterTLS()
        let reply = deliver(client)
        #expect(reply.hasPrefix("250 2.0.0 Ok: queued as ") && !reply.contains("findings"))
        #expect(client.command("QUIT") == ["221 2.0.0 Bye"])
        client.close()
        #expect(mailpit.child.wait() == 0)
        #expect(try #require(mailpit.onlyMessage).contains("Findings") == false)
        #expect(mailpit.log.contains("findings") == false)
    }

    @Test func `they are told in the reply, in the header as far as known, and in the log`() throws
    {
        let mailpit = Mailpit()
        let client = mailpit.client
        _ = client.reply()
        client.command("RSET")
        #expect(client.command("STARTTLS") == ["220 2.0.0 Ready to start TLS"])
        #expect(client.handshake(serverName: ""))
        client.command("HELO localhost")
        let reply = deliver(client, "\(Self.date)From: a\r\n\r\n\u{FC}\r\n")
        let session = "command-before-tls, helo, ehlo-not-fqdn, no-sni"
        let message = "undeclared-8bit, missing-message-id"
        #expect(reply.hasSuffix(" (findings: \(session), \(message))"))
        client.command("NO")
        shutdown(client.rawDescriptor, CInt(SHUT_WR))
        #expect(mailpit.child.wait() == 0)

        let lines = try #require(mailpit.onlyMessage).split(separator: "\n")
        let received = try #require(lines.firstIndex { $0.hasPrefix("Received: ") })
        #expect(lines[received + 2] == "X-Mailpit-Findings: \(session)")
        #expect(lines[received + 3] == Self.date.dropLast())
        #expect(
            record("message-stored", of: mailpit)?
                .contains(" smtp_findings=\"\(session), \(message)\"") == true)
        let all =
            "command-before-tls, helo, ehlo-not-fqdn, no-sni, no-close-notify, no-quit,"
            + " unknown-command, \(message)"
        #expect(
            record("session-closed", of: mailpit)?.contains(" smtp_findings=\"\(all)\"") == true,
            "\(mailpit.log)")
    }

    @Test(arguments: [true, false]) func `behind QUIT the end of TLS is looked at`(isOrderly: Bool)
    {
        let mailpit = Mailpit()
        let client = mailpit.client
        _ = client.reply()
        client.enterTLS()
        client.command("QUIT")
        if isOrderly { client.close() } else { shutdown(client.rawDescriptor, CInt(SHUT_WR)) }
        #expect(mailpit.child.wait() == 0)
        #expect(mailpit.log.contains("smtp_findings=no-close-notify") == !isOrderly)
        #expect(mailpit.log.contains("findings") == !isOrderly)
    }

    @Test(arguments: [true, false]) func `who speaks before the greeting is noted`(isEarly: Bool) {
        let pair = SocketPair()
        let client = SMTPClient(Descriptor(owning: dup(pair.first.rawValue)))
        if isEarly { client.send("EHLO client.example\r\n") }
        let mailpit = Mailpit(
            server: pair.second, client: Descriptor(owning: dup(pair.first.rawValue)))
        #expect(client.reply().starts(with: "220 "))
        if !isEarly { client.send("EHLO client.example\r\n") }
        #expect(client.reply().last?.hasPrefix("250 ") == true)
        #expect(client.command("QUIT") == ["221 2.0.0 Bye"])
        client.close()
        #expect(mailpit.child.wait() == 0)
        #expect(mailpit.log.contains("smtp_findings=early-talker") == isEarly)
        #expect(mailpit.log.contains("findings") == isEarly)
    }

    @Test(arguments: [("-tls1_1", true), ("-tls1_2", false)])
    func `an old version of TLS is noted`(version: String, isOld: Bool) {
        let listener = TestListener(AF_INET)
        let directory = TemporaryDirectory()
        let input = open(directory.write("QUIT\r\n", to: "input"), O_RDONLY)
        defer { close(input) }
        let openssl = Child(
            [
                "openssl", "s_client", "-connect", "127.0.0.1:\(listener.port)", "-starttls",
                "smtp", "-name", "c.example", "-servername", "localhost", version, "-cipher",
                "DEFAULT@SECLEVEL=0", "-ign_eof",
            ], environment: ["PATH": "/usr/bin:/bin"], descriptors: [0: input])
        let server = listener.accept()
        let mailpit = Mailpit(
            ["--smtp-tls-min-version", "1.0"], server: server,
            client: SocketPair().first.copy())
        #expect(openssl.wait() == 0)
        #expect(mailpit.child.wait() == 0)
        #expect(mailpit.log.contains(" tls-established: TLSv1.\(isOld ? 1 : 2)"))
        #expect(mailpit.log.contains("old-tls") == isOld, "\(mailpit.log)")
    }
}

extension Descriptor {
    fileprivate func copy() -> Descriptor { Descriptor(owning: dup(rawValue)) }
}
