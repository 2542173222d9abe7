import Notation
import Testing

@testable import SASL

/// What the messages of SCRAM may look like, and that nothing can be done to them unnoticed.
extension SCRAMTests {
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
