import Foundation
import POSIX
import TestSupport
import Testing

/// What the process does with what it inherits, with signals, and at its end.
@Suite struct ProcessTests {
    /// Has a message under way: its data has begun, and not ended.
    private func beginMessage(_ mailpit: Mailpit) {
        let client = mailpit.client
        _ = client.reply()
        client.enterTLS()
        client.command("MAIL FROM:<a@b.example>")
        client.command("RCPT TO:<c@d.example>")
        #expect(client.command("DATA")[0].hasPrefix("354 "))
        client.send("Subject: x\r\n\r\nhalf of a mess")
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
    func `told to end, it says so in plaintext and stores nothing`(signal: CInt) {
        let mailpit = Mailpit()
        _ = mailpit.client.reply()
        mailpit.child.signal(signal)
        #expect(mailpit.client.reply() == ["421 4.3.2 Shutting down"])
        #expect(mailpit.client.rest() == [])
        #expect(mailpit.child.wait() == 0)
        #expect(mailpit.stored == [])
    }

    @Test func `told to end within a message, it says so in TLS and stores nothing`() {
        let mailpit = Mailpit()
        beginMessage(mailpit)
        mailpit.child.signal(SIGTERM)
        #expect(mailpit.client.reply() == ["421 4.3.2 Shutting down"])
        mailpit.client.close()
        #expect(mailpit.child.wait() == 0)
        #expect(mailpit.stored == [])
        #expect(mailpit.abandoned == [])
    }

    @Test func `a client that vanishes within a message leaves nothing behind`() {
        let mailpit = Mailpit()
        beginMessage(mailpit)
        mailpit.client.close()
        #expect(mailpit.client.rest() == [])
        #expect(mailpit.child.wait() == 0)
        #expect(mailpit.stored == [])
        #expect(mailpit.abandoned == [])
        #expect(mailpit.log.contains("session-closed"))
    }

    @Test(arguments: [SIGABRT, SIGSEGV, SIGILL, SIGTRAP])
    func `a defect of the program tells the client nothing`(signal: CInt) {
        let mailpit = Mailpit(by: .inetd)
        #expect(mailpit.client.reply() == ["220 mx.example ESMTP Mailpit"])
        mailpit.child.signal(signal)
        #expect(mailpit.client.rest() == [])
        #expect(mailpit.child.wait() == 70)
    }

    @Test func `a defect tells the client nothing before it is known who that is either`() {
        // umask(2) is the first call behind the setting of signals.
        let mailpit = Mailpit(
            by: .inetd,
            through: ["strace", "-o", "/dev/null", "-e", "inject=umask:signal=SEGV:when=1"])
        #expect(mailpit.client.rest() == [])
        #expect(mailpit.child.wait() == 70)
    }

    @Test func `of what was inherited only the connection and the log are kept`() throws {
        let pair = SocketPair()
        let directory = TemporaryDirectory()
        let (socket, maildir) = (pair.second.rawValue, directory.file("Maildir"))
        let log = open(directory.write("", to: "log"), O_WRONLY)
        defer { close(log) }
        let child = Child(
            ["/bin/sh", "-c", "exec 7</dev/null 9</dev/null; exec \"$0\"", Mailpit.binary],
            environment: ["MP_MAILDIR": maildir, "MP_SMTP_TLS_REQUIRED": "false"],
            descriptors: [0: socket, 1: socket, 2: log, 5: log, 100: socket])
        let client = SMTPClient(Descriptor(owning: dup(pair.first.rawValue)))
        #expect(client.reply()[0].hasPrefix("220 "))
        let open = try #require(namesInDirectory("/proc/\(child.pid)/fd")).map { number in
            (try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/\(child.pid)/fd/\(number)")) ?? ""
        }
        let kept = open.map { $0.hasPrefix("socket:") ? "socket" : $0 }.sorted()
        #expect(
            kept
                == [
                    "\(maildir)/new", "\(maildir)/tmp", "/dev/null", directory.file("log"),
                    "anon_inode:[signalfd]", "socket",
                ].sorted())
        client.close()
        #expect(child.wait() == 0)
    }

    @Test func `what is behind QUIT does not cost the client the last reply`() {
        let listener = TestListener(AF_INET)
        let client = SMTPClient(listener.connect())
        let mailpit = Mailpit(
            hasCertificate: true, server: listener.accept(),
            client: Descriptor(owning: dup(client.rawDescriptor)))
        client.send("QUIT\r\n" + String(repeating: "NOOP\r\n", count: 50_000))
        #expect(client.reply() == ["220 mx.example ESMTP Mailpit"])
        #expect(client.reply() == ["221 2.0.0 Bye"])
        client.close()
        #expect(client.rest() == [])
        #expect(mailpit.child.wait() == 0)
    }

    @Test(arguments: ["--help", "--version"])
    func `what is for the command line never goes to a client`(option: String) {
        let mailpit = Mailpit([option], by: .inetd)
        #expect(
            String(decoding: mailpit.client.rest(), as: UTF8.self)
                == "421 4.3.5 mx.example Server configuration error\r\n")
        #expect(mailpit.child.wait() == 78)
    }

    @Test(arguments: [("--help", "Usage: mailpit "), ("--version", "mailpit 0.")])
    func `the command line gets its answer on standard output`(option: String, text: String) {
        let directory = TemporaryDirectory()
        let output = open(directory.write("", to: "output"), O_WRONLY)
        defer { close(output) }
        let child = Child([Mailpit.binary, option], descriptors: [1: output])
        #expect(child.wait() == 0)
        #expect(textOfFile(directory.file("output"))?.hasPrefix(text) == true)
    }

    @Test func `a signal to end is heeded whatever was inherited`() {
        let pair = SocketPair()
        let directory = TemporaryDirectory()
        let child = Child(
            ["/bin/sh", "-c", "trap '' TERM INT PIPE; exec \"$0\"", Mailpit.binary],
            environment: [
                "MP_MAILDIR": directory.file("Maildir"), "MP_SMTP_TLS_REQUIRED": "false",
            ], descriptors: [0: pair.second.rawValue, 1: pair.second.rawValue])
        let client = SMTPClient(Descriptor(owning: dup(pair.first.rawValue)))
        #expect(client.reply()[0].hasPrefix("220 "))
        child.signal(SIGTERM)
        #expect(client.reply() == ["421 4.3.2 Shutting down"])
        client.close()
        #expect(child.wait() == 0)
    }
}
