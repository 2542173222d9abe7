import Testing

@testable import SASL

/// Passwords that stand in the auth file as they are.
@Suite struct PlainTextTests {
    static let nonce = octets("3rfcNHYJY1ZVvWVs7j")
    static let users = Policy.store("tim:pencil", "jürgen:pëncil", "tom:\(pencilSHA)")

    func plain(_ user: String, _ password: String, _ policy: Policy = users) -> Exchange.Step {
        var exchange = Exchange(policy, over: .tls)
        return exchange.begin(.plain, "\0\(user)\0\(password)")
    }

    /// The challenge of SCRAM and what came of the proof.
    func scram(_ client: SCRAMClient, _ policy: Policy = users, over channel: Channel = .tls)
        -> (challenge: String, outcome: Exchange.Step)
    {
        var exchange = Exchange(policy, over: channel, nonce: Self.nonce)
        let mechanism: Mechanism = client.binding.isEmpty ? .scramSHA256 : .scramSHA256Plus
        guard case .challenge(let octets) = exchange.begin(mechanism, client.first) else {
            return ("", .failed("no challenge"))
        }
        let challenge = text(octets)
        let step = exchange.respond(client.final(challenge))
        if step != .challenge(client.verifier(challenge)) { return (challenge, step) }
        return (challenge, exchange.respond(""))
    }

    @Test func `PLAIN takes the password and no other`() {
        #expect(plain("tim", "pencil") == .succeeded(user: "tim"))
        #expect(plain("jürgen", "pëncil") == .succeeded(user: "jürgen"))
        // As it is prepared on either side.
        #expect(plain("jürgen", "pe\u{308}ncil") == .succeeded(user: "jürgen"))
        for wrong in ["pencils", "penci", "Pencil", "x", " pencil"] {
            #expect(plain("tim", wrong) == .failed("wrong password", "tim"))
        }
        #expect(plain("tim", "") == .failed("empty password", "tim"))
        #expect(plain("nobody", "pencil") == .failed("unknown user", "nobody"))
    }

    @Test func `a password that was written in two pieces is right in one`() {
        let policy = Policy.store("u:u\u{308}")
        #expect(plain("u", "ü", policy) == .succeeded(user: "u"))
        #expect(plain("u", "u\u{308}", policy) == .succeeded(user: "u"))
    }

    @Test func `a password has blanks and colons in a file, and begins with neither mark`() throws {
        let store = store("u:a:b", "v:pen$1$cil", "w:x{SHA}", "#x:y")
        #expect(store.kinds == ["plain text"] && store.weakKinds == [])
        let policy = Policy(.store(store), hostname: "mx.example")
        for (user, password) in [("u", "a:b"), ("v", "pen$1$cil"), ("w", "x{SHA}"), ("#x", "y")] {
            #expect(plain(user, password, policy) == .succeeded(user: user))
        }
    }

    @Test func `what looks like DES crypt is a password, and is counted`() {
        #expect(store("u:pencil", "v:ab7Hg./jKLm0x", "w:\(pencilSHA)").plainTextCounts == (2, 1))
        #expect(store("u:ab7Hg./jKLm0", "v:ab7Hg./jKLm0xy").plainTextCounts == (2, 0))
        #expect(plain("v", "ab7Hg./jKLm0x", .store("v:ab7Hg./jKLm0x")) == .succeeded(user: "v"))
    }

    // MARK: SCRAM

    @Test func `SCRAM takes the password and no other`() {
        #expect(scram(SCRAMClient(user: "tim")).outcome == .succeeded(user: "tim"))
        #expect(
            scram(SCRAMClient(user: "jürgen", password: "pëncil")).outcome
                == .succeeded(user: "jürgen"))
        #expect(
            scram(SCRAMClient(user: "tim", password: "pencils")).outcome
                == .failed("wrong password", "tim"))
        #expect(
            scram(SCRAMClient(user: "nobody")).outcome == .failed("unknown user", "nobody"))
        #expect(
            scram(SCRAMClient(user: "tom")).outcome
                == .failed("user without keys for SCRAM", "tom"))
    }

    @Test func `PLUS works with it too`() {
        let client = SCRAMClient(user: "tim", header: "p=tls-exporter,,", binding: Array(0..<32))
        #expect(
            scram(client, over: .tlsWithExporter).outcome == .succeeded(user: "tim"))
    }

    @Test func `nothing in the challenge tells who exists`() {
        let users = ["tim", "nobody", "tom", "jürgen", "x"]
        let challenges = users.map { scram(SCRAMClient(user: $0)).challenge }
        // The same each time, and another for each name.
        #expect(users.map { scram(SCRAMClient(user: $0)).challenge } == challenges)
        #expect(Set(challenges).count == users.count)
        for challenge in challenges {
            // 16 octets of salt in base64.
            #expect(challenge.firstMatch(of: #/,s=[A-Za-z0-9+\/]{22}==,i=4096$/#) != nil)
        }
        // Another file has other salts.
        let other = Policy.store("tim:pencil", "tam:pencil")
        #expect(scram(SCRAMClient(user: "tim"), other).challenge != challenges[0])
    }

    @Test func `a proof for nobody costs what a wrong password costs`() {
        /// To judge the client's proof.
        func judging(_ client: SCRAMClient, _ policy: Policy = Self.users) -> () -> Void {
            var exchange = Exchange(policy, over: .tls, nonce: Self.nonce)
            guard case .challenge(let octets) = exchange.begin(.scramSHA256, client.first) else {
                return {}
            }
            let proof = client.final(text(octets))
            return {
                var copy = exchange
                _ = copy.respond(proof)
            }
        }
        let clients = [
            judging(SCRAMClient(user: "tim", password: "x")), judging(SCRAMClient(user: "nobody")),
            // Keys that are there already need not be made.
            judging(SCRAMClient(user: "tim"), .store(scramLine("tim"))),
        ]
        func areAsExpected(_ costs: [Int]) -> Bool {
            let (wrong, unknown, none) = (costs[0], costs[1], costs[2])
            return unknown * 4 > wrong * 3 && wrong * 4 > unknown * 3 && none * 4 < unknown
        }
        let costs = costs(clients, until: areAsExpected)
        #expect(areAsExpected(costs), "\(costs) µs")
    }
}
