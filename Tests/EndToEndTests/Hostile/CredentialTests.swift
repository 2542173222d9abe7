import Foundation
import TestSupport
import Testing

/// AUTH with payloads of every wrong kind. The log says why, the wire does not.
extension HostileTests {
    private static let refused = "535 5.7.8 Authentication credentials invalid"
    private static let notBase64 = "501 5.5.2 Cannot decode base64"
    private static let badSyntax = "501 5.5.4 Syntax error in parameters or arguments"
    private static let unknown = "504 5.5.4 Unrecognized authentication mechanism"

    private static func base64(_ octets: [UInt8]) -> String { Data(octets).base64EncodedString() }
    private static func base64(_ text: String) -> String { base64(Array(text.utf8)) }

    /// Lines that a client sends one after the other, and the reply to the last.
    private static let attempts: [(lines: [String], reply: String)] = {
        let zeros = [UInt8](repeating: 0, count: 300)
        var attempts: [([String], String)] = [
            (["AUTH"], badSyntax), (["AUTH "], badSyntax), (["AUTH ="], badSyntax),
            (["AUTH PLAIN x y"], badSyntax), (["AUTH PLAIN\0x"], badSyntax),
            (["AUTH XYZZY"], unknown), (["AUTH CRAM-MD5"], unknown), (["AUTH EXTERNAL ="], unknown),
            (["AUTH NTLM"], unknown), (["AUTH \(String(repeating: "A", count: 2000))"], unknown),
            (["AUTH PLAIN !"], notBase64), (["AUTH PLAIN AAA"], notBase64),
            (["AUTH PLAIN A==="], notBase64), (["AUTH PLAIN =="], notBase64),
            (["AUTH PLAIN AA=A"], notBase64), (["AUTH PLAIN AGFsaWNl\u{FF}"], notBase64),
            (["AUTH PLAIN", "!"], notBase64),
            (["AUTH PLAIN", "*"], "501 5.7.0 Authentication cancelled"),
            (["AUTH PLAIN", "="], notBase64),
            (["AUTH PLAIN \(String(repeating: "A", count: 12_300))"], "500 5.5.2 Line too long"),
            (["AUTH PLAIN", String(repeating: "A", count: 12_300)], "500 5.5.2 Line too long"),
            (["AUTH LOGIN", base64("alice"), "*"], "501 5.7.0 Authentication cancelled"),
            (["AUTH LOGIN", base64("alice"), base64("wrong")], refused),
            (["AUTH LOGIN", base64(zeros), base64(zeros)], refused),
            (["AUTH LOGIN =", base64("password")], refused),
            (
                ["AUTH SCRAM-SHA-256", base64("n,,n=bob,r=abc"), base64("c=biws,r=abc,p=AAAA")],
                refused
            ),
            (["AUTH SCRAM-SHA-256", base64("n,,n=bob,r=abc"), base64("")], refused),
            (["AUTH SCRAM-SHA-256", base64("n,,n=bob,r=abc"), base64(zeros)], refused),
        ]
        let plain = [
            "", "alice", "\0alice", "\0alice\0", "\0\0", "\0\0password", "\0alice\0password\0",
            "bob\0alice\0password", "\0alice\0wrong", "\0nobody\0password", "alice\0password",
            "\0alice\0%n%s%n", "\0alice\r\n\0x", String(repeating: "\0", count: 9000),
            String(repeating: "x", count: 9000), "\0alice\0" + String(repeating: "x", count: 9000),
        ]
        attempts += plain.map { (["AUTH PLAIN \($0.isEmpty ? "=" : base64($0))"], refused) }
        attempts += plain.map { (["AUTH PLAIN", base64($0)], refused) }
        attempts.append((["AUTH PLAIN \(base64([0, 0xFF, 0xFE, 0, 0xC0, 0xAF]))"], refused))
        let scram = [
            "", "n", "n,", "n,,", "n,,n=bob", "n,,r=abc,n=bob", "n,,n=,r=abc", "n,,n=bob,r=",
            "x,,n=bob,r=abc",
            "n,,m=1,n=bob,r=abc", "p=tls-unique,,n=bob,r=abc", "p=,,n=bob,r=abc",
            "n,,n=b=2Db,r=abc",
            "n,,n=bob,r=a\u{7F}bc", "n,,n=bob\0,r=abc", "n,,n=\u{200B}bob,r=\u{E9}",
            "n,a=eve,n=bob,r=abc",
            String(repeating: ",", count: 9000),
        ]
        attempts += scram.map { (["AUTH SCRAM-SHA-256", base64($0)], refused) }
        return attempts
    }()

    @Test func `AUTH with every wrong payload`() {
        let directory = TemporaryDirectory()
        let options = ["--smtp-auth-file", directory.write(Credentials.file, to: "users")]
        let siege = Siege("AUTH with every wrong payload", isSecure: true, options)
        let client = siege.client
        client.enterTLS()
        for (index, (lines, expected)) in Self.attempts.enumerated() {
            var reply: [String] = []
            for (number, line) in lines.enumerated() {
                reply = client.command(line)
                guard number < lines.count - 1 else { break }
                #expect(reply.starts(with: "334 "), "\(lines): \(reply)")
            }
            #expect(reply == [expected], "\(lines.map { $0.prefix(60) })")
            guard index % 10 == 9 else { continue }
            #expect(
                client.command("MAIL FROM:<a@b.example>") == ["530 5.7.0 Authentication required"])
            #expect(client.command("NOOP") == ["250 2.0.0 Ok"])
        }
        client.send("QUIT\r\n")
        siege.expectEnd(saying: "221 2.0.0 Bye\r\n", log: [" auth-failed: "])
        let log = siege.mailpit.log
        #expect(!log.contains(" auth-ok: "))
        #expect(!log.contains("password") || !log.contains("\0"))
    }

    @Test func `20 wrong passwords end the session`() {
        let directory = TemporaryDirectory()
        let options = ["--smtp-auth-file", directory.write(Credentials.file, to: "users")]
        let siege = Siege("a million wrong passwords", isSecure: true, options)
        siege.client.enterTLS()
        for _ in 0..<19 {
            #expect(siege.client.command("AUTH PLAIN AGFsaWNlAHdyb25n") == [Self.refused])
        }
        siege.client.send("AUTH PLAIN AGFsaWNlAHdyb25n\r\n\(Credentials.line)\r\n")
        siege.expectEnd(
            saying: "\(Self.refused)\r\n421 4.7.0 Too many errors\r\n", log: ["Too many errors"])
        #expect(!siege.mailpit.log.contains(" auth-ok: "))
    }
}
