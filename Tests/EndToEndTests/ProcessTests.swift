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
        #expect(client.command("DATA").starts(with: "354 "))
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

    @Test func `descriptor 2 leads nowhere where it is the client`() {
        let mailpit = Mailpit(by: .inetd)
        #expect(mailpit.client.reply() == ["220 mx.example ESMTP Mailpit"])
        let files = ProcessTable.openFiles(of: mailpit.child.pid)
        #expect(files.first { $0.number == 2 }?.target == "/dev/null", "\(files)")
        mailpit.client.quit()
        #expect(mailpit.child.wait() == 0)
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

    /// How it is started, and what descriptors 0 to 2 then are within a session.
    struct Start: Sendable, CustomTestStringConvertible {
        let handover: Mailpit.Handover
        var isListener = false
        /// As the shell has them.
        var redirections = ""
        let streams: [String]
        var testDescription: String { "\(handover) \(isListener) \(redirections)" }
    }

    static let starts = [
        Start(
            handover: .standardInput, redirections: "5>&2 7</dev/zero 100<&0",
            streams: ["socket", "/dev/null", "stderr"]),
        Start(
            handover: .standardInput, redirections: "2>&-",
            streams: ["socket", "/dev/null", "/dev/null"]),
        Start(
            handover: .standardInput, isListener: true,
            streams: ["/dev/null", "/dev/null", "stderr"]),
        Start(handover: .inetd, streams: ["socket", "/dev/null", "/dev/null"]),
        Start(
            handover: .inetd, isListener: true, streams: ["/dev/null", "/dev/null", "/dev/null"]),
        Start(
            handover: .listenFDs, redirections: "</dev/zero >/dev/full 4<&3 100<&3",
            streams: ["/dev/null", "/dev/null", "stderr"]),
        Start(
            handover: .listenFDs, isListener: true, redirections: "<&- >&-",
            streams: ["/dev/null", "/dev/null", "stderr"]),
    ]

    @Test(arguments: starts)
    func `nothing is open but what a message needs, and all of it ends with the program`(
        start: Start
    ) throws {
        let directory = TemporaryDirectory()
        let listener = TestListener(AF_INET)
        let client = listener.connect()
        let server =
            start.isListener
            ? Descriptor(owning: dup(listener.descriptor.rawValue)) : listener.accept()
        let mailpit = Mailpit(
            ["--log-file", directory.file("log"), "--smtp-tls-keylog", directory.file("keys")],
            by: start.handover,
            through: ["bash", "--norc", "-c", "exec \"$0\" \"$@\" \(start.redirections)"],
            in: directory, server: server, client: client)
        beginMessage(mailpit)
        #expect(eventually { mailpit.abandoned.count == 1 })
        let message = try #require(mailpit.abandoned.first)
        // The log and the Maildir are in the same directory; what else there is has a path.
        let files = ProcessTable.openFiles(of: mailpit.child.pid)
        let names = files.map {
            $0.target.hasPrefix("socket:")
                ? "socket" : $0.target.replacing(directory.path + "/", with: "")
        }
        #expect(Array(names.prefix(3)) == start.streams, "\(files)")
        let others = [
            "Maildir/new", "Maildir/tmp", "Maildir/tmp/\(message)", "anon_inode:[signalfd]",
            "keys", "log",
        ]
        #expect(
            names.dropFirst(3).sorted()
                == (others + (start.streams[0] == "socket" ? [] : ["socket"])).sorted(), "\(files)")
        let kept = zip(files, names).filter { file, name in
            !file.closesOnExec && (file.number > 2 || name == "socket")
        }
        #expect(kept.map(\.0) == [])
    }

    @Test func `signals, their mask and the mode of new files are set, and not inherited`() {
        let mailpit = Mailpit(through: [
            "env", "--block-signal", "--ignore-signal=USR1,TERM,SEGV", "--default-signal=PIPE",
            "sh", "-c", "umask 0; exec \"$0\" \"$@\"",
        ])
        _ = mailpit.client.reply()
        func status(_ field: String) -> String? {
            ProcessTable.status(of: mailpit.child.pid, field)
        }
        // Those that are not real-time signals, of which the C library keeps some to itself.
        func signals(_ field: String) -> [CInt]? {
            status(field).flatMap { UInt64($0, radix: 16) }.map { bits in
                (1...31).filter { bits & 1 << ($0 - 1) != 0 }
            }
        }
        #expect(signals("SigBlk") == [SIGHUP, SIGINT, SIGTERM])
        #expect(signals("SigIgn") == [SIGPIPE, SIGXFSZ])
        #expect(signals("SigCgt") == [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV])
        #expect(status("Umask") == "0077")
    }

    @Test(
        arguments: [
            (SIGTERM, ["421 4.3.2 Shutting down"], 0), (SIGABRT, [], 70), (SIGUSR1, [], -SIGUSR1),
        ] as [(CInt, [String], Int32)])
    func `a signal to end is heeded whatever was inherited`(
        signal: CInt, words: [String], status: Int32
    ) {
        let mailpit = Mailpit(through: [
            "env", "--block-signal", "--ignore-signal=TERM,INT,PIPE,ABRT,USR1",
        ])
        #expect(mailpit.client.reply() == ["220 mx.example ESMTP Mailpit"])
        mailpit.child.signal(signal)
        #expect(mailpit.client.reply() == words)
        mailpit.client.close()
        #expect(mailpit.child.wait() == status)
    }

    @Test func `a signal to end is not kept off by a client that goes on sending`() {
        let pair = SocketPair()
        let client = SMTPClient(Descriptor(owning: dup(pair.first.rawValue)))
        // More than is read at once, and it is there before the program, as is the signal.
        let line = "NOOP " + String(repeating: "x", count: 2000) + "\r\n"
        client.send(String(repeating: line, count: 20))
        let mailpit = Mailpit(
            through: [
                "env", "--block-signal=TERM", "sh", "-c", "kill -TERM $$; exec \"$0\" \"$@\"",
            ],
            server: pair.second, client: Descriptor(owning: dup(client.rawDescriptor)))
        #expect(client.reply() == ["220 mx.example ESMTP Mailpit"])
        var replies: [[String]] = []
        while case let reply = client.reply(), !reply.isEmpty { replies.append(reply) }
        #expect(replies.last == ["421 4.3.2 Shutting down"])
        #expect(replies.count < 20)
        client.close()
        #expect(mailpit.child.wait() == 0)
    }

    @Test func `what is behind QUIT is taken in for a second, so that no reset costs the 221`() {
        let listener = TestListener(AF_INET)
        let client = SMTPClient(listener.connect())
        // More than is read at once, and all of it is there before QUIT is read.
        client.send("QUIT\r\n" + String(repeating: "NOOP\r\n", count: 10_000))
        let begin = Clock.monotonicNanoseconds()
        let mailpit = Mailpit(
            server: listener.accept(), client: Descriptor(owning: dup(client.rawDescriptor)))
        #expect(client.reply() == ["220 mx.example ESMTP Mailpit"])
        #expect(client.reply() == ["221 2.0.0 Bye"])
        #expect(client.rest() == [])
        // The client stays.
        #expect(mailpit.child.wait() == 0)
        let milliseconds = (Clock.monotonicNanoseconds() - begin) / 1_000_000
        #expect(!client.wasReset)
        // The upper bound is for machines that are busy with other tests.
        #expect(milliseconds >= 1000 && milliseconds < 6000)
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
}
