import Testing

@testable import SASL

/// Hashes that the public tools make, each with the right password and with wrong ones.
@Suite struct HashTests {
    static let password = "pëncil $x"

    /// How a tool is called for a password, and what it has in front of the hash.
    struct Recipe: Sendable, CustomTestStringConvertible {
        let kind: String
        let arguments: [String]
        var prefix = ""

        var testDescription: String { "\(kind) by \(arguments.joined(separator: " "))" }

        func hash(_ password: String) -> String {
            let line = Tool.line(arguments.map { $0 == "PASSWORD" ? password : $0 })
            precondition(line.hasPrefix(prefix))
            return String(line.dropFirst(prefix.count))
        }
    }

    static let recipes: [Recipe] =
        [
            Recipe(kind: "apr1", arguments: ["openssl", "passwd", "-apr1", "PASSWORD"]),
            Recipe(
                kind: "apr1", arguments: ["openssl", "passwd", "-apr1", "-salt", "x", "PASSWORD"]),
            Recipe(kind: "MD5-crypt", arguments: ["openssl", "passwd", "-1", "PASSWORD"]),
            Recipe(kind: "SHA-256-crypt", arguments: ["openssl", "passwd", "-5", "PASSWORD"]),
            Recipe(kind: "SHA-512-crypt", arguments: ["openssl", "passwd", "-6", "PASSWORD"]),
        ]
        + [
            ("-m", "apr1"), ("-B", "bcrypt"), ("-2", "SHA-256-crypt"), ("-5", "SHA-512-crypt"),
            ("-s", "SHA"),
        ].map { option, kind in
            Recipe(
                kind: kind, arguments: ["htpasswd", "-nb", option, "u", "PASSWORD"], prefix: "u:")
        }
        + [
            ("yescrypt", "yescrypt"), ("bcrypt", "bcrypt"), ("bcrypt-a", "bcrypt"),
            ("sha512crypt", "SHA-512-crypt"), ("sha256crypt", "SHA-256-crypt"),
            ("md5crypt", "MD5-crypt"),
        ].map { method, kind in
            Recipe(kind: kind, arguments: ["mkpasswd", "-m", method, "PASSWORD"])
        } + [
            Recipe(
                kind: "SHA-512-crypt",
                arguments: ["mkpasswd", "-m", "sha512crypt", "-R", "1000", "PASSWORD"]),
            Recipe(
                kind: "yescrypt", arguments: ["mkpasswd", "-m", "yescrypt", "-R", "1", "PASSWORD"]),
        ]
        + [
            ("BLF-CRYPT", "bcrypt"), ("CRYPT", "bcrypt"), ("SHA256-CRYPT", "SHA-256-crypt"),
            ("SHA512-CRYPT", "SHA-512-crypt"), ("MD5-CRYPT", "MD5-crypt"), ("SHA", "SHA"),
            ("SSHA", "SSHA"),
            ("SCRAM-SHA-256", "SCRAM-SHA-256"),
        ].map { scheme, kind in
            Recipe(kind: kind, arguments: ["doveadm", "pw", "-s", scheme, "-p", "PASSWORD"])
        } + [
            Recipe(
                kind: "SCRAM-SHA-256",
                arguments: [
                    "gsasl", "--quiet", "--mkpasswd", "--mechanism", "SCRAM-SHA-256", "--password",
                    "PASSWORD",
                ])
        ]

    @Test(arguments: recipes)
    func `a hash takes its password and no other`(_ recipe: Recipe) throws {
        let hash = recipe.hash(Self.password)
        let store = try CredentialStore(inline: "jürgen:\(hash)", source: "test")
        #expect(store.kinds == [recipe.kind])
        let isWeak = ["apr1", "MD5-crypt", "SSHA", "SHA"].contains(recipe.kind)
        #expect(store.weakKinds == (isWeak ? [recipe.kind] : []))
        #expect(store.hasSCRAM == (recipe.kind == "SCRAM-SHA-256"))
        for mechanism in [Mechanism.plain, .login] {
            func step(_ password: String) -> Exchange.Step {
                var exchange = Exchange(Policy(.store(store), hostname: "mx.example"), over: .tls)
                if mechanism == .plain { return exchange.begin(.plain, "\0jürgen\0\(password)") }
                _ = exchange.begin(.login, "jürgen")
                return exchange.respond(password)
            }
            #expect(step(Self.password) == .succeeded(user: "jürgen"))
            for wrong in ["pëncil $", "pëncil $xx", "pencil $x", "Pëncil $x", " ", "x"] {
                #expect(step(wrong) == .failed("wrong password", "jürgen"))
            }
        }
    }

    @Test(arguments: [1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 255])
    func `apr1 is that of OpenSSL for a password of any length`(_ length: Int) throws {
        let password = String(repeating: "pencil7%", count: 32).prefix(length)
        for salt in ["a", "aB3./xyZ"] {
            let line = Tool.line(["openssl", "passwd", "-apr1", "-salt", salt, String(password)])
            let digest = password.utf8.withContiguousStorageIfAvailable {
                APR1.digest($0, salt: octets(salt))
            }
            #expect("$apr1$\(salt)$\(text(try #require(digest)))" == line)
        }
    }

    @Test func `a password beyond ASCII is right as it was typed and as it is prepared`() {
        // The same letter in one piece and in two.
        let hash = Tool.line(["htpasswd", "-nb", "-s", "u", "\u{FC}"])
        let apart = Tool.line(["htpasswd", "-nb", "-s", "v", "u\u{308}"])
        let policy = Policy.store(hash, apart)
        for (user, password, isRight) in [
            ("u", "\u{FC}", true), ("u", "u\u{308}", true), ("v", "u\u{308}", true),
            ("v", "\u{FC}", false),
        ] {
            var exchange = Exchange(policy, over: .tls)
            #expect(
                exchange.begin(.plain, "\0\(user)\0\(password)")
                    == (isRight ? .succeeded(user: user) : .failed("wrong password", user)))
        }
    }

    @Test(arguments: [
        "", "pencil", "$", "$1$", "$$", "$1$salt", "$1$salt$", "{SHA}",
        "{SHA}0vxRJJChUDZGC1SJQBQ51tpUB/o",
        "{SHA}0vxRJJChUDZGC1SJQBQ51tpUB/p=", "{SHA}AAAA", "{sha}0vxRJJChUDZGC1SJQBQ51tpUB/o=",
        "{SHA}0vxRJJChUDZGC1SJQBQ51tpUB/oA", "{SSHA}0vxRJJChUDZGC1SJQBQ51tpUB/o=", "{SSHA}",
        "{PLAIN}pencil", "{MD5}x", "$2$05$" + String(repeating: "a", count: 53),
        "$2y$03$" + String(repeating: "a", count: 53),
        "$2y$32$" + String(repeating: "a", count: 53),
        "$2y$5$" + String(repeating: "a", count: 53), "$2y$05$" + String(repeating: "a", count: 52),
        "$2y$05$" + String(repeating: "a", count: 54),
        "$2y$05$" + String(repeating: "+", count: 53),
        "$2y$05$x$" + String(repeating: "a", count: 53),
        "$2y$+5$" + String(repeating: "a", count: 53),
        "$5$salt$" + String(repeating: "a", count: 42),
        "$5$salt$" + String(repeating: "a", count: 44),
        "$6$salt$" + String(repeating: "a", count: 85),
        "$6$salt$" + String(repeating: "a", count: 87),
        "$6$salt$" + String(repeating: ":", count: 86),
        "$6$saltsaltsaltsalts$" + String(repeating: "a", count: 86),
        "$6$rounds=999$salt$" + String(repeating: "a", count: 86),
        "$6$rounds=1000000000$salt$" + String(repeating: "a", count: 86),
        "$6$rounds=+5000$salt$" + String(repeating: "a", count: 86),
        "$6$rounds=x$salt$" + String(repeating: "a", count: 86),
        "$6$round=1000$salt$" + String(repeating: "a", count: 86),
        "$apr1$saltsalts$" + String(repeating: "a", count: 22),
        "$apr1$salt$" + String(repeating: "a", count: 21),
        "$apr1$salt$" + String(repeating: "a", count: 23),
        "$1$saltsalts$" + String(repeating: "a", count: 22),
        "$1$sa:t$" + String(repeating: "a", count: 22),
        "$y$j9T$salt$" + String(repeating: "a", count: 42),
        "$y$$salt$" + String(repeating: "a", count: 43),
        "$y$j9T$" + String(repeating: "a", count: 43),
        "$y$j9T$s+lt$" + String(repeating: "a", count: 43),
        "$7$salt$" + String(repeating: "a", count: 43),
        "x$6$salt$" + String(repeating: "a", count: 86),
        "{CRYPT}", "{CRYPT}pencil", "{SCRAM-SHA-256}", "{SCRAM-SHA-256}4096,c2FsdA==,x,y",
        "{SCRAM-SHA-256}0,c2FsdA==,\(key),\(key)", "{SCRAM-SHA-256}-1,c2FsdA==,\(key),\(key)",
        "{SCRAM-SHA-256}+1,c2FsdA==,\(key),\(key)", "{SCRAM-SHA-256},c2FsdA==,\(key),\(key)",
        "{SCRAM-SHA-256}10000001,c2FsdA==,\(key),\(key)", "{SCRAM-SHA-256}4096,,\(key),\(key)",
        "{SCRAM-SHA-256}4096,c2FsdA,\(key),\(key)", "{SCRAM-SHA-256}4096,c2FsdA==,\(key)",
        "{SCRAM-SHA-256}4096,c2FsdA==,\(key),\(key),",
        "{SCRAM-SHA-256}4096,c2FsdA==,\(key)A,\(key)",
        "{SCRAM-SHA-256}4096,c2FsdA==,AAAA,\(key)", "{SCRAM-SHA-1}4096,c2FsdA==,\(key),\(key)",
        "{SCRAM-SHA-256}99999999999999999999,c2FsdA==,\(key),\(key)",
    ])
    func `what is no hash is refused`(_ text: String) {
        #expect(throws: PasswordHash.Malformed.self) {
            try PasswordHash(parsing: text[...])
        }
    }

    static let key = String(repeating: "A", count: 43) + "="

    @Test(arguments: [
        "$2y$04$" + String(repeating: "a", count: 53),
        "$2a$31$" + String(repeating: "a", count: 53),
        "$6$rounds=1000$$" + String(repeating: "a", count: 86),
        "$6$rounds=999999999$saltsaltsaltsalt$" + String(repeating: "a", count: 86),
        "$apr1$$" + String(repeating: "a", count: 22),
        "$1$saltsalt$" + String(repeating: "a", count: 22),
        "$y$j9T$$" + String(repeating: "a", count: 43),
        "{SCRAM-SHA-256}1,c2FsdA==,\(key),\(key)", "{SCRAM-SHA-256}10000000,AA==,\(key),\(key)",
        "{SSHA}0vxRJJChUDZGC1SJQBQ51tpUB/oA",
    ])
    func `the least and the most of each is taken`(_ text: String) throws {
        _ = try PasswordHash(parsing: text[...])
    }
}
