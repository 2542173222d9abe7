import Glibc
import POSIX
import TestSupport
import Testing

@testable import Verify

/// What the stage does on the wire, and what it sees.
struct StageTests {
    private func withStage(
        _ id: String, _ change: (inout StageOptions) -> Void = { _ in },
        _ body: (Stage) throws -> Void
    ) throws {
        let stage = try Stage(Playhouse.options(change))
        defer { stage.close() }
        stage.begin(Catalogue.scenario(id)!)
        try body(stage)
    }

    private func connect(_ stage: Stage, from source: String = "127.0.0.1") -> SMTPClient {
        SMTPClient(connectToLoopback(port: stage.port, from: source))
    }

    @Test func `a whole session is seen`() throws {
        let run = try Playhouse.run("works")
        let seen = run.observation
        #expect(run.exit == .exited(0))
        #expect(seen.connections == 1)
        #expect(seen.stored == 1)
        #expect(seen.hasAuthInTLS && seen.hasMailInTLS)
        #expect(!seen.hasAuthInPlaintext && !seen.hasMailInPlaintext)
        #expect(seen.findings == ["missing-date", "missing-message-id"])
        let handshake = try #require(seen.handshakes.first)
        #expect(handshake.version == "TLSv1.3")
        #expect(handshake.cipher == "TLS_AES_128_GCM_SHA256")
        #expect(handshake.serverName == Playhouse.host)
        #expect(handshake.failure == nil)
        #expect(seen.handshakes.count == 1)
    }

    @Test func `the transcript has both sides, and no credentials`() throws {
        let seen = try Playhouse.run("works").observation
        #expect(
            Array(seen.transcript.prefix(3)) == [
                "1 * connected", "1 S: 220 mx.mailpit.test ESMTP Mailpit",
                "1 C: EHLO client.example",
            ])
        #expect(seen.transcript.contains("1 * TLS: TLSv1.3, TLS_AES_128_GCM_SHA256"))
        #expect(seen.transcript.contains("1 C: AUTH PLAIN [redacted]"))
        #expect(seen.transcript.contains("1 S: 235 2.7.0 Authentication successful"))
        #expect(seen.transcript.contains("1 * message stored"))
        #expect(seen.transcript.last == "1 * closed")
        #expect(!seen.transcript.contains { $0.contains("AHVzZXIAc2VjcmV0") })
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func `it listens on both loopback addresses`(address: String) throws {
        try withStage("works") { stage in
            #expect(connect(stage, from: address).reply() == ["220 mx.mailpit.test ESMTP Mailpit"])
        }
    }

    @Test func `a login is refused or taken, whoever it is, and never shown`() throws {
        for (id, last) in [
            ("works", "235 2.7.0 Authentication successful"),
            ("auth-535", "535 5.7.8 Authentication credentials invalid"),
        ] {
            try withStage(id) { stage in
                let client = connect(stage)
                _ = client.reply()
                #expect(client.enterTLS())
                #expect(client.command("AUTH LOGIN") == ["334 VXNlcm5hbWU6"])
                #expect(client.command("dXNlcg==") == ["334 UGFzc3dvcmQ6"])
                #expect(client.command("c2VjcmV0") == [last])
                let seen = stage.end()
                #expect(seen.hasAuthInTLS)
                #expect(!seen.transcript.contains { $0.contains("c2VjcmV0") })
                #expect(!seen.transcript.contains { $0.contains("dXNlcg==") })
            }
        }
    }

    @Test func `what is refused in plaintext is seen all the same`() throws {
        try withStage("works") { stage in
            let client = connect(stage)
            _ = client.reply()
            let refusal = ["530 5.7.0 Must issue a STARTTLS command first"]
            #expect(client.command("AUTH PLAIN AHVzZXIAc2VjcmV0") == refusal)
            #expect(client.command("mail from:<a@b.example>") == refusal)
            let seen = stage.end()
            #expect(seen.hasAuthInPlaintext && seen.hasMailInPlaintext)
            #expect(!seen.transcript.contains { $0.contains("AHVzZXIAc2VjcmV0") })
        }
    }

    @Test func `the twisted replies leave octet for octet`() throws {
        let plain: [(String, String, [String])] = [
            ("starttls-454", "STARTTLS", ["454 4.7.0 TLS not available due to temporary reason"]),
            ("starttls-stripped", "STARTTLS", ["502 5.5.1 STARTTLS is not available"]),
            ("starttls-354", "STARTTLS", ["354 Go ahead"]),
            ("ehlo-refused", "EHLO a.example", ["502 5.5.1 Command not implemented"]),
            ("ehlo-refused", "HELO a.example", ["250 mx.mailpit.test"]),
        ]
        for (id, command, reply) in plain {
            try withStage(id) { stage in
                let client = connect(stage)
                _ = client.reply()
                #expect(client.command(command) == reply, "\(id)")
            }
        }
        for (id, octets) in [
            ("greeting-421", "421 4.3.2 mx.mailpit.test Service not available\r\n"),
            ("greeting-closed", ""),
        ] {
            try withStage(id) { stage in
                #expect(String(decoding: connect(stage).rest(), as: UTF8.self) == octets)
            }
        }
    }

    @Test func `what is injected stands in the same write behind the 220`() throws {
        let cases = [
            ("injected-reply", "250 mx.mailpit.test\r\n"),
            ("injected-fragment", "250-mx.mailpit.test\r\n250-AUTH PLAIN LOGIN "),
        ]
        for (id, text) in cases {
            try withStage(id) { stage in
                let client = connect(stage)
                _ = client.reply()
                _ = client.command("STARTTLS")
                _ = stage.end()
                #expect(String(decoding: client.rest(), as: UTF8.self) == text)
            }
        }
    }

    @Test func `after a 220 without TLS a record of TLS is a line, and every line is refused`()
        throws
    {
        try withStage("plaintext-after-220") { stage in
            let client = connect(stage)
            _ = client.reply()
            #expect(client.command("STARTTLS") == ["220 2.0.0 Ready to start TLS"])
            client.send([22, 3, 1, 0, 3, 1, 2, 3])
            let refusal = ["500 5.5.2 Command not recognized"]
            #expect(client.reply() == refusal)
            for command in ["EHLO a.example", "MAIL FROM:<a@b.example>", "STARTTLS", "QUIT"] {
                #expect(client.command(command) == refusal)
            }
            let seen = stage.end()
            #expect(seen.hasMailInPlaintext)
            #expect(seen.stored == 0)
        }
    }

    @Test func `the keywords are in lower case in plaintext and within TLS`() throws {
        try withStage("lower-case-ehlo") { stage in
            let client = connect(stage)
            _ = client.reply()
            #expect(client.command("EHLO a.example").contains("250 starttls"))
            #expect(client.enterTLS())
            #expect(client.command("EHLO a.example").contains("250-auth plain login"))
        }
    }
}

// MARK: - Connections

extension StageTests {
    @Test func `each further connection has its own script`() throws {
        try withStage("handshake-closed") { stage in
            let first = connect(stage)
            _ = first.reply()
            #expect(first.command("EHLO a.example").contains("250 STARTTLS"))
            let second = connect(stage)
            _ = second.reply()
            let offers = second.command("EHLO a.example")
            #expect(!offers.contains { $0.hasSuffix("STARTTLS") })
            #expect(offers.contains("250-AUTH PLAIN LOGIN"))
            #expect(stage.openConnections == 2)
            second.close()
            #expect(eventually { stage.openConnections == 1 })
            #expect(stage.end().connections == 2)
            #expect(stage.openConnections == 0)
        }
    }

    @Test func `activity is the last connection that was opened or closed`() throws {
        try withStage("works") { stage in
            let begun = stage.lastActivity
            let client = connect(stage)
            _ = client.reply()
            let opened = stage.lastActivity
            #expect(opened > begun)
            client.close()
            #expect(eventually { stage.openConnections == 0 })
            #expect(stage.lastActivity > opened)
        }
    }

    @Test func `a connection that waits to be accepted is part of the run`() throws {
        let stage = try Stage(Playhouse.options())
        defer { stage.close() }
        for _ in 0..<50 {
            stage.begin(Catalogue.scenario("works")!)
            _ = connectToLoopback(port: stage.port)
            #expect(stage.end().connections == 1)
        }
    }

    @Test func `nobody is served between two runs, and nobody listens in the end`() throws {
        let stage = try Stage(Playhouse.options())
        #expect(connect(stage).rest() == [])
        #expect(stage.end() == Observation())
        stage.close()
        #expect(!ProcessTable.isListening(onPort: stage.port))
    }

    @Test func `a port that is taken is told`() throws {
        let stage = try Stage(Playhouse.options())
        defer { stage.close() }
        #expect {
            try Stage(Playhouse.options { $0.port = stage.port })
        } throws: { error in
            (error as? SystemError)?.code == EADDRINUSE
        }
    }
}
