import Glibc
import POSIX
import TestSupport
import Testing

/// Connections that are no sockets, as of ssh or of a super-server with pipes of its own, which
/// tells in the environment who is there.
@Suite struct PipeTests {
    /// A program between two pipes, and the client at their other ends.
    private final class Piped {
        private let child: Child
        let client: SMTPClient
        let maildir: String
        private let directory = TemporaryDirectory()

        init(
            _ options: [String] = [], environment: [String: String] = [:],
            redirections: String = ""
        ) {
            let pair = SocketPair()
            maildir = directory.file("Maildir")
            let log = open(directory.write("", to: "log"), O_WRONLY | O_APPEND | O_CLOEXEC)
            defer { close(log) }
            child = Child(
                [
                    "sh", "-c",
                    "cat | { \"$0\" \"$@\" \(redirections); echo $? > \"$STATUS\"; } | cat",
                    Mailpit.binary,
                ] + options,
                environment: [
                    "PATH": "/usr/bin:/bin", "MP_MAILDIR": maildir, "MP_HOSTNAME": "mx.example",
                    "STATUS": directory.file("status"),
                    "MP_SMTP_TLS_CERT": TestCertificate.shared.certificateFile,
                    "MP_SMTP_TLS_KEY": TestCertificate.shared.keyFile,
                ].merging(environment) { $1 },
                descriptors: [0: pair.second.rawValue, 1: pair.second.rawValue, 2: log])
            client = SMTPClient(Descriptor(owning: dup(pair.first.rawValue)))
            pair.closeSecond()
        }

        var message: StoredMessage? {
            guard let names = namesInDirectory("\(maildir)/new"), names.count == 1 else {
                return nil
            }
            return StoredMessage(
                name: names[0], octets: octetsOfFile("\(maildir)/new/\(names[0])") ?? [])
        }
        /// Its exit status, once all of it has ended.
        var status: String? {
            child.wait() == 0 ? textOfFile(directory.file("status")) : nil
        }
        var log: String { textOfFile(directory.file("log")) ?? "" }

        /// What the program has open, which a shell has started that the first one has.
        var openFiles: [ProcessTable.OpenFile] {
            ProcessTable.children(of: child.pid).flatMap { ProcessTable.children(of: $0) }
                .first { ProcessTable.program(of: $0)?.hasSuffix("/mailpit") == true }
                .map(ProcessTable.openFiles) ?? []
        }
    }

    struct Origin: Sendable {
        let environment: [String: String]
        let shown: String

        init(_ environment: [String: String], _ shown: String) {
            self.environment = environment
            self.shown = shown
        }
    }

    static let origins = [
        Origin(["REMOTE_ADDR": "192.0.2.7", "REMOTE_PORT": "4711"], "[192.0.2.7]"),
        Origin(["TCPREMOTEIP": "192.0.2.8", "TCPREMOTEPORT": "4711"], "[192.0.2.8]"),
        Origin(["REMOTE_ADDR": "2001:db8::1"], "[IPv6:2001:db8::1]"),
        Origin(["REMOTE_ADDR": "::ffff:192.0.2.9"], "[192.0.2.9]"),
        Origin(["REMOTE_ADDR": "mx.example.org"], "unknown"),
        Origin(["REMOTE_ADDR": "192.0.2.7]) by evil (x\r\nX-Forged: y"], "unknown"),
        Origin(["REMOTE_ADDR": "", "TCPREMOTEIP": ""], "unknown"),
        Origin([:], "unknown"),
    ]

    @Test(arguments: origins) func `a message comes through pipes, over TLS`(origin: Origin) {
        let piped = Piped(environment: origin.environment)
        piped.client.begin()
        let message = Sample.stuffed(subject: "pipes", lineEnd: "\r\n")
        piped.client.beginData()
        piped.client.send(message)
        #expect(piped.client.command(".").starts(with: "250 2.0.0 Ok: queued as "))
        piped.client.quit()
        #expect(piped.status == "0\n", "\(piped.log)")
        #expect(piped.message?.differsFrom(Sample.stored(subject: "pipes")) == nil)
        #expect(piped.message?.trace?.origin == origin.shown)
        #expect(!piped.log.contains("evil"))
    }

    @Test func `a PROXY header comes through a pipe, and what is behind it is the session's`() {
        let piped = Piped(["--smtp-proxy-protocol"], environment: ["REMOTE_ADDR": "192.0.2.7"])
        // In one write, so that the pipe holds both at once.
        piped.client.send("PROXY TCP4 198.51.100.9 127.0.0.1 4711 25\r\nEHLO client.example\r\n")
        #expect(piped.client.reply() == ["220 mx.example ESMTP Mailpit"])
        #expect(piped.client.reply().last?.hasPrefix("250 ") == true)
        piped.client.enterTLS()
        #expect(piped.client.deliver("Subject: x\r\n\r\ny\r\n").hasPrefix("250 2.0.0 "))
        piped.client.quit()
        #expect(piped.status == "0\n", "\(piped.log)")
        #expect(piped.message?.trace?.origin == "[198.51.100.9]")
        #expect(!piped.log.contains("192.0.2.7"))
    }

    @Test func `a configuration error goes out by the pipe, and its reason to the log`() {
        let piped = Piped(["--label"], environment: [:])
        #expect(
            piped.client.reply() == ["421 4.3.5 mx.example Server configuration error"])
        // Only then does the program before the first pipe end.
        piped.client.close()
        #expect(piped.client.rest() == [])
        #expect(piped.status == "78\n")
        #expect(piped.log.contains("--label needs a value"))
    }

    @Test func `a log that is the client's pipe gets no word`() {
        let piped = Piped(["-v"], redirections: "2>&1")
        #expect(piped.client.reply() == ["220 mx.example ESMTP Mailpit"])
        // Nor does whatever the runtime has to say of a crash.
        #expect(piped.openFiles.first { $0.number == 2 }?.target == "/dev/null")
        piped.client.send("QUIT\r\n")
        piped.client.close()
        #expect(
            String(decoding: piped.client.rest(), as: UTF8.self) == "221 2.0.0 Bye\r\n")
        #expect(piped.status == "0\n")
    }

    @Test func `a person at a terminal sees both the dialogue and the log`() {
        let directory = TemporaryDirectory()
        // script(1) gives it a terminal as all three streams, and types its own input there.
        let ended = Command(
            ["script", "-qec", "\(Mailpit.binary) --smtp-tls-required=false", "/dev/null"],
            input: Array("QUIT\n".utf8),
            environment: ["MP_MAILDIR": directory.file("Maildir"), "MP_HOSTNAME": "mx.example"])
        for text in [
            "220 mx.example ESMTP Mailpit", " session-opened: ", "221 2.0.0 Bye",
            " session-closed: ",
        ] {
            #expect(ended.outputText.contains(text), "\(ended.outputText)")
        }
        #expect(ended.status == 0)
    }

    @Test(arguments: [false, true])
    func `pipes are given back as they were`(doesNotBlock: Bool) throws {
        let (input, output, directory) = (TestPipe(), TestPipe(), TemporaryDirectory())
        try input.reading.setNonBlocking(doesNotBlock)
        try output.writing.setNonBlocking(doesNotBlock)
        #expect(input.writing.write(Array("QUIT\r\n".utf8).span) == .octets(6))
        let child = Child(
            [Mailpit.binary, "--smtp-tls-required=false"],
            environment: ["MP_MAILDIR": directory.file("Maildir")],
            descriptors: [0: input.reading.rawValue, 1: output.writing.rawValue])
        #expect(child.wait() == 0)
        // Each is the same open file as the program's.
        #expect(try input.reading.setNonBlocking(false) == doesNotBlock)
        #expect(try output.writing.setNonBlocking(false) == doesNotBlock)
    }

    @Test func `a message is for its owner alone`() {
        let piped = Piped(environment: [:])
        piped.client.begin()
        #expect(piped.client.deliver("Subject: x\r\n\r\ny\r\n").hasPrefix("250 2.0.0 "))
        piped.client.quit()
        #expect(piped.status == "0\n")
        func mode(_ path: String) -> mode_t? {
            var status = stat()
            return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
        }
        #expect(piped.message.flatMap { mode("\(piped.maildir)/new/\($0.name)") } == 0o600)
        for folder in ["", "/cur", "/new", "/tmp"] {
            #expect(mode(piped.maildir + folder) == 0o700)
        }
    }
}
