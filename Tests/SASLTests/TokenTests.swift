import Testing

@testable import SASL

/// What is offered only where anything is accepted.
@Suite struct TokenTests {
    func step(_ mechanism: Mechanism, _ message: String) -> Exchange.Step {
        var exchange = Exchange(.anything, over: .tls, nonce: octets("1896.697170952"))
        return exchange.begin(mechanism, message)
    }

    @Test(arguments: [
        // RFC 7628 §4.1
        (
            "n,a=user@example.com,\u{1}host=server.example.com\u{1}port=587\u{1}"
                + "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\u{1}\u{1}",
            "user@example.com"
        ),
        ("y,a=a=2Cb=3Dc,\u{1}auth=bearer x\u{1}\u{1}", "a,b=c"),
        ("n,,\u{1}auth=Bearer x\u{1}\u{1}", ""), ("n,a=,\u{1}auth=Bearer x\u{1}\u{1}", ""),
        ("n,a=us\ner,\u{1}auth=Bearer x\u{1}\u{1}", "us\ner"),
    ])
    func `OAUTHBEARER takes any token`(_ message: String, _ user: String) {
        #expect(step(.oauthBearer, message) == .succeeded(user: user))
    }

    @Test(arguments: [
        "", "n", "n,", "n,,", "n,,\u{1}", "n,,\u{1}\u{1}", "n,,\u{1}\u{1}\u{1}",
        "n,,\u{1}auth=Bearer x", "n,,\u{1}auth=Bearer x\u{1}", "n,,auth=Bearer x\u{1}\u{1}",
        "n,,\u{1}auth=Bearer \u{1}\u{1}", "n,,\u{1}auth=Basic x\u{1}\u{1}",
        "n,,\u{1}auth=Bearer x y\u{1}\u{1}", "n,,\u{1}auth=Bearer ü\u{1}\u{1}",
        "n,,\u{1}host=x\u{1}\u{1}", "p=tls-exporter,,\u{1}auth=Bearer x\u{1}\u{1}",
        "n,b=user,\u{1}auth=Bearer x\u{1}\u{1}", "n,a=user\u{1}auth=Bearer x\u{1}\u{1}",
        "n,a=user,x\u{1}auth=Bearer x\u{1}\u{1}", "n,a=user,\u{1}auth=Bearer x\u{1}\u{1}z",
        "\u{1}auth=Bearer x\u{1}\u{1}", "n,a=user,,\u{1}auth=Bearer x\u{1}\u{1}",
    ])
    func `but no message of another form`(_ message: String) {
        #expect(step(.oauthBearer, message) == .failed("malformed OAUTHBEARER message"))
    }

    @Test func `nor a name that is escaped in another way`() {
        #expect(
            step(.oauthBearer, "n,a=us=er,\u{1}auth=Bearer x\u{1}\u{1}")
                == .failed("malformed SCRAM message"))
    }

    // MARK: XOAUTH2

    @Test func `XOAUTH2 takes any token`() {
        #expect(
            step(.xoauth2, "user=someuser@example.com\u{1}auth=Bearer ya29.vF9dft4qmTc2\u{1}\u{1}")
                == .succeeded(user: "someuser@example.com"))
    }

    @Test(arguments: [
        "", "user=", "user=x", "user=x\u{1}", "user=x\u{1}\u{1}", "user=x\u{1}auth=Bearer y",
        "user=x\u{1}auth=Bearer y\u{1}", "User=x\u{1}auth=Bearer y\u{1}\u{1}",
        "x\u{1}auth=Bearer y\u{1}\u{1}", "user=x\u{1}auth=Bearer \u{1}\u{1}",
        "auth=Bearer y\u{1}user=x\u{1}\u{1}",
    ])
    func `but no message of another shape`(_ message: String) {
        #expect(step(.xoauth2, message) == .failed("malformed XOAUTH2 message"))
    }

    @Test func `and of anybody, who need not have a name`() {
        #expect(
            step(.xoauth2, "user=\u{1}auth=Bearer y\u{1}\u{1}") == .succeeded(user: ""))
    }

    @Test(arguments: [1024, 1025])
    func `a name has 1,024 octets at most`(_ count: Int) {
        let long = String(repeating: "x", count: count)
        let outcome: Exchange.Step =
            count > 1024 ? .failed("user name too long") : .succeeded(user: long)
        #expect(step(.xoauth2, "user=\(long)\u{1}auth=Bearer y\u{1}\u{1}") == outcome)
        #expect(step(.oauthBearer, "n,a=\(long),\u{1}auth=Bearer y\u{1}\u{1}") == outcome)
    }
}
