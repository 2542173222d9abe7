import Testing

@testable import SASL

/// CRAM-MD5, which is only offered where the operator names it.
@Suite struct CRAMTests {
    static let challenge = "<1896.697170952@postoffice.reston.mci.net>"

    static func policy(_ credentials: Policy.Credentials) -> Policy {
        var policy = Policy(credentials, hostname: "postoffice.reston.mci.net")
        policy.restriction = [.cramMD5]
        return policy
    }

    static let users = policy(
        .store(
            store(
                "tim:tanstaaftanstaaf", "tom:\(pencilSHA)", scramLine("jim"),
                "long:\(String(repeating: "p", count: 65))",
                "block:\(String(repeating: "p", count: 64))", "nine:\u{2168}"
            )))

    func answer(_ response: String, _ policy: Policy = policy(.anything)) -> Exchange.Step {
        var exchange = Exchange(policy, over: .tls, nonce: octets("1896.697170952"))
        #expect(exchange.begin(.cramMD5, initialResponse: nil) == .challenge(Self.challenge))
        return exchange.respond(response)
    }

    // MARK: Where there are users

    @Test func `the client of RFC 2195 section 2 is let in`() {
        #expect(
            answer("tim b913a602c7eda7a495b4e6e7334d3890", Self.users) == .succeeded(user: "tim"))
    }

    /// Computed by Python's hmac.
    @Test(arguments: [
        ("block", "c12d5e6ce65e5c7086931040a442da43"), ("long", "f11a7b40887f1bad7f3dec2fefa666e5"),
    ])
    func `a key of a block and one of more are what RFC 2104 makes of them`(
        _ user: String, _ digest: String
    ) {
        #expect(answer("\(user) \(digest)", Self.users) == .succeeded(user: user))
    }

    /// U+2168 is prepared to "IX" (RFC 4013 §3). Computed by Python's hmac.
    @Test(arguments: [
        "f15324b4e6890775f6271af84bb5a948", "275dc42d8bfe79a3bb7e9e2ed3ad4aef",
    ]) func `a client may prepare the password or not`(digest: String) {
        #expect(answer("nine \(digest)", Self.users) == .succeeded(user: "nine"))
        // That of "ix", which no preparation comes to.
        #expect(
            answer("nine 67c0c5b25a3db9814ed6d659e74b6d6a", Self.users)
                == .failed("wrong password", "nine"))
    }

    @Test(arguments: 0..<32)
    func `a digest that is wrong in one place is wrong`(_ place: Int) {
        var digest = Array("b913a602c7eda7a495b4e6e7334d3890")
        digest[place] = digest[place] == "0" ? "1" : "0"
        #expect(answer("tim \(String(digest))", Self.users) == .failed("wrong password", "tim"))
    }

    @Test(arguments: [
        ("tom", "user without a password in plain text"),
        ("jim", "user without a password in plain text"), ("nobody", "unknown user"),
        ("long", "wrong password"),
    ])
    func `nobody else gets in by it`(_ user: String, _ reason: String) {
        #expect(
            answer("\(user) b913a602c7eda7a495b4e6e7334d3890", Self.users)
                == .failed(reason, user))
    }

    @Test func `it needs a password in plain text, and to be named`() {
        for (credentials, isPossible) in [
            (Policy.Credentials.store(store("u:pencil")), true), (.anything, true),
            (.store(store("u:\(pencilSHA)", scramLine("v"))), false), (.certificates, false),
        ] {
            var policy = Policy(credentials, hostname: "mx.example")
            #expect(!policy.offered(over: .tls).contains(.cramMD5))
            policy.restriction = [.plain, .cramMD5]
            #expect(policy.offered(over: .tls).contains(.cramMD5) == isPossible)
        }
    }

    // MARK: Where anything is accepted

    @Test func `any digest is taken, of anybody`() {
        #expect(answer("tim b913a602c7eda7a495b4e6e7334d3891") == .succeeded(user: "tim"))
        #expect(
            answer("two words b913a602c7eda7a495b4e6e7334d3890") == .succeeded(user: "two words"))
        #expect(answer(" b913a602c7eda7a495b4e6e7334d3890") == .succeeded(user: ""))
    }

    @Test(arguments: [
        "", " ", "tim", "tim ", "tim b913a602c7eda7a495b4e6e7334d389",
        "tim b913a602c7eda7a495b4e6e7334d38900", "tim B913A602C7EDA7A495B4E6E7334D3890",
        "tim g913a602c7eda7a495b4e6e7334d3890", "tim\0b913a602c7eda7a495b4e6e7334d3890",
        "tim b913a602c7eda7a495b4e6e7334d3890 ",
    ])
    func `a response of another form is refused`(_ response: String) {
        #expect(answer(response) == .failed("malformed CRAM-MD5 message"))
        #expect(answer(response, Self.users) == .failed("malformed CRAM-MD5 message"))
    }

    @Test func `the server begins`() {
        for response in ["", "tim x"] {
            var exchange = Exchange(Self.policy(.anything), over: .tls)
            #expect(exchange.begin(.cramMD5, response) == .failed("malformed CRAM-MD5 message"))
        }
    }
}
