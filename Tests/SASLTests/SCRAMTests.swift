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

    @Test func `a user who does not exist gets a challenge, and the same the next time`() {
        let policy = Policy.store(scramLine("user", iterations: 5000))
        var first = exchange(policy)
        var second = exchange(policy)
        var other = exchange(policy)
        let client = SCRAMClient(user: "nobody")
        let step = first.begin(.scramSHA256, client.first)
        #expect(step == second.begin(.scramSHA256, client.first))
        #expect(step != other.begin(.scramSHA256, SCRAMClient(user: "nobody2").first))
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

    // MARK: Messages

    @Test(arguments: [
        "", ",", ",,", "n", "n,", "n,,", "n,,n=user", "n,,n=user,", "n,,n=user,r=", "n,,r=x,n=user",
        "n,n=user,r=x", "x,,n=user,r=x", "N,,n=user,r=x", "p,,n=user,r=x", "p=,,n=user,r=x",
        "p=tls exporter,,n=user,r=x", "n,b=user,n=user,r=x", "n,a=user,,n=user,r=x",
        "n,,n=us=er,r=x", "n,a=user=,n=user,r=x", "n,,n=user=,r=x", "n,,n=user=2,r=x",
        "n,,n=user=2c,r=x",
        "n,,n=user,r=a b",
        "n,,n=user,r=ü", "n,,n=user,r=x,", "n,,n=user,r=x,,", "n,,n=user,r=x,y", "n,,n=user,r=x,y=",
        "n,,n=user,r=x,1=z", "n,,n=user,x=y,r=x", "n,a=us=er,n=user,r=x", "\u{0},,n=user,r=x",
    ])
    func `a malformed first message fails`(_ message: String) {
        var exchange = exchange()
        #expect(exchange.begin(.scramSHA256, message) == .failed("malformed SCRAM message"))
    }

    @Test(
        arguments: [
            ("n,,n=,r=x", "empty user name", nil),
            ("n,,m=x,n=user,r=x", "unknown mandatory extension of SCRAM", nil),
            ("n,,n=us\ner,r=x", "user name with NUL or a line end", nil),
            ("n,,n=us\u{0}er,r=x", "user name with NUL or a line end", nil),
            ("n,,n=us\ter,r=x", "user name with a control character", "us\ter"),
            ("n,,n=us\u{2028}er,r=x", "user name with a prohibited character", "us\u{2028}er"),
        ] as [(String, String, String?)])
    func `a first message that nobody could mean fails`(
        _ message: String, _ reason: String, _ user: String?
    ) {
        var exchange = exchange()
        #expect(exchange.begin(.scramSHA256, message) == .failed(reason, user))
    }

    @Test func `what extends a first message is ignored`() {
        var exchange = exchange()
        #expect(
            exchange.begin(.scramSHA256, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO,x=y,Z=1=2")
                == .challenge(Self.challenge))
    }

    @Test func `what extends a final message is signed and otherwise ignored`() {
        var exchange = exchange()
        let client = SCRAMClient()
        _ = exchange.begin(.scramSHA256, client.first)
        let withoutProof = client.withoutProof(Self.challenge) + ",x=y"
        let proof = client.proof(Self.challenge, withoutProof)
        let step = exchange.respond("\(withoutProof),p=\(text(Base64.encode(proof)))")
        guard case .challenge = step else {
            Issue.record("not \(step)")
            return
        }
    }

    /// Each makes something else of a final message that is right.
    static let tampering: [(String, @Sendable (String) -> String, String)] = [
        ("no proof", { String($0[..<$0.firstRange(",p=")]) }, "malformed SCRAM message"),
        ("nothing behind p", { $0[..<$0.firstRange(",p=")] + ",p=" }, "malformed SCRAM message"),
        ("a comma behind it", { $0 + "," }, "malformed SCRAM message"),
        ("more behind it", { $0 + ",x=y" }, "malformed SCRAM message"),
        ("no binding", { String($0.dropFirst("c=biws,".count)) }, "malformed SCRAM message"),
        ("no base64", { "c=biw," + $0.dropFirst("c=biws,".count) }, "malformed SCRAM message"),
        ("lost bits", { "c=biwsbh==," + $0.dropFirst("c=biws,".count) }, "malformed SCRAM message"),
        ("order", { "r=x,c=biws," + $0.dropFirst("c=biws,".count) }, "malformed SCRAM message"),
        ("extension first", { "x=y," + $0 }, "malformed SCRAM message"),
        ("capitals", { "C" + $0.dropFirst() }, "malformed SCRAM message"),
        ("empty", { _ in "" }, "malformed SCRAM message"),
        ("another header", { "c=eSws," + $0.dropFirst("c=biws,".count) }, "wrong channel binding"),
        ("bound", { "c=biwsAA==," + $0.dropFirst("c=biws,".count) }, "wrong channel binding"),
        ("no binding octets", { "c=," + $0.dropFirst("c=biws,".count) }, "wrong channel binding"),
        ("client's nonce only", { $0.replacing(SCRAMTests.serverNonce, with: "") }, "wrong nonce"),
        ("longer nonce", { $0.replacing("$k0", with: "$k00") }, "wrong nonce"),
        ("other nonce", { $0.replacing("$k0", with: "$k1") }, "wrong nonce"),
        ("server's nonce only", { $0.replacing("rOprNGfwEbeRWgbNEkqO", with: "") }, "wrong nonce"),
        ("unsigned extension", { $0.replacing(",p=", with: ",x=y,p=") }, "wrong password"),
        ("short proof", { $0[..<$0.firstRange(",p=")] + ",p=AAAA" }, "malformed SCRAM message"),
        (
            "zero proof",
            { $0[..<$0.firstRange(",p=")] + ",p=" + String(repeating: "A", count: 43) + "=" },
            "wrong password"
        ),
    ]

    @Test(arguments: tampering.indices)
    func `a final message that was tampered with fails`(_ index: Int) {
        let (name, change, reason) = Self.tampering[index]
        var exchange = exchange()
        let client = SCRAMClient()
        _ = exchange.begin(.scramSHA256, client.first)
        #expect(
            exchange.respond(change(client.final(Self.challenge))) == .failed(reason, "user"),
            "\(name)")
    }

    @Test func `each bit of the proof counts`() {
        let client = SCRAMClient()
        let withoutProof = client.withoutProof(Self.challenge)
        let right = client.proof(Self.challenge, withoutProof)
        for bit in 0..<256 {
            var proof = right
            proof[bit / 8] ^= 1 << (bit % 8)
            var exchange = exchange()
            _ = exchange.begin(.scramSHA256, client.first)
            #expect(
                exchange.respond("\(withoutProof),p=\(text(Base64.encode(proof)))")
                    == .failed("wrong password", "user"))
        }
    }

    @Test func `no two exchanges have the same nonce`() {
        var nonces: Set<String> = []
        for _ in 0..<100 {
            var exchange = Exchange(.store(scramLine("user")), over: .tls)
            guard case .challenge(let challenge) = exchange.begin(.scramSHA256, "n,,n=user,r=x")
            else { continue }
            let nonce = text(challenge).split(separator: ",")[0]
            #expect(nonce.hasPrefix("r=x") && nonce.utf8.count == 3 + 24)
            nonces.insert(String(nonce))
        }
        #expect(nonces.count == 100)
    }
}

extension String {
    /// Where the part begins.
    fileprivate func firstRange(_ part: String) -> Index {
        firstRange(of: part)!.lowerBound
    }
}
