import Testing

@testable import SASL

@Suite struct MechanismTests {
    static let certified = Channel(
        isProtected: true, tlsExporter: Array(0..<32), clientSubject: "CN=alice")

    static let certificates = Policy(.certificates, hostname: "mx.example")

    @Test(arguments: [
        (Policy.store("u:\(pencilSHA)"), Channel.tls, "PLAIN LOGIN"),
        (.store("u:\(pencilSHA)"), .tlsWithExporter, "PLAIN LOGIN"),
        (.store("u:\(pencilSHA)"), certified, "EXTERNAL PLAIN LOGIN"),
        (.store(scramLine("u")), .tls, "SCRAM-SHA-256 PLAIN LOGIN"),
        (
            .store(scramLine("u")), .tlsWithExporter,
            "SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN"
        ),
        (
            .store(scramLine("u"), "v:\(pencilSHA)"), certified,
            "EXTERNAL SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN"
        ),
        (.anything, .tlsWithExporter, "OAUTHBEARER XOAUTH2 PLAIN LOGIN"),
        (.anything, certified, "EXTERNAL OAUTHBEARER XOAUTH2 PLAIN LOGIN"),
        (.anything, Channel(), ""), (.store("u:pencil"), .tls, "SCRAM-SHA-256 PLAIN LOGIN"),
        (
            .store("u:pencil"), .tlsWithExporter,
            "SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN"
        ),
        (certificates, certified, "EXTERNAL"), (certificates, .tlsWithExporter, ""),
        (.store(scramLine("u")), Channel(), ""),
    ])
    func `what is offered follows from credentials and channel`(
        _ policy: Policy, _ channel: Channel, _ names: String
    ) {
        let offered = policy.offered(over: channel)
        #expect(offered.map(\.rawValue).joined(separator: " ") == names)
    }

    @Test func `what is not offered cannot be begun`() {
        let channels = [Channel(), .tls, .tlsWithExporter, Self.certified]
        let policies = [
            Policy.store("u:\(pencilSHA)"), .store(scramLine("u")), .anything, Self.certificates,
        ]
        var refused = 0
        for channel in channels {
            for policy in policies {
                for mechanism in Mechanism.allCases
                where !policy.offered(over: channel).contains(mechanism) {
                    for response in [nil, [], octets("\0u\0pencil")] {
                        var exchange = Exchange(policy, over: channel)
                        #expect(
                            exchange.begin(mechanism, initialResponse: response)
                                == .failed("\(mechanism.rawValue) is not offered"))
                        refused += 1
                    }
                }
            }
        }
        // Of 4 × 4 × 8 combinations 33 are offered.
        #expect(refused == 3 * (128 - 33))
    }

    @Test func `without TLS nothing is offered unless that is allowed`() {
        var policy = Policy.store(scramLine("u"))
        #expect(policy.offered(over: Channel()) == [])
        policy.allowsPlaintext = true
        #expect(policy.offered(over: Channel()) == [.scramSHA256, .plain, .login])
    }

    @Test func `the operator's list takes away and adds nothing`() {
        var policy = Policy.store(scramLine("u"))
        policy.restriction = [.login, .scramSHA256, .cramMD5, .external]
        #expect(policy.offered(over: .tlsWithExporter) == [.scramSHA256, .login])
    }

    @Test(arguments: [
        ("PLAIN", [Mechanism.plain]), ("login,plain", [.plain, .login]),
        (" Scram-Sha-256-Plus, PLAIN  EXTERNAL,", [.external, .scramSHA256Plus, .plain]),
        ("PLAIN PLAIN", [.plain]),
        ("XOAUTH2,OAUTHBEARER,CRAM-MD5", [.oauthBearer, .xoauth2, .cramMD5]),
    ])
    func `a list of mechanisms is read`(_ list: String, _ mechanisms: [Mechanism]) throws {
        #expect(try [Mechanism](parsing: list) == mechanisms)
    }

    @Test(arguments: [
        ("", MechanismListError.empty), (" , ", .empty),
        ("PLAIN,DIGEST-MD5", .unknown("DIGEST-MD5")),
        ("PLAIN;LOGIN", .unknown("PLAIN;LOGIN")), ("SCRAM-SHA-1", .unknown("SCRAM-SHA-1")),
    ])
    func `a list with something else in it is an error`(
        _ list: String, _ error: MechanismListError
    ) {
        #expect(throws: error) { try [Mechanism](parsing: list) }
    }
}
