import Testing

@testable import SASL

/// What is offered where anything is accepted.
@Suite struct UncheckedTests {
    func step(_ mechanism: Mechanism, _ message: String) -> Exchange.Step {
        var exchange = Exchange(.anything, over: .tls, nonce: octets("1896.697170952"))
        return exchange.begin(mechanism, message)
    }

    // MARK: CRAM-MD5

    func cram(_ response: String) -> Exchange.Step {
        var exchange = Exchange(.anything, over: .tls, nonce: octets("1896.697170952"))
        #expect(
            exchange.begin(.cramMD5, initialResponse: nil)
                == .challenge("<1896.697170952@mx.example>"))
        return exchange.respond(response)
    }

    @Test func `the response of RFC 2195 section 2 is accepted`() {
        #expect(cram("tim b913a602c7eda7a495b4e6e7334d3890") == .succeeded(user: "tim"))
        #expect(cram("two words b913a602c7eda7a495b4e6e7334d3890") == .succeeded(user: "two words"))
    }

    @Test(arguments: [
        "", " ", "tim", "tim ", "tim b913a602c7eda7a495b4e6e7334d389",
        "tim b913a602c7eda7a495b4e6e7334d38900", "tim B913A602C7EDA7A495B4E6E7334D3890",
        "tim g913a602c7eda7a495b4e6e7334d3890", "tim\0b913a602c7eda7a495b4e6e7334d3890",
        "tim b913a602c7eda7a495b4e6e7334d3890 ",
    ])
    func `a response of another form is refused`(_ response: String) {
        #expect(cram(response) == .failed("malformed CRAM-MD5 message"))
    }

    @Test func `a user nobody can be is refused`() {
        #expect(cram(" b913a602c7eda7a495b4e6e7334d3890") == .failed("empty user name"))
        #expect(
            cram("a\nb b913a602c7eda7a495b4e6e7334d3890")
                == .failed("user name with NUL or a line end"))
    }

    @Test func `the server begins`() {
        #expect(step(.cramMD5, "") == .failed("malformed CRAM-MD5 message"))
        #expect(step(.cramMD5, "tim x") == .failed("malformed CRAM-MD5 message"))
    }

    // MARK: OAUTHBEARER

    @Test(arguments: [
        // RFC 7628 §4.1
        (
            "n,a=user@example.com,\u{1}host=server.example.com\u{1}port=587\u{1}"
                + "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\u{1}\u{1}",
            "user@example.com"
        ),
        ("y,a=a=2Cb=3Dc,\u{1}auth=bearer x\u{1}\u{1}", "a,b=c"),
        ("n,,\u{1}auth=Bearer x\u{1}\u{1}", ""),
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

    @Test(arguments: [
        ("n,a=,\u{1}auth=Bearer x\u{1}\u{1}", "empty user name"),
        ("n,a=us\ner,\u{1}auth=Bearer x\u{1}\u{1}", "user name with NUL or a line end"),
        ("n,a=us=er,\u{1}auth=Bearer x\u{1}\u{1}", "malformed SCRAM message"),
    ])
    func `nor a name that is none`(_ message: String, _ reason: String) {
        #expect(step(.oauthBearer, message) == .failed(reason))
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

    @Test func `nor a user nobody is`() {
        #expect(
            step(.xoauth2, "user=\u{1}auth=Bearer y\u{1}\u{1}") == .failed("empty user name"))
    }
}
