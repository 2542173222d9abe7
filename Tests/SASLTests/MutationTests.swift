import Testing

@testable import SASL

/// Whatever comes, there is an answer.
@Suite struct MutationTests {
    /// The same sequence in each run.
    struct Random: RandomNumberGenerator {
        var state: UInt64

        // Vigna's SplitMix64.
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    static let seeds: [(Mechanism, [String])] = [
        (.plain, ["user\0user\0pencil"]),
        (.login, ["user", "pencil"]),
        (.scramSHA256, ["n,a=user,n=user,r=abc", "c=biws,r=abc%x,p=AAAA"]),
        (.scramSHA256Plus, ["p=tls-exporter,,n=user,r=abc,x=y", "c=cD10,r=abc%x,p=AAAA"]),
        (.external, ["alice"]),
        (.oauthBearer, ["n,a=u=2Cser,\u{1}host=x\u{1}auth=Bearer x\u{1}\u{1}"]),
        (.xoauth2, ["user=x\u{1}auth=Bearer y\u{1}\u{1}"]),
        (.cramMD5, ["tim b913a602c7eda7a495b4e6e7334d3890"]),
    ]

    static func mutated(_ octets: [UInt8], _ random: inout Random) -> [UInt8] {
        let telling: [UInt8] = [0, 1, 10, 13, 32, 44, 61, 92, 127, 0x80, 0xC3, 0xFF]
        var octets = octets
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let index = Int.random(in: 0...octets.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: octets.insert(telling.randomElement(using: &random)!, at: index)
            case 1: if index < octets.count { octets.remove(at: index) }
            case 2: if index < octets.count { octets[index] = .random(in: 0...255, using: &random) }
            case 3: octets.removeSubrange(index...)
            case 4: octets.insert(contentsOf: octets[index...], at: index)
            default:
                if index < octets.count { octets[index] = telling.randomElement(using: &random)! }
            }
        }
        return octets
    }

    @Test(arguments: seeds.indices, [true, false])
    func `mutated messages end in an answer`(_ index: Int, _ acceptsAnything: Bool) {
        let (mechanism, messages) = Self.seeds[index]
        var random = Random(state: UInt64(index))
        var policy: Policy =
            acceptsAnything ? .anything : .store(scramLine("user", iterations: 1), "tim:pencil")
        policy.restriction = Mechanism.allCases
        let channel = Channel(
            isProtected: true, tlsExporter: Array(0..<32), clientSubject: "CN=alice")
        var ends = (successes: 0, failures: 0)
        for round in 0..<3000 {
            var exchange = Exchange(policy, over: channel, nonce: octets("%x"))
            let first = Self.mutated(octets(messages[0]), &random)
            var step = exchange.begin(mechanism, initialResponse: round % 2 == 0 ? nil : first)
            var rest =
                (round % 2 == 0 ? [first] : [])
                + messages.dropFirst().map {
                    Self.mutated(octets($0), &random)
                }
            while case .challenge = step {
                step = exchange.respond(rest.isEmpty ? [] : rest.removeFirst())
            }
            switch step {
            case .challenge: break
            case .succeeded: ends.successes += 1
            case .failed(let failure):
                ends.failures += 1
                #expect(!failure.reason.isEmpty)
                #expect(!failure.reason.contains("pencil"))
            }
            #expect(exchange.respond("x") == .failed("no exchange is in progress"))
        }
        // What LOGIN sends is a name and a password, whatever it is.
        #expect(ends.failures > (acceptsAnything && mechanism == .login ? -1 : 100))
        #expect(ends.successes + ends.failures == 3000)
    }

    @Test(arguments: Mechanism.allCases)
    func `messages of any length end in an answer`(_ mechanism: Mechanism) {
        for acceptsAnything in [true, false] {
            var policy: Policy =
                acceptsAnything ? .anything : .store(scramLine("user", iterations: 1), "tim:pencil")
            policy.restriction = Mechanism.allCases
            for filler in [0, 1, 0x2C, 0x3D, 0x41, 0xFF] as [UInt8] {
                for count in [0, 1, 2, 3, 255, 511, 512, 9216, 100_000] {
                    var exchange = Exchange(
                        policy,
                        over: Channel(
                            isProtected: true, tlsExporter: Array(0..<32), clientSubject: "CN=a"))
                    let message = [UInt8](repeating: filler, count: count)
                    var step = exchange.begin(mechanism, initialResponse: nil)
                    for _ in 0..<4 {
                        guard case .challenge = step else { break }
                        step = exchange.respond(message)
                    }
                    if case .challenge = step { Issue.record("still \(step)") }
                }
            }
        }
    }
}
