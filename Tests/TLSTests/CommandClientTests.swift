import Glibc
import POSIX
import TLS
import Testing

/// `openssl s_client` as the client, over TCP.
@Suite struct CommandClientTests {
    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `openssl s_client finds all as it should be`(_ version: String) throws {
        let scratch = Scratch()
        let output = scratch.file("output")
        let (number, port) = listen()
        let listener = Descriptor(owning: number)
        // With -ign_eof it stays and prints what comes after the handshake.
        let client = Background([
            "sh", "-c", "exec openssl s_client \"$@\" >\(output) 2>&1 </dev/null", "s_client",
            version, "-connect", "127.0.0.1:\(port)", "-servername", "mx.example", "-ign_eof",
            "-CAfile", Authority.certificate("ca"), "-verify_return_error",
        ])
        try awaitInput(listener.rawValue)
        let descriptor = Descriptor(owning: accept(listener.rawValue, nil, nil))
        try #require(fcntl(descriptor.rawValue, F_SETFL, O_NONBLOCK) == 0)
        let context = try TLSContext(
            TLSConfiguration(), Authority.credentials("chain", key: "ec"))
        let facts = try serve(descriptor, context)
        #expect(facts.serverName == "mx.example")
        shutdown(descriptor.rawValue, CInt(SHUT_WR))
        #expect(client.wait() == 0)
        let report = text(of: output)
        #expect(report.contains("Verify return code: 0 (ok)"))
        #expect(report.contains("220 mx.example"))
        #expect(!report.contains("New Session Ticket") && !report.contains("session ticket"))
        if version == "-tls1_2" {
            #expect(report.contains("Compression: NONE"))
            #expect(report.contains("Secure Renegotiation IS supported"))
        } else {
            #expect(report.contains("Early data was not sent"))
        }
    }

    private func serve(_ descriptor: borrowing Descriptor, _ context: borrowing TLSContext) throws
        -> TLSSessionFacts
    {
        var tls = try TLSConnection(
            accepting: context, input: descriptor.rawValue, output: descriptor.rawValue)
        var outcome = tls.handshake()
        while outcome == .wantsInput {
            try awaitInput(descriptor.rawValue)
            outcome = tls.handshake()
        }
        #expect(outcome == .done)
        let greeting = Array("220 mx.example\r\n".utf8)
        #expect(tls.write(greeting.span) == .octets(greeting.count))
        #expect(tls.close() == .closed)
        return tls.session
    }

    private func awaitInput(_ descriptor: CInt) throws {
        var readiness = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        try #require(poll(&readiness, 1, 10_000) == 1)
    }

    /// A socket that listens on a free port of the loopback interface.
    private func listen() -> (CInt, port: UInt16) {
        let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let listener = socket(AF_INET, type, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(listener, $0, length) == 0)
                precondition(Glibc.listen(listener, 1) == 0)
                precondition(getsockname(listener, $0, &length) == 0)
            }
        }
        return (listener, UInt16(bigEndian: address.sin_port))
    }
}
