import Testing

@testable import SASL

@Suite struct SCRAMTests {
    static let serverNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    static let challenge =
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"

    func exchange(
        _ policy: Policy = .store(scramLine("user")), over channel: Channel = .tls
    ) -> Exchange {
        Exchange(policy, over: channel, nonce: octets(Self.serverNonce))
    }

    @Test func `RFC 7677 section 3 is an exchange that succeeds`() {
        var exchange = exchange()
        #expect(
            exchange.begin(.scramSHA256, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO")
                == .challenge(Self.challenge))
        let final =
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        #expect(
            exchange.respond(final)
                == .challenge("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="))
        #expect(exchange.respond("") == .succeeded(user: "user"))
        #expect(exchange.respond("") == .failed("no exchange is in progress"))
    }

    @Test func `without an initial response the client is asked for its first message`() {
        var exchange = exchange()
        let client = SCRAMClient()
        #expect(exchange.begin(.scramSHA256, initialResponse: nil) == .challenge(""))
        #expect(exchange.respond(client.first) == .challenge(Self.challenge))
        #expect(
            exchange.respond(client.final(Self.challenge))
                == .challenge(client.verifier(Self.challenge)))
    }

    @Test func `the server's proof takes an empty answer and no other`() {
        var exchange = exchange()
        let client = SCRAMClient()
        _ = exchange.begin(.scramSHA256, client.first)
        _ = exchange.respond(client.final(Self.challenge))
        #expect(exchange.respond("x") == .failed("malformed SCRAM message", "user"))
    }

    @Test func `a wrong password fails`() {
        var exchange = exchange()
        let client = SCRAMClient(password: "pencils")
        _ = exchange.begin(.scramSHA256, client.first)
        #expect(
            exchange.respond(client.final(Self.challenge)) == .failed("wrong password", "user"))
    }

    @Test func `names are unescaped, and beyond ASCII prepared`() {
        var exchange = exchange(.store(scramLine("a=b,ü")))
        // ü as u and a combining diaeresis, with a soft hyphen, which does not count.
        let client = SCRAMClient(user: "a=3Db=2Cu\u{308}\u{AD}")
        #expect(exchange.begin(.scramSHA256, client.first) == .challenge(Self.challenge))
        #expect(
            exchange.respond(client.final(Self.challenge))
                == .challenge(client.verifier(Self.challenge)))
        #expect(exchange.respond("") == .succeeded(user: "a=b,u\u{308}\u{AD}"))
    }

    // MARK: Channel binding

    @Test func `PLUS binds to the exporter of the connection`() {
        var exchange = exchange(over: .tlsWithExporter)
        let client = SCRAMClient(header: "p=tls-exporter,,", binding: Array(0..<32))
        #expect(exchange.begin(.scramSHA256Plus, client.first) == .challenge(Self.challenge))
        #expect(
            exchange.respond(client.final(Self.challenge))
                == .challenge(client.verifier(Self.challenge)))
        #expect(exchange.respond("") == .succeeded(user: "user"))
    }

    @Test(arguments: [Array(1..<33), Array(0..<31), Array(0..<33), []] as [[UInt8]])
    func `the binding of another connection fails`(_ binding: [UInt8]) {
        var exchange = exchange(over: .tlsWithExporter)
        let client = SCRAMClient(header: "p=tls-exporter,,", binding: binding)
        _ = exchange.begin(.scramSHA256Plus, client.first)
        #expect(
            exchange.respond(client.final(Self.challenge))
                == .failed("wrong channel binding", "user"))
    }

    @Test(arguments: ["n,,", "y,,", "n,a=user,", "p=tls-unique,,"])
    func `a header in the end other than at the start fails`(_ header: String) {
        var exchange = exchange(over: .tlsWithExporter)
        var client = SCRAMClient(header: "p=tls-exporter,,", binding: Array(0..<32))
        _ = exchange.begin(.scramSHA256Plus, client.first)
        client.header = header
        #expect(
            exchange.respond(client.final(Self.challenge))
                == .failed("wrong channel binding", "user"))
    }

    @Test func `a client that has not seen our offer of PLUS is a downgrade`() {
        var exchange = exchange(over: .tlsWithExporter)
        #expect(
            exchange.begin(.scramSHA256, SCRAMClient(header: "y,,").first)
                == .failed("downgrade: the client has not seen -PLUS in our offer", "user"))
    }

    @Test(arguments: [
        (Policy.store(scramLine("user")), Channel.tls),
        (restricted([.scramSHA256]), .tlsWithExporter),
    ])
    func `it is none where PLUS was not offered`(_ policy: Policy, _ channel: Channel) {
        var exchange = exchange(policy, over: channel)
        let client = SCRAMClient(header: "y,,")
        #expect(exchange.begin(.scramSHA256, client.first) == .challenge(Self.challenge))
        #expect(
            exchange.respond(client.final(Self.challenge))
                == .challenge(client.verifier(Self.challenge)))
    }

    static func restricted(_ mechanisms: [Mechanism]) -> Policy {
        var policy = Policy.store(scramLine("user"))
        policy.restriction = mechanisms
        return policy
    }

    @Test(arguments: [
        (Mechanism.scramSHA256Plus, "n,,", "-PLUS without channel binding"),
        (.scramSHA256Plus, "y,,", "-PLUS without channel binding"),
        (.scramSHA256Plus, "p=tls-unique,,", "channel binding that is not tls-exporter"),
        (.scramSHA256Plus, "p=TLS-EXPORTER,,", "channel binding that is not tls-exporter"),
        (.scramSHA256, "p=tls-exporter,,", "channel binding without -PLUS"),
    ])
    func `mechanism and flag must agree`(_ mechanism: Mechanism, _ header: String, _ why: String) {
        var exchange = exchange(over: .tlsWithExporter)
        #expect(
            exchange.begin(mechanism, SCRAMClient(header: header).first) == .failed(why, "user"))
    }

    // MARK: Authorization identities

    @Test func `one may act as oneself and as nobody else`() {
        var exchange = exchange()
        for header in ["n,a=user,", "n,a=,"] {
            exchange = self.exchange()
            let client = SCRAMClient(header: header)
            _ = exchange.begin(.scramSHA256, client.first)
            #expect(
                exchange.respond(client.final(Self.challenge))
                    == .challenge(client.verifier(Self.challenge)))
        }
        exchange = self.exchange()
        #expect(
            exchange.begin(.scramSHA256, SCRAMClient(header: "n,a=root,").first)
                == .failed("may not act as another identity", "user"))
    }

    // MARK: Who does not exist

    @Test func `who does not exist gets a challenge, the same in each session with these users`() {
        // A session reads the users anew.
        func policy(_ more: String...) -> Policy {
            .store(([scramLine("user", iterations: 5000)] + more).joined(separator: " "))
        }
        var first = exchange(policy())
        var second = exchange(policy())
        var other = exchange(policy())
        var later = exchange(policy("other:\(pencilSHA)"))
        let client = SCRAMClient(user: "nobody")
        let step = first.begin(.scramSHA256, client.first)
        #expect(step == second.begin(.scramSHA256, client.first))
        #expect(step != other.begin(.scramSHA256, SCRAMClient(user: "nobody2").first))
        // Nor can it be foretold without them.
        #expect(step != later.begin(.scramSHA256, client.first))
        guard case .challenge(let challenge) = step else {
            Issue.record("no challenge but \(step)")
            return
        }
        let fields = text(challenge).split(separator: ",")
        #expect(fields[2] == "i=5000")
        #expect(fields[1].count == "s=W22ZaJ0SNY7soEsUEjb6gQ==".count)
        #expect(first.respond(client.final(text(challenge))) == .failed("unknown user", "nobody"))
    }

    @Test func `a user with another kind of hash looks like one who does not exist`() {
        var exchange = exchange(.store(scramLine("user"), "plain:\(pencilSHA)"))
        let client = SCRAMClient(user: "plain")
        guard case .challenge(let challenge) = exchange.begin(.scramSHA256, client.first) else {
            Issue.record("no challenge")
            return
        }
        #expect(
            exchange.respond(client.final(text(challenge)))
                == .failed("user without keys for SCRAM", "plain"))
    }
}
