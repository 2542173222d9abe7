import Glibc
import POSIX
import TestSupport
import Testing

/// TLS that does not come about or ends early: never a word in plaintext afterwards.
@Suite struct TLSEndTests {
    /// A session over TCP that has got as far as `220 Ready to start TLS`.
    private func start() -> Mailpit {
        let listener = TestListener(AF_INET)
        let client = listener.connect()
        let mailpit = Mailpit(server: listener.accept(), client: client)
        _ = mailpit.client.reply()
        mailpit.client.command("EHLO client.example")
        #expect(mailpit.client.command("STARTTLS") == ["220 2.0.0 Ready to start TLS"])
        return mailpit
    }

    /// The only line of the log about it.
    private func failure(_ mailpit: Mailpit) -> String? {
        #expect(mailpit.child.wait() == 0)
        let lines = mailpit.log.split(separator: "\n").filter { $0.contains(" tls-failed: ") }
        #expect(lines.count == 1, "\(mailpit.log)")
        return lines.first.map { String($0) }
    }

    @Test func `a client with an old version only is refused by an alert`() {
        let mailpit = start()
        #expect(!mailpit.client.handshake(serverName: "mx.example.org", maximumVersion: 0x0302))
        let octets = mailpit.client.restInPlaintext()
        #expect(Wire.isTLS(octets), "\(octets)")
        mailpit.client.close()
        let line = failure(mailpit)
        #expect(line?.contains("unsupported protocol") == true, "\(line ?? "")")
        #expect(line?.contains("TLS 1.1") == true || line?.contains("TLSv1.1") == true)
        #expect(line?.contains("tls_sni=mx.example.org") == true)
        #expect(line?.contains("remote_addr=127.0.0.1") == true)
        #expect(!mailpit.log.contains("tls-established"))
    }

    @Test(arguments: [
        "garbage\r\n", "EHLO client.example\r\n", "QUIT\r\n",
        "GET / HTTP/1.1\r\nHost: mx.example\r\n\r\n",
        "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nx\r\n.\r\n",
    ])
    func `what is no handshake gets no word of SMTP`(text: String) {
        let mailpit = start()
        mailpit.client.send(text)
        let octets = mailpit.client.rest()
        #expect(Wire.isTLS(octets), "\(String(decoding: octets, as: UTF8.self))")
        mailpit.client.close()
        let line = failure(mailpit)
        #expect(line?.contains("remote_addr=127.0.0.1") == true)
        // The reason, in OpenSSL's words.
        #expect(
            line?.contains("wrong version number") == true || line?.contains("http request") == true
        )
        #expect(mailpit.stored == [])
    }

    @Test func `a client that hangs up instead of shaking hands`() {
        let mailpit = start()
        mailpit.client.close()
        #expect(Wire.isTLS(mailpit.client.rest()))
        #expect(failure(mailpit) != nil)
    }

    @Test(arguments: [true, false])
    func `TLS that ends within the data stores nothing`(hasCloseNotify: Bool) {
        let mailpit = start()
        #expect(mailpit.client.handshake())
        mailpit.client.command("EHLO client.example")
        mailpit.client.beginData()
        mailpit.client.send("Subject: x\r\n\r\nhalf\r\n")
        if hasCloseNotify {
            mailpit.client.closeNotify()
            // To go on in plaintext does not end the message, nor begin another.
            mailpit.client.sendInPlaintext(".\r\nNOOP\r\n")
        }
        mailpit.client.endWithoutCloseNotify()
        let octets = mailpit.client.restInPlaintext()
        #expect(Wire.isTLS(octets), "\(octets)")
        #expect(mailpit.child.wait() == 0)
        #expect(mailpit.stored == [])
        #expect(mailpit.abandoned == [])
        if !hasCloseNotify { #expect(mailpit.log.contains(" tls-failed: ")) }
        #expect(mailpit.log.contains(" session-closed: "))
    }

    @Test func `a record in plaintext within TLS stores nothing and is answered by an alert`() {
        let mailpit = start()
        #expect(mailpit.client.handshake())
        mailpit.client.command("EHLO client.example")
        mailpit.client.beginData()
        mailpit.client.send("Subject: x\r\n\r\nhalf\r\n")
        mailpit.client.sendInPlaintext(".\r\nNOOP\r\nMAIL FROM:<a@b.example>\r\n")
        let octets = mailpit.client.restInPlaintext()
        #expect(Wire.isTLS(octets), "\(octets)")
        mailpit.client.endWithoutCloseNotify()
        #expect(failure(mailpit) != nil)
        #expect(mailpit.stored == [])
        #expect(mailpit.abandoned == [])
    }

    @Test(arguments: [
        "STARTTLS\r\nMAIL FROM:<a@b.example>\r\n", "STARTTLS\r\nNOOP\r\n",
        "STARTTLS\r\n\r\n", "STARTTLS\r\nx", "STARTTLS\nQUIT\n",
        "EHLO a.example\r\nSTARTTLS\r\nEHLO b.example\r\nQUIT\r\n",
    ])
    func `commands behind STARTTLS are an injection`(text: String) {
        let mailpit = Mailpit()
        _ = mailpit.client.reply()
        mailpit.client.send(text)
        if text.hasPrefix("EHLO") { _ = mailpit.client.reply() }
        #expect(
            String(decoding: mailpit.client.rest(), as: UTF8.self)
                == "554 5.5.0 Nothing may follow STARTTLS\r\n")
        mailpit.client.close()
        #expect(mailpit.child.wait() == 0)
        let lines = mailpit.log.split(separator: "\n")
        #expect(lines.filter { $0.contains(" starttls-injection: ") }.count == 1, "\(mailpit.log)")
        #expect(!mailpit.log.contains("a@b.example"))
        #expect(mailpit.stored == [])
    }

    @Test func `what was said in plaintext is forgotten in TLS`() {
        let mailpit = start()
        #expect(mailpit.client.handshake())
        #expect(mailpit.client.command("MAIL FROM:<a@b.example>") == ["503 5.5.1 Send EHLO first"])
        mailpit.client.command("EHLO other.example")
        #expect(mailpit.client.deliver("Subject: x\r\n\r\ny\r\n").hasPrefix("250 2.0.0 "))
        mailpit.client.quit()
        #expect(mailpit.messages.first?.trace?.helo == "other.example")
        #expect(
            mailpit.messages.first.map { String(decoding: $0.octets, as: UTF8.self) }?
                .contains("client.example") == false)
        #expect(mailpit.child.wait() == 0)
    }

    @Test(arguments: [Int32(0x0303), 0x0304])
    func `TLS 1_2 and 1_3 come about, with what it is in the file`(version: Int32) {
        let mailpit = start()
        #expect(mailpit.client.handshake(maximumVersion: version))
        mailpit.client.command("EHLO client.example")
        #expect(mailpit.client.deliver("Subject: x\r\n\r\ny\r\n").hasPrefix("250 2.0.0 "))
        #expect(mailpit.client.cipherSuite != nil)
        #expect(mailpit.messages.first?.trace?.cipherSuite == mailpit.client.cipherSuite)
        mailpit.client.quit()
        #expect(mailpit.child.wait() == 0)
    }
}
