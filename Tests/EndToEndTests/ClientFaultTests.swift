import Foundation
import POSIX
import TestSupport
import Testing

/// Faults of clients that are told as what they are, and what only looks like one.
@Suite struct ClientFaultTests {
    private static let message =
        "From: a@b.example\r\nDate: Wed, 25 Nov 2026 08:00:00 +0000\r\nMessage-ID: <x@y>\r\n\r\n"

    private func overTCP() -> Mailpit {
        let listener = TestListener(AF_INET)
        let client = listener.connect()
        return Mailpit(server: listener.accept(), client: client)
    }

    @Test(arguments: ["required", "optional"])
    func `OpenSSL that begins TLS at once is told in one event by one finding`(tls: String) {
        let listener = TestListener(AF_INET)
        let openssl = Child(
            ["openssl", "s_client", "-connect", "127.0.0.1:\(listener.port)"],
            environment: ["PATH": "/usr/bin:/bin"])
        let mailpit = Mailpit(
            tls == "optional" ? ["--smtp-tls-required=false"] : [], server: listener.accept(),
            client: Descriptor(owning: dup(SocketPair().first.rawValue)))
        #expect(openssl.wait() == 1)
        #expect(mailpit.child.wait() == 0)
        let log = mailpit.log
        #expect(log.contains("protocol-error: the client began TLS without STARTTLS"))
        #expect(log.count(of: " protocol-error: ") == 1)
        #expect(log.contains("smtp_findings=tls-without-starttls\n"), "\(log)")
        #expect(log.count(of: "findings=") == 1)
        #expect(!log.contains("lost"), "\(log)")
    }

    @Test func `who says QUIT and ends TLS at once is accused of nothing`() {
        for _ in 0..<40 {
            let mailpit = overTCP()
            let client = mailpit.client
            _ = client.reply()
            client.enterTLS()
            client.send("QUIT\r\n")
            client.close()
            client.abandon()
            #expect(mailpit.child.wait() == 0)
            #expect(!mailpit.log.contains("findings"), "\(mailpit.log)")
        }
    }

    @Test(arguments: [true, false])
    func `who breaks TLS, or is cut off, cannot say anything more`(inTLS: Bool) {
        let mailpit = overTCP()
        let client = mailpit.client
        _ = client.reply()
        if inTLS { client.enterTLS() }
        // No record, as what follows a fatal alert would be none; or replies that nobody reads.
        inTLS ? client.sendInPlaintext("no record") : client.send("EHLO client.example\r\n")
        if !inTLS { #expect(client.hasInput(milliseconds: 30_000)) }
        client.abandon()
        #expect(mailpit.child.wait() == 0)
        #expect(!mailpit.log.contains("findings"), "\(mailpit.log)")
    }

    @Test(arguments: ["Data:close:100", "Sender:close:100", "Recipient:421:100"])
    func `who is cut off owes neither QUIT nor close_notify`(trigger: String) {
        let mailpit = Mailpit(["--chaos-triggers", trigger])
        let client = mailpit.client
        client.begin()
        client.beginData()
        client.send(Self.message + ".\r\n")
        _ = client.rest()
        shutdown(client.rawDescriptor, CInt(SHUT_RDWR))
        #expect(mailpit.child.wait() == 0)
        #expect(!mailpit.log.contains("findings"), "\(mailpit.log)")
    }

    @Test(arguments: [true, false])
    func `what comes in one segment behind EHLO was not waited for`(inOneRecord: Bool) {
        let mailpit = overTCP()
        let client = mailpit.client
        let envelope = "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n"
        _ = client.reply()
        client.enterTLS()
        if inOneRecord {
            client.send("NOOP\r\n" + envelope)
        } else {
            client.setHoldingBack(true)
            client.send("NOOP\r\n")
            client.send(envelope)
            client.setHoldingBack(false)
        }
        for _ in 0..<3 { #expect(client.reply().last?.hasPrefix("250 ") == true) }
        client.command("DATA")
        #expect(
            client.command(Self.message + ".").last?.hasSuffix(" (findings: improper-pipelining)")
                == true)
        client.command("QUIT")
        client.close()
        #expect(mailpit.child.wait() == 0)
    }

    @Test func `mail over a certificate of its own, or one out of its time, is unverified`() throws
    {
        let past = Check.authority.issue("past", names: "DNS:localhost", until: -600)
        for (options, isFound) in [
            (["--smtp-tls-cert", "sans:localhost"], true),
            (["--smtp-tls-cert", past.certificateFile, "--smtp-tls-key", past.keyFile], true),
            ([], false),
        ] {
            let mailpit = Mailpit(options, hasCertificate: options.isEmpty)
            let client = mailpit.client
            client.begin()
            let reply = client.deliver(Self.message)
            #expect(reply.hasSuffix(" (findings: unverifiable-certificate)") == isFound, "\(reply)")
            client.command("QUIT")
            client.close()
            #expect(mailpit.child.wait() == 0)
            #expect(
                try #require(mailpit.onlyMessage)
                    .contains("\nX-Mailpit-Findings: unverifiable-certificate\n") == isFound)
        }
    }

    @Test func `no line of our header is too long for the longest addresses`() throws {
        let mailpit = Mailpit()
        let client = mailpit.client
        _ = client.reply()
        client.enterTLS()
        let address = String(repeating: "a", count: 888) + "@example.org"
        #expect(client.command("MAIL FROM:<\(address)>") == ["250 2.1.0 Ok"])
        #expect(client.command("RCPT TO:<a\(address)>").last?.hasPrefix("501 ") == true)
        #expect(client.command("RCPT TO:<\(address)>") == ["250 2.1.5 Ok"])
        client.command("DATA")
        client.command(Self.message + ".")
        client.command("QUIT")
        client.close()
        #expect(mailpit.child.wait() == 0)
        let lines = try #require(mailpit.onlyMessage).split(separator: "\n").map(\.utf8.count)
        #expect(lines.max() ?? 0 > 900 && lines.max() ?? 0 <= 998)
    }
}

extension SMTPClient {
    /// Closes the connection at once, with whatever has come unread.
    fileprivate func abandon() {
        let nothing = open("/dev/null", O_RDWR)
        dup2(nothing, rawDescriptor)
        Foundation.close(nothing)
    }

    /// Whether what is sent is kept until it fills a segment, or this is taken back. tcp(7)
    fileprivate func setHoldingBack(_ isOn: Bool) {
        var value: Int32 = isOn ? 1 : 0
        setsockopt(
            rawDescriptor, CInt(IPPROTO_TCP), TCP_CORK, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}

extension String {
    fileprivate func count(of part: String) -> Int {
        ranges(of: part).count
    }
}
