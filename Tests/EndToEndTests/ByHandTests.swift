import Foundation
import POSIX
import TestSupport
import Testing

/// The program started by a person who expects it to listen.
@Suite struct ByHandTests {
    private static let hint = "mailpit does not listen: a super-server hands it each connection"
    private let directory = TemporaryDirectory()

    @Test(arguments: [
        (["serve"], "unexpected argument serve"),
        (["--listen", ":1025"], "unknown option --listen: it is the super-server that listens"),
        (["--smtp=:1025"], "unknown option --smtp: it is the super-server that listens"),
        (["-s", ":1025"], "unknown option -s: it is the super-server that listens"),
    ]) func `what only a server that listens would take`(arguments: [String], reason: String) {
        let ended = Command([Mailpit.binary] + arguments)
        #expect(ended.status == 78)
        #expect(ended.errors.hasPrefix(Self.hint))
        #expect(ended.errors.contains(" config-error: \(reason) (running as "))
    }

    @Test func `on a terminal it is told, and a session goes on`() {
        // script(1) has a terminal for what it runs.
        let ended = Command(
            ["script", "-qec", "\(Mailpit.binary) --smtp-tls-cert=sans:a", "/dev/null"],
            input: Array("QUIT\n".utf8),
            environment: ["MP_MAILDIR": directory.file("Maildir"), "MP_HOSTNAME": "mx.example"])
        #expect(ended.outputText.contains(Self.hint))
        #expect(ended.outputText.contains("220 mx.example ESMTP Mailpit"))
    }

    @Test func `nothing is told where a client could read it, nor to a service over pipes`() {
        let pair = SocketPair()
        let mailpit = Mailpit(["serve"])
        mailpit.client.close()
        #expect(mailpit.child.wait() == 78)
        #expect(!mailpit.log.contains(Self.hint))
        let socket = pair.second.rawValue
        let piped = Child(
            ["sh", "-c", "cat | \"$0\" serve 2>&1 | cat", Mailpit.binary],
            environment: ["PATH": "/usr/bin:/bin", "MP_HOSTNAME": "mx.example"],
            descriptors: [0: socket, 1: socket])
        pair.closeSecond()
        let client = SMTPClient(Descriptor(owning: dup(pair.first.rawValue)))
        client.endWithoutCloseNotify()
        #expect(client.reply() == ["421 4.3.5 mx.example Server configuration error"])
        #expect(client.rest() == [])
        #expect(piped.wait() == 0)
        let good = Command(
            [Mailpit.binary, "--smtp-tls-cert=sans:a"], input: Array("QUIT\r\n".utf8),
            environment: ["MP_MAILDIR": directory.file("Maildir"), "MP_HOSTNAME": "mx.example"])
        #expect(good.status == 0)
        #expect(!good.errors.contains(Self.hint))
    }

    @Test func `the line that is told works`() throws {
        let lines = Command([Mailpit.binary, "serve"]).errors.split(separator: "\n")
        let begin = try #require(lines.firstIndex { $0.contains("systemd-socket-activate") })
        let port = FreePort.take()
        let command = lines[begin...begin + 1].joined(separator: "\n")
            .replacing("127.0.0.1:1025", with: "127.0.0.1:\(port)")
        #expect(command.contains(":\(port)"))
        let place = URL(fileURLWithPath: Mailpit.binary).deletingLastPathComponent().path
        let server = Child(
            ["sh", "-c", "cd \"$0\" && exec \(command)", directory.path],
            environment: ["PATH": "/usr/bin:/bin:\(place)"])
        #expect(server.waitUntilListening(onPort: port))
        let client = SMTPClient(connectToLoopback(port: port))
        client.begin()
        #expect(client.deliver("Subject: x\r\n\r\ny\r\n").hasPrefix("250 2.0.0 "))
        client.quit()
        #expect(namesInDirectory(directory.file("Maildir/new"))?.count == 1)
    }
}
