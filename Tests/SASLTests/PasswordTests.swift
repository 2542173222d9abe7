import Testing

@testable import SASL

/// PLAIN and LOGIN.
@Suite struct PasswordTests {
    static let policy = Policy.store("tim:\(pencilSHA)", "jürgen:\(pencilSHA)")

    func plain(_ message: String, _ policy: Policy = Self.policy) -> Exchange.Step {
        var exchange = Exchange(policy, over: .tls)
        return exchange.begin(.plain, message)
    }

    func login(_ user: String, _ password: String, _ policy: Policy = Self.policy)
        -> Exchange.Step
    {
        var exchange = Exchange(policy, over: .tls)
        _ = exchange.begin(.login, user)
        return exchange.respond(password)
    }

    @Test(arguments: [
        ("\0tim\0pencil", "tim"), ("tim\0tim\0pencil", "tim"), ("\0jürgen\0pencil", "jürgen"),
        ("\0ju\u{308}rgen\0pencil", "ju\u{308}rgen"),
        ("jürgen\0ju\u{308}rgen\0pencil", "ju\u{308}rgen"),
    ])
    func `PLAIN takes who has the password`(_ message: String, _ user: String) {
        #expect(plain(message) == .succeeded(user: user))
    }

    @Test(
        arguments: [
            ("\0tim\0Pencil", "wrong password", "tim"),
            ("\0tim\0pencil ", "wrong password", "tim"),
            ("\0Tim\0pencil", "unknown user", "Tim"),
            ("\0nobody\0pencil", "unknown user", "nobody"),
            ("root\0tim\0pencil", "may not act as another identity", "tim"),
            // Who has not proved who it is hears of the password first.
            ("root\0tim\0pen", "wrong password", "tim"),
            ("\0tim\0", "empty password", "tim"),
            ("\0\0pencil", "empty user name", nil),
            ("", "malformed PLAIN message", nil),
            ("tim", "malformed PLAIN message", nil),
            ("\0tim", "malformed PLAIN message", nil),
            ("tim\0pencil", "malformed PLAIN message", nil),
            ("\0tim\0pencil\0", "malformed PLAIN message", nil),
            ("\0tim\0pen\0cil", "malformed PLAIN message", nil),
            ("\0\0\0\0", "malformed PLAIN message", nil),
            ("\0\0", "empty user name", nil),
            ("\0tim\0pencil\r\n", "password with NUL or a line end", "tim"),
            ("\0tim\0pen\ncil", "password with NUL or a line end", "tim"),
            ("\0tim\r\0pencil", "user name with NUL or a line end", nil),
            ("a\nb\0tim\0pencil", "user name with NUL or a line end", "tim"),
            ("\0tim\0pencil\u{7}", "password with a control character", "tim"),
            ("\0tim\0pencil\u{200E}", "password with a prohibited character", "tim"),
            ("\0tim\0\u{AD}", "password with only characters that do not count", "tim"),
            ("\0tim\0\u{627}1", "password with letters of both directions", "tim"),
            ("\0t\u{7F}im\0pencil", "user name with a control character", "t\u{7F}im"),
        ] as [(String, String, String?)])
    func `PLAIN refuses all else`(_ message: String, _ reason: String, _ user: String?) {
        #expect(plain(message) == .failed(reason, user))
    }

    @Test func `octets that are no UTF-8 are refused`() {
        var exchange = Exchange(Self.policy, over: .tls)
        #expect(
            exchange.begin(.plain, initialResponse: [0, 0xFC, 0, 0x70])
                == .failed("user name that is no UTF-8"))
        exchange = Exchange(Self.policy, over: .tls)
        #expect(
            exchange.begin(.plain, initialResponse: octets("\0tim\0") + [0xFC])
                == .failed("password that is no UTF-8", "tim"))
    }

    @Test(arguments: [511, 512, 9000])
    func `511 octets is the most of a name and of a password`(_ count: Int) {
        let long = String(repeating: "x", count: count)
        let isTooLong = count > 511
        #expect(
            plain("\0tim\0\(long)")
                == .failed(isTooLong ? "password too long" : "wrong password", "tim"))
        #expect(
            plain("\0\(long)\0pencil")
                == (isTooLong ? .failed("user name too long") : .failed("unknown user", long)))
        #expect(
            plain("\(long)\0tim\0pencil")
                == .failed(
                    isTooLong ? "user name too long" : "may not act as another identity", "tim"))
    }

    @Test func `PLAIN without an initial response asks with an empty challenge`() {
        var exchange = Exchange(Self.policy, over: .tls)
        #expect(exchange.begin(.plain, initialResponse: nil) == .challenge(""))
        #expect(exchange.respond("\0tim\0pencil") == .succeeded(user: "tim"))
        #expect(exchange.respond("\0tim\0pencil") == .failed("no exchange is in progress"))
    }

    @Test func `an empty initial response is a response`() {
        #expect(plain("") == .failed("malformed PLAIN message"))
    }

    @Test func `LOGIN asks for name and password`() {
        var exchange = Exchange(Self.policy, over: .tls)
        #expect(exchange.begin(.login, initialResponse: nil) == .challenge("Username:"))
        #expect(exchange.respond("jürgen") == .challenge("Password:"))
        #expect(exchange.respond("pencil") == .succeeded(user: "jürgen"))
    }

    @Test func `LOGIN takes the name from the initial response`() {
        var exchange = Exchange(Self.policy, over: .tls)
        #expect(exchange.begin(.login, "tim") == .challenge("Password:"))
        #expect(exchange.respond("pencil") == .succeeded(user: "tim"))
    }

    @Test(
        arguments: [
            ("tim", "Pencil", "wrong password", "tim"),
            ("nobody", "pencil", "unknown user", "nobody"),
            ("", "pencil", "empty user name", nil),
            ("tim", "", "empty password", "tim"),
            ("tim\0", "pencil", "user name with NUL or a line end", nil),
            ("tim", "pen\0cil", "password with NUL or a line end", "tim"),
            ("tim", "pencil\n", "password with NUL or a line end", "tim"),
            ("t\tim", "pencil", "user name with a control character", "t\tim"),
        ] as [(String, String, String, String?)])
    func `LOGIN refuses all else`(
        _ user: String, _ password: String, _ reason: String, _ known: String?
    ) {
        #expect(login(user, password) == .failed(reason, known))
    }

    // MARK: Where anything is accepted

    @Test(arguments: [
        ("\0anyone\0anything", "anyone"), ("someone\0anyone\0anything", "anyone"),
        ("\0anyone\0", "anyone"), ("\0ü\0ü", "ü"), ("\0\0", ""), ("\0\0x", ""), ("x\0\0", ""),
        ("\0any\none\0x", "any\none"), ("\0anyone\0x\r", "anyone"), ("a\nb\0anyone\0x", "anyone"),
    ])
    func `any password of anyone is accepted`(_ message: String, _ user: String) {
        #expect(plain(message, .anything) == .succeeded(user: user))
        let fields = message.split(separator: "\0", omittingEmptySubsequences: false)
        #expect(
            login(String(fields[1]), String(fields[2]), .anything) == .succeeded(user: user))
    }

    @Test func `so is what is no UTF-8`() {
        var exchange = Exchange(.anything, over: .tls)
        #expect(
            exchange.begin(.plain, initialResponse: [0x80, 0, 0xFC, 0, 0xFC])
                == .succeeded(user: "\u{FFFD}"))
    }

    @Test func `LOGIN may begin with an empty name`() {
        var exchange = Exchange(.anything, over: .tls)
        #expect(exchange.begin(.login, "") == .challenge("Password:"))
        #expect(exchange.respond("") == .succeeded(user: ""))
        exchange = Exchange(.anything, over: .tls)
        #expect(exchange.begin(.login, initialResponse: nil) == .challenge("Username:"))
        #expect(exchange.respond("") == .challenge("Password:"))
        #expect(exchange.respond("") == .succeeded(user: ""))
    }

    @Test(arguments: [1024, 1025])
    func `a name has 1,024 octets at most, and a password any number`(_ count: Int) {
        let long = String(repeating: "x", count: count)
        let outcome: Exchange.Step =
            count > 1024 ? .failed("user name too long") : .succeeded(user: long)
        #expect(plain("\0\(long)\0x", .anything) == outcome)
        #expect(login(long, "x", .anything) == outcome)
        #expect(plain("\(long)\0u\0\(long)", .anything) == .succeeded(user: "u"))
    }

    @Test(arguments: ["", "anyone", "\0anyone", "\0anyone\0x\0", "\0\0\0"])
    func `but a message of PLAIN it must be`(_ message: String) {
        #expect(plain(message, .anything) == .failed("malformed PLAIN message"))
    }
}
