import Glibc
import TestSupport
import Testing

@testable import SASL

@Suite struct CredentialStoreTests {
    func read(_ content: String) throws -> CredentialStore {
        let directory = TemporaryDirectory()
        return try CredentialStore(contentsOfFile: directory.write(content, to: "users"))
    }

    func check(_ store: CredentialStore, _ user: String, _ password: String)
        -> CredentialStore.PasswordCheck
    {
        store.check(try! Password(octets(password)), of: user)
    }

    @Test(arguments: [
        "tim:\(pencilSHA)\nü:\(pencilSHA)\n", "tim:\(pencilSHA)\nü:\(pencilSHA)",
        "tim:\(pencilSHA)\r\nü:\(pencilSHA)\r\n",
        "# users\n\n  \n\t# more\ntim:\(pencilSHA)\n \t\r\n\n  ü:\(pencilSHA)  \n#x:y",
    ])
    func `a file has a user a line`(_ content: String) throws {
        let store = try read(content)
        #expect(store.userCount == 2)
        #expect(check(store, "tim", "pencil") == .right)
        #expect(check(store, "ü", "pencil") == .right)
        #expect(check(store, "ü", "pen") == .wrong)
        #expect(check(store, "#x", "y") == .unknownUser)
    }

    @Test(arguments: [
        "tim:\(pencilSHA) ü:\(pencilSHA)", "  tim:\(pencilSHA)\n\tü:\(pencilSHA)\r\n",
    ])
    func `inline there are blanks between users`(_ text: String) throws {
        let store = try CredentialStore(inline: text, source: "MP_SMTP_AUTH")
        #expect(store.userCount == 2)
        #expect(check(store, "tim", "pencil") == .right)
        #expect(check(store, "ü", "pencil") == .right)
    }

    @Test(arguments: [
        ("tim:\(pencilSHA)\nsecret", "line 2: no colon behind the user"),
        ("secret", "line 1: no colon behind the user"),
        ("\n# x\n:\(pencilSHA)\n", "line 3: empty user name"),
        ("tim:$secret", "line 1: not a hash of a known kind"),
        ("tim:{PLAIN}secret", "line 1: not a hash of a known kind"),
        ("tim:", "line 1: no password behind the colon"),
        ("tim: \t", "line 1: no password behind the colon"),
        ("tim:sec\u{1}ret", "line 1: password with a control character"),
        ("tim:sec\0ret", "line 1: password with NUL or a line end"),
        ("tim:sec\u{200E}ret", "line 1: password with a prohibited character"),
        ("tim:" + String(repeating: "x", count: 512), "line 1: password too long"),
        ("tim:{SHA}secret", "line 1: malformed {SHA} hash"),
        ("tim:$2y$05$secret", "line 1: malformed bcrypt hash"),
        ("tim:\(pencilSHA):1000", "line 1: malformed {SHA} hash"),
        ("tim:{SCRAM-SHA-256}secret", "line 1: malformed {SCRAM-SHA-256} keys"),
        ("t\u{1}im:\(pencilSHA)", "line 1: user name with a control character"),
        ("t\0im:\(pencilSHA)", "line 1: user name with NUL or a line end"),
        ("t\rim:\(pencilSHA)", "line 1: user name with NUL or a line end"),
        (String(repeating: "x", count: 512) + ":\(pencilSHA)", "line 1: user name too long"),
        ("t\u{2028}im:\(pencilSHA)", "line 1: user name with a prohibited character"),
    ])
    func `a line that cannot be used is told by its number and nothing else`(
        _ content: String, _ reason: String
    ) throws {
        let directory = TemporaryDirectory()
        let path = directory.write(content, to: "users")
        #expect(throws: CredentialError("\(path) \(reason)")) {
            try CredentialStore(contentsOfFile: path)
        }
    }

    @Test func `a user twice is an error, however the name is written`() throws {
        for (first, second) in [("tim", "tim"), ("ü", "u\u{308}"), ("I\u{AD}X", "\u{2168}")] {
            let directory = TemporaryDirectory()
            let path = directory.write(
                "\(first):\(pencilSHA)\nother:\(pencilSHA)\n\(second):\(pencilSHA)\n", to: "users")
            #expect(throws: CredentialError("\(path) line 3: the user of \(path) line 1 again")) {
                try CredentialStore(contentsOfFile: path)
            }
        }
    }

    @Test func `inline faults are told by the entry`() {
        #expect(throws: CredentialError("MP_SMTP_AUTH entry 2: not a hash of a known kind")) {
            try CredentialStore(inline: "tim:\(pencilSHA) ü:$secret", source: "MP_SMTP_AUTH")
        }
    }

    @Test(arguments: ["", "\n", "# tim:x\n"])
    func `a file without users is an error`(_ content: String) throws {
        let directory = TemporaryDirectory()
        let path = directory.write(content, to: "users")
        #expect(throws: CredentialError("auth file \(path) has no users")) {
            try CredentialStore(contentsOfFile: path)
        }
    }

    @Test func `a file that cannot be read is an error`() throws {
        let directory = TemporaryDirectory()
        let path = directory.file("users")
        #expect(
            throws: CredentialError(
                "auth file: open \(path): No such file or directory (errno 2)")
        ) { try CredentialStore(contentsOfFile: path) }
        #expect(
            throws: CredentialError(
                "auth file: read \(directory.path): Is a directory (errno 21)")
        ) { try CredentialStore(contentsOfFile: directory.path) }
        #expect(throws: CredentialError("auth file /dev/zero is longer than 16 MiB")) {
            try CredentialStore(contentsOfFile: "/dev/zero")
        }
        #expect(mkfifo(path, 0o600) == 0)
        let writer = open(path, O_RDWR | O_CLOEXEC)
        #expect(
            throws: CredentialError(
                "auth file: read \(path): Resource temporarily unavailable (errno 11)")
        ) { try CredentialStore(contentsOfFile: path) }
        close(writer)
    }

    @Test func `the kinds are known`() throws {
        let store = try read("a:\(pencilSHA)\n\(scramLine("b"))\nc:\(pencilSHA)\n")
        #expect(store.kinds == ["SCRAM-SHA-256", "SHA"])
        #expect(store.hasSCRAM)
        #expect(try !read("a:\(pencilSHA)\n").hasSCRAM)
    }

    // MARK: Costs

    @Test(arguments: [
        ["htpasswd", "-nbB", "-C", "8", "u", "pencil"], ["htpasswd", "-nb5", "u", "pencil"],
        ["htpasswd", "-nbm", "u", "pencil"],
    ])
    func `a user who does not exist costs what a wrong password costs`(_ arguments: [String]) {
        let store = store(Tool.line(arguments))
        let logins = [
            { #expect(check(store, "u", "pen") == .wrong) },
            { #expect(check(store, "u", "pencil") == .right) },
            { #expect(check(store, "nobody", "pen") == .unknownUser) },
        ]
        // Without the second computation the ratio is beyond ten.
        func areAlike(_ costs: [Int]) -> Bool { costs.max()! < costs.min()! * 2 }
        let costs = costs(logins, until: areAlike)
        #expect(areAlike(costs), "\(costs) µs")
    }

    @Test func `in a mixed file users who do not exist cost like this one or that`() {
        let store = store(
            Tool.line(["htpasswd", "-nbB", "-C", "8", "u", "pencil"]), "v:\(pencilSHA)")
        let cheap = cost { #expect(check(store, "v", "pen") == .wrong) }
        let dear = cost { #expect(check(store, "u", "pen") == .wrong) }
        let costs = (0..<24).map { number in
            cost { #expect(check(store, "nobody\(number)", "pen") == .unknownUser) }
        }
        #expect(costs.contains { $0 * 4 < dear }, "\(costs), \(cheap), \(dear)")
        #expect(costs.contains { $0 * 2 > dear }, "\(costs), \(cheap), \(dear)")
    }
}
