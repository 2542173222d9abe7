import Testing

@testable import SASL

@Suite struct ExternalTests {
    func external(_ response: String, _ subject: String, _ policy: Policy = .anything)
        -> Exchange.Step
    {
        let channel = Channel(isProtected: true, clientSubject: subject)
        var exchange = Exchange(policy, over: channel)
        return exchange.begin(.external, response)
    }

    @Test func `the subject of the certificate is the user`() {
        #expect(external("", "CN=alice,O=Example") == .succeeded(user: "CN=alice,O=Example"))
        #expect(
            external("", "CN=alice", .store("tim:\(pencilSHA)")) == .succeeded(user: "CN=alice"))
        let channel = Channel(isProtected: true, clientSubject: "CN=alice")
        var exchange = Exchange(.anything, over: channel)
        #expect(exchange.begin(.external, initialResponse: nil) == .challenge(""))
        #expect(exchange.respond("") == .succeeded(user: "CN=alice"))
    }

    @Test(arguments: [
        ("alice", "CN=alice,O=Example"), ("CN=alice,O=Example", "CN=alice,O=Example"),
        ("alice", "O=Example,CN=alice"), ("alice", "emailAddress=a@b+CN=alice,O=Example"),
        ("a,b", "CN=a\\,b,O=Example"), ("ü", "CN=\\C3\\BC"), ("a+b=c", "O=x,CN=a\\+b=c"),
        ("a\\b", "CN=a\\\\b"),
    ])
    func `one may act as the name in the certificate`(_ name: String, _ subject: String) {
        #expect(external(name, subject) == .succeeded(user: subject))
    }

    @Test(
        arguments: [
            ("bob", "CN=alice"), ("alic", "CN=alice"), ("alice", "O=alice"),
            ("bob", "CN=alice,CN=bob"),
            ("x", "OU=a\\,CN=x"), ("alice", "CN"), ("alice", ""), ("a", "CN=\\"), ("a", "CN=\\FF"),
        ])
    func `and as nobody else`(_ name: String, _ subject: String) {
        #expect(external(name, subject) == .failed("may not act as another identity", subject))
    }

    @Test(arguments: [
        ("ali\0ce", "user name with NUL or a line end"),
        ("alice\n", "user name with NUL or a line end"),
        (String(repeating: "x", count: 512), "user name too long"),
    ])
    func `a name that is none is refused`(_ name: String, _ reason: String) {
        #expect(external(name, "CN=alice") == .failed(reason, "CN=alice"))
    }

    @Test func `without a verified certificate it is not to be had`() {
        var exchange = Exchange(.anything, over: .tls)
        #expect(exchange.begin(.external, "") == .failed("EXTERNAL is not offered"))
    }
}
