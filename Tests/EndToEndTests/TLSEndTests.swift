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

    // MARK: What is told of it

    @Test(arguments: [
        ("AES128-SHA", "TLS_RSA_WITH_AES_128_CBC_SHA"),
        ("ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
        ("ECDHE-ECDSA-AES128-SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
    ])
    func `where no cipher suite is shared the log has those that were offered`(
        _ cipher: String, _ name: String
    ) throws {
        let client = CommandClient.openssl([
            "-tls1_2", "-cipher", cipher, "-groups", "P-256:X25519", "-sigalgs",
            "ECDSA+SHA256:RSA+SHA512",
        ])
        #expect(client.mailpit.log.contains(" tls-failed: "), "\(client.output)")
        let line = try #require(failure(client.mailpit))
        let groups = cipher.hasPrefix("ECDHE") ? "groups secp256r1 x25519" : "no groups"
        // From OpenSSL 3.4 on it offers secure renegotiation by an extension.
        let signal = " TLS_EMPTY_RENEGOTIATION_INFO_SCSV"
        let offered =
            "TLSv1.2, cipher suites \(name)\(line.contains(signal) ? signal : ""), \(groups), "
            + "signature algorithms ecdsa_secp256r1_sha256 rsa_pkcs1_sha512"
        #expect(
            line.contains(
                " tls-failed: TLS handshake: no shared cipher; the client offered \(offered)"),
            "\(line)")
        #expect(line.contains(" tls_offered=\"\(offered)\""), "\(line)")
    }

    @Test func `the group is told of TLS that has come about, also if it ends early`() throws {
        let mailpit = start()
        #expect(mailpit.client.handshake())
        let group = try #require(mailpit.client.group)
        #expect(group == "X25519MLKEM768" || group == "x25519")
        try #require(shutdown(mailpit.client.rawDescriptor, Int32(SHUT_RDWR)) == 0)
        let line = try #require(failure(mailpit))
        for text in [Substring(line)] + mailpit.log.split(separator: "\n")
        where text.contains(" tls-") {
            #expect(text.contains(" tls_group=\(group)"), "\(text)")
        }
        #expect(
            mailpit.log.contains(
                " tls-established: TLSv1.3 with TLS_AES_128_GCM_SHA256, \(group), for localhost;"),
            "\(mailpit.log)")
    }

    @Test func `a client that never begins with TLS is told of as what it is`() throws {
        let afterSTARTTLS = start()
        afterSTARTTLS.client.close()
        let line = try #require(failure(afterSTARTTLS))
        #expect(
            line.contains(
                " tls-failed: TLS handshake: the client closed the connection during it;"
                    + " not one octet came;"), "\(line)")
        let implicit = Mailpit(["--smtp-require-tls"])
        implicit.client.close()
        let other = try #require(failure(implicit))
        #expect(
            other.contains(
                " tls-failed: TLS handshake: the client closed the connection during it;"
                    + " not one octet came, as from a client that waits for a greeting, as on a"
                    + " STARTTLS port;"), "\(other)")
    }

    @Test func `so is one that waits for a greeting until the deadline`() {
        let mailpit = Mailpit(["--smtp-require-tls", "--smtp-timeout", "1"])
        #expect(mailpit.client.rest() == [])
        #expect(mailpit.child.wait() == 0)
        #expect(
            mailpit.log.contains(
                " timeout: the deadline has passed; not one octet came, as from a client that waits"
                    + " for a greeting, as on a STARTTLS port;"), "\(mailpit.log)")
        // One octet is a beginning.
        let begun = Mailpit(["--smtp-require-tls"])
        begun.client.send([22])
        begun.client.close()
        #expect(failure(begun)?.contains("octet") == false)
    }
}
