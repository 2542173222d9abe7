import Foundation
import POSIX
import TestSupport
import Testing

/// What the log says of a session, and that it never says it twice or in the client's words.
@Suite struct LogTests {
    private let directory = TemporaryDirectory()

    private struct Line {
        let event: String
        let text: String
    }

    /// The lines of a log, each of which must be one.
    private func lines(
        _ text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) -> [Line] {
        #expect(text.isEmpty || text.hasSuffix("\n"), sourceLocation: sourceLocation)
        // Not split by Character, for which CR LF is one.
        return text.utf8.split(separator: 10).compactMap { octets in
            let line = String(decoding: octets, as: UTF8.self)
            let isClean = octets.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
            #expect(isClean, "\(line.debugDescription)", sourceLocation: sourceLocation)
            let pattern =
                #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z mailpit\[\d+\]: \S+ (?<event>[a-z-]+): .*/#
            guard let match = line.wholeMatch(of: pattern) else {
                Issue.record("no event: \(line.debugDescription)", sourceLocation: sourceLocation)
                return nil
            }
            return Line(event: String(match.event), text: line)
        }
    }

    /// A session that stores a message, from a client that says hello like this.
    private func session(_ options: [String], hello: String = "client.example") -> Mailpit {
        let mailpit = Mailpit(options)
        let client = mailpit.client
        _ = client.reply()
        client.command("EHLO \(hello)")
        client.command("STARTTLS")
        #expect(client.handshake())
        client.command("EHLO \(hello)")
        #expect(client.deliver("Subject: secret\r\n\r\nbody\r\n").hasPrefix("250 2.0.0 "))
        client.quit()
        #expect(mailpit.child.wait() == 0)
        return mailpit
    }

    @Test func `a log file has a line an event, and standard error has none`() throws {
        let file = directory.file("log")
        let mailpit = session(["--log-file", file])
        #expect(mailpit.log == "")
        let found = lines(try #require(textOfFile(file)))
        #expect(
            found.map(\.event)
                == ["session-opened", "tls-established", "message-stored", "session-closed"])
        let stored = try #require(found.first { $0.event == "message-stored" }).text
        let name = try #require(mailpit.stored?.first)
        #expect(stored.contains("maildir_file=\(name)"))
        #expect(stored.contains("smtp_from=<alice@example.org>"))
        #expect(stored.contains("smtp_rcpt=<bob@example.org>"))
        #expect(stored.contains("message_size="))
        let tls = try #require(found.first { $0.event == "tls-established" }).text
        #expect(tls.contains("tls_version=TLSv1.3") && tls.contains("tls_cipher=TLS_"))
        #expect(tls.contains("tls_sni=localhost"))
        #expect(!found.contains { $0.text.contains("secret") || $0.text.contains("body") })
    }

    @Test func `sessions append to the same log file, and keep apart`() throws {
        let file = directory.write("an older line\n", to: "log")
        let server = try SuperServer(.activatePassingConnections, ["--log-file", file])
        let clients = (0..<8).map { _ in server.connect() }
        for client in clients { client.begin() }
        for client in clients {
            #expect(client.deliver("Subject: x\r\n\r\ny\r\n").hasPrefix("250 2.0.0 "))
        }
        for client in clients { client.quit() }
        #expect(eventually { textOfFile(file)!.split(separator: "\n").count == 1 + 8 * 4 })
        let text = try #require(textOfFile(file))
        #expect(text.hasPrefix("an older line\n"))
        let found = lines(String(text.dropFirst("an older line\n".count)))
        for event in ["session-opened", "tls-established", "message-stored", "session-closed"] {
            #expect(found.count { $0.event == event } == 8)
        }
        // The word behind the process tells sessions apart.
        let sessions = found.map { $0.text.split(separator: " ")[2] }
        #expect(Set(sessions).count == 8)
    }

    @Test func `-q leaves errors alone, and -v adds the dialogue`() throws {
        #expect(session(["-q"]).log == "")
        // Beside -v, -q has no effect.
        for options in [["-v"], ["-q", "-v"]] {
            let verbose = lines(session(options).log)
            let dialogue = verbose.filter { $0.event == "dialogue" }.map(\.text)
            for text in [
                "S: 220 mx.example ESMTP Mailpit", "C: EHLO client.example", "C: STARTTLS",
                "C: MAIL FROM:<alice@example.org>", "C: DATA", "S: 354 ", "C: QUIT", "S: 221 ",
            ] {
                #expect(dialogue.contains { $0.contains(text) }, "\(options): \(text)")
            }
            #expect(!verbose.contains { $0.text.contains("secret") || $0.text.contains("body") })
        }
        #expect(!lines(session([]).log).contains { $0.event == "dialogue" })
    }

    @Test func `-q goes on telling of errors`() {
        let mailpit = Mailpit(["-q", "--smtp-timeout", "none"])
        _ = mailpit.client.rest()
        mailpit.client.close()
        #expect(mailpit.child.wait() == 78)
        #expect(lines(mailpit.log).map(\.event) == ["config-error"])
    }

    @Test func `credentials in the dialogue are redacted`() {
        let mailpit = Mailpit(["-v"] + Mailpit.withoutTLS)
        let client = mailpit.client
        _ = client.reply()
        client.command("EHLO client.example")
        for line in [
            "AUTH PLAIN AGFsaWNlAHNlY3JldA==", "auth plain AGFsaWNlAHNlY3JldA==",
            "AUTH LOGIN YWxpY2U=", "  AUTH PLAIN AGFsaWNlAHNlY3JldA==",
            "AUTH\tPLAIN\tAGFsaWNlAHNlY3JldA==", "AUTH",
        ] {
            client.command(line)
        }
        client.quit()
        #expect(mailpit.child.wait() == 0)
        let found = lines(mailpit.log)
        #expect(!found.contains { $0.text.contains("AGFsaWNl") || $0.text.contains("YWxpY2U") })
        // That something was tried does show.
        #expect(found.contains { $0.event == "dialogue" && $0.text.contains("AUTH") })
    }

    @Test(arguments: [[], ["-v"]])
    func `credentials before TLS are redacted`(options: [String]) {
        let mailpit = Mailpit(options)
        _ = mailpit.client.reply()
        #expect(mailpit.client.command("AUTH PLAIN AGFsaWNlAHNlY3JldA==").starts(with: "530 "))
        mailpit.client.quit()
        #expect(mailpit.child.wait() == 0)
        #expect(!lines(mailpit.log).contains { $0.text.contains("AGFsaWNl") })
    }

    static let hostile = [
        "a\u{1B}[2Jb", "a\u{7F}b", "a\u{85}b", "a\u{2028}b", "a\u{202E}b", "a\tb", "a\"b", "a\\b",
        "a; smtp_from=<forged@example.org>",
    ]

    @Test(arguments: hostile) func `what a client says stays on its line`(name: String) {
        let mailpit = Mailpit(["-v"] + Mailpit.withoutTLS)
        let client = mailpit.client
        _ = client.reply()
        client.command("EHLO \(name)")
        client.command("MAIL FROM:<\(name)@example.org> SMTPUTF8")
        client.command("MAIL FROM:<\"\(name)\"@example.org> SMTPUTF8")
        client.command("RCPT TO:<\"\(name)\"@example.org>")
        client.command("RCPT TO:<bob@example.org>")
        client.command("DATA")
        client.command("Subject: x\r\n\r\ny\r\n.")
        client.command("\(name) x")
        client.quit()
        #expect(mailpit.child.wait() == 0)
        let found = lines(mailpit.log)
        #expect(found.last?.event == "session-closed")
        for character in ["\u{85}", "\u{2028}", "\u{202E}"] {
            #expect(
                !found.contains { $0.text.unicodeScalars.contains(character.unicodeScalars.first!) }
            )
        }
        // Fields begin behind the first semicolon, so that no client's may stand before it.
        #expect(!found.contains { $0.text.contains("; smtp_from=<forged@") })
    }

    @Test(arguments: [
        "a\nb", "a\r\nforged session-closed: x", "a\u{1B}[2Jb", "a;b", "a\"b", "a\u{202E}b",
    ])
    func `the name in a ClientHello stays on its line`(name: String) {
        for version in [Int32(0x0304), 0x0302] {
            let mailpit = Mailpit()
            _ = mailpit.client.reply()
            mailpit.client.command("STARTTLS")
            _ = mailpit.client.handshake(serverName: name, maximumVersion: version)
            mailpit.client.close()
            _ = mailpit.client.restInPlaintext()
            #expect(mailpit.child.wait() == 0)
            let found = lines(mailpit.log)
            let event = version == 0x0304 ? "tls-established" : "tls-failed"
            #expect(found.count { $0.event == event } == 1, "\(mailpit.log)")
            #expect(found.first { $0.event == event }?.text.contains("tls_sni=") == true)
            #expect(found.count { $0.event == "session-closed" } == 1)
            #expect(!mailpit.log.unicodeScalars.contains("\u{202E}"))
        }
    }

    @Test(arguments: ["/no/such/directory/log", "/", "/dev/full", "/proc/self/mem"])
    func `a log file that takes nothing harms no session`(file: String) {
        let mailpit = session(["--log-file", file])
        #expect(mailpit.stored?.count == 1)
        // What it does not take goes to the next sink.
        let events = lines(mailpit.log).map(\.event)
        for event in ["session-opened", "tls-established", "message-stored", "session-closed"] {
            #expect(events.count { $0 == event } == 1, "\(events)")
        }
    }

    @Test func `a standard error that takes nothing harms no session`() {
        let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
        let unread = TestPipe()
        // A pipe that nobody reads, full to the brim.
        let file = unread.writing.rawValue
        _ = fcntl(file, F_SETFL, O_NONBLOCK)
        let octets = [UInt8](repeating: 0, count: 65536)
        while write(file, octets, octets.count) > 0 {}
        while write(file, octets, 1) > 0 {}
        _ = fcntl(file, F_SETFL, 0)
        defer { close(full) }
        for descriptor in [full, file] {
            let pair = SocketPair()
            let child = Child(
                [Mailpit.binary, "-v"],
                environment: [
                    "MP_MAILDIR": directory.file("Maildir\(descriptor)"),
                    "MP_SMTP_TLS_REQUIRED": "false",
                ],
                descriptors: [
                    0: pair.second.rawValue, 1: pair.second.rawValue, 2: descriptor,
                ])
            let client = SMTPClient(Descriptor(owning: dup(pair.first.rawValue)))
            _ = client.reply()
            client.command("EHLO client.example")
            #expect(client.deliver("Subject: x\r\n\r\ny\r\n").hasPrefix("250 2.0.0 "))
            client.quit()
            #expect(child.wait() == 0)
            #expect(namesInDirectory(directory.file("Maildir\(descriptor)/new"))?.count == 1)
        }
    }
}
