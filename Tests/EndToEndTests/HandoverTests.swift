import Glibc
import POSIX
import TestSupport
import Testing

@Suite struct HandoverTests {
    /// Sends a message, and returns the Received field of the file with what is in parentheses.
    private func deliver(_ mailpit: Mailpit) -> String? {
        let client = mailpit.client
        #expect(client.reply() == ["220 mx.example ESMTP Mailpit"])
        client.enterTLS()
        #expect(client.command("MAIL FROM:<a@b.example>") == ["250 2.1.0 Ok"])
        #expect(client.command("RCPT TO:<c@d.example>") == ["250 2.1.5 Ok"])
        #expect(client.command("DATA") == ["354 End data with <CR><LF>.<CR><LF>"])
        #expect(client.command("Subject: x\r\n\r\ny\r\n.").starts(with: "250 2.0.0 Ok: queued as "))
        #expect(client.command("QUIT") == ["221 2.0.0 Bye"])
        client.close()
        #expect(client.rest() == [])
        #expect(mailpit.child.wait() == 0)
        let lines = mailpit.onlyMessage?.split(separator: "\n") ?? []
        #expect(lines.last == "y")
        let received = lines.first { $0.hasPrefix("Received: ") } ?? ""
        return received.firstRange(of: "(").flatMap { start in
            received.firstRange(of: ") by mx.example (Mailpit) with ESMTPS id ").map {
                String(received[start.upperBound..<$0.lowerBound])
            }
        }
    }

    @Test(arguments: [Mailpit.Handover.inetd, .standardInput, .listenFDs])
    func `a connected socket is served`(handover: Mailpit.Handover) {
        let listener = TestListener(AF_INET)
        let client = listener.connect()
        let server = listener.accept()
        #expect(sendsAtOnce(server) == false)
        let mailpit = Mailpit(by: handover, server: server, client: client)
        #expect(deliver(mailpit) == "[127.0.0.1]")
        // The socket is the one that the program had.
        #expect(sendsAtOnce(server) == true)
    }

    /// Whether TCP_NODELAY is set.
    private func sendsAtOnce(_ socket: borrowing Descriptor) -> Bool? {
        var (value, length) = (CInt(-1), socklen_t(MemoryLayout<CInt>.size))
        let result = getsockopt(socket.rawValue, CInt(IPPROTO_TCP), TCP_NODELAY, &value, &length)
        return result == 0 ? value != 0 : nil
    }

    @Test(arguments: [Mailpit.Handover.inetd, .standardInput, .listenFDs])
    func `a listening socket is accepted from once`(handover: Mailpit.Handover) {
        let listener = TestListener(AF_INET)
        let client = listener.connect()
        let second = SMTPClient(listener.connect())
        let mailpit = Mailpit(by: handover, server: listener.descriptor, client: client)
        #expect(deliver(mailpit) == "[127.0.0.1]")
        // The other client was left to whoever accepts next.
        let next = Mailpit(
            by: handover, server: listener.descriptor,
            client: Descriptor(owning: dup(second.rawDescriptor)))
        #expect(deliver(next) == "[127.0.0.1]")
    }

    @Test func `IPv6, IPv4 within IPv6, and local sockets tell who is there`() {
        let listener = TestListener(AF_INET6)
        let six = listener.connect()
        #expect(deliver(Mailpit(server: listener.accept(), client: six)) == "[IPv6:::1]")
        let four = listener.connect(family: AF_INET)
        #expect(deliver(Mailpit(server: listener.accept(), client: four)) == "[127.0.0.1]")
        #expect(deliver(Mailpit()) == "uid \(getuid())")
    }

    @Test(arguments: ["1", "nonsense"])
    func `a LISTEN_PID of another process is ignored`(passed: String) {
        let mailpit = Mailpit(environment: ["LISTEN_PID": "1", "LISTEN_FDS": passed])
        #expect(deliver(mailpit) == "uid \(getuid())")
    }

    @Test func `a LISTEN_FDS of 0 counts as none`() {
        let pair = SocketPair()
        let mailpit = Mailpit(
            [], environment: ["LISTEN_FDS": "0"],
            server: pair.second, client: Descriptor(owning: dup(pair.first.rawValue)))
        #expect(deliver(mailpit) == "uid \(getuid())")
        let launcher = ["/bin/sh", "-c", "LISTEN_PID=$$ LISTEN_FDS=0 exec \"$0\" \"$@\""]
        #expect(deliver(Mailpit(through: launcher)) == "uid \(getuid())")
    }

    @Test func `a client that has gone already ends the session quietly`() {
        let socket = Descriptor(owning: socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0))
        let mailpit = Mailpit(server: socket, client: Descriptor(owning: dup(socket.rawValue)))
        #expect(mailpit.child.wait() == 0)
        #expect(mailpit.log == "")
    }

    @Test func `a datagram socket is a configuration error`() {
        let socket = Descriptor(owning: socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0))
        let mailpit = Mailpit(server: socket, client: Descriptor(owning: dup(socket.rawValue)))
        #expect(mailpit.child.wait() == 78)
        #expect(mailpit.log.contains("descriptor 0 is not a stream socket"))
    }

    @Test(arguments: [
        ("LISTEN_FDS=2", "LISTEN_FDS passes 2 descriptors; exactly one can be served"),
        ("LISTEN_FDS=1 3</dev/null", "descriptor 3 is not a stream socket"),
    ])
    func `what is passed has to be one socket`(change: String, reason: String) {
        let mailpit = Mailpit(
            by: .listenFDs, through: ["bash", "--norc", "-c", "\(change) exec \"$0\" \"$@\" 4<&0"])
        #expect(mailpit.client.rest() == [])
        #expect(mailpit.child.wait() == 78)
        #expect(mailpit.log.contains(reason), "\(mailpit.log)")
    }
}
