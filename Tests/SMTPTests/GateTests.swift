import SMTP
import Testing

@Suite struct GateTests {
    static let mustStartTLS = "530 5.7.0 Must issue a STARTTLS command first"

    /// Everything a client might say, and how it is answered before TLS where TLS is required.
    static let lines: [(String, String)] = [
        ("AUTH PLAIN AGEAYg==", mustStartTLS), ("BDAT 6 LAST\r\nQUIT", mustStartTLS),
        ("BDAT 0", mustStartTLS + "|" + mustStartTLS), ("DATA", mustStartTLS),
        ("EXPN a", mustStartTLS), ("HELO client.example", mustStartTLS), ("HELP", mustStartTLS),
        ("MAIL FROM:<>", mustStartTLS), ("RCPT TO:<a@b.example>", mustStartTLS),
        ("RSET", mustStartTLS), ("VRFY a", mustStartTLS), ("", mustStartTLS),
        ("garbage", mustStartTLS), ("GET / HTTP/1.1", mustStartTLS), ("\u{0}\u{7F}", mustStartTLS),
        ("mail from:<", mustStartTLS), ("STARTTLSX", mustStartTLS),
        ("\u{16}\u{3}\u{1}\u{2}", mustStartTLS),
        ("NOOP", "250 2.0.0 Ok"), ("QUIT", "221 2.0.0 Bye"),
        ("EHLO", "501 5.5.4 Syntax error in parameters or arguments"),
        ("STARTTLS x", "501 5.5.4 Syntax error in parameters or arguments"),
        ("STARTTLS", "220 2.0.0 Ready to start TLS"),
    ]

    /// What may have been said before.
    static let preludes = [
        "", "EHLO x\r\n", "NOOP\n", "STARTTLS x\r\n", "BDAT 1\r\nxRSET\r\n", "Z\r\n",
    ]

    @Test(arguments: lines, preludes)
    func `before TLS`(line: (String, String), prelude: String) {
        var session = Session(.test())
        _ = session.drain()
        _ = session.send(prelude)
        var replies = session.replies(to: line.0 + "\r\n")
        if line.0 == "BDAT 0" { replies += session.replies(to: "BDAT 1 LAST\r\nx") }
        let expected = line.1.split(separator: "|").map(String.init)
        #expect(replies == expected)
    }

    enum Stage: String, CaseIterable {
        case connected, ready, mail, recipient, chunks, failedChunk

        func session() -> Session {
            let configuration = Session.Configuration.test { $0.limits.messageOctets = 10 }
            var session = Session.inTLS(configuration: configuration)
            let dialogue = [
                "EHLO x\r\n", "MAIL FROM:<>\r\n", "RCPT TO:<a@b>\r\n",
                self == .chunks ? "BDAT 1\r\nx" : "BDAT 11\r\n01234567890",
            ]
            let steps = [
                Stage.connected: 0, .ready: 1, .mail: 2, .recipient: 3, .chunks: 4, .failedChunk: 4,
            ]
            for step in dialogue.prefix(steps[self]!) { _ = session.send(step) }
            return session
        }
    }

    /// A line, and the codes it gets in each stage in order.
    static let codes: [(String, [Int])] = [
        ("AUTH PLAIN", [502, 502, 502, 502, 502, 502]),
        ("BDAT 0", [503, 503, 503, 250, 250, 552]),
        ("DATA", [503, 503, 503, 354, 503, 503]),
        ("EHLO x", [250, 250, 250, 250, 250, 250]),
        ("EXPN a", [502, 502, 502, 502, 502, 502]),
        ("HELO x", [250, 250, 250, 250, 250, 250]),
        ("HELP", [214, 214, 214, 214, 214, 214]),
        ("MAIL FROM:<>", [503, 250, 503, 503, 503, 503]),
        ("NOOP", [250, 250, 250, 250, 250, 250]),
        ("QUIT", [221, 221, 221, 221, 221, 221]),
        ("RCPT TO:<c@d>", [503, 503, 250, 250, 503, 503]),
        ("RSET", [250, 250, 250, 250, 250, 250]),
        ("STARTTLS", [503, 503, 503, 503, 503, 503]),
        ("VRFY a", [252, 252, 252, 252, 252, 252]),
        ("", [500, 500, 500, 500, 500, 500]),
        ("garbage \u{1}", [500, 500, 500, 500, 500, 500]),
        ("GET / HTTP/1.1", [421, 421, 421, 421, 421, 421]),
    ]

    @Test(arguments: codes, Stage.allCases)
    func `within TLS`(line: (String, [Int]), stage: Stage) throws {
        var session = stage.session()
        let replies = session.replies(to: line.0 + "\r\n")
        let expected = line.1[try #require(Stage.allCases.firstIndex(of: stage))]
        #expect(replies.last.flatMap { Int($0.prefix(3)) } == expected)
    }

    @Test func `before TLS a chunk is swallowed, whatever it holds`() {
        var session = Session(.test())
        _ = session.drain()
        #expect(session.replies(to: "BDAT 6 LAST\r\nQUIT\r\n") == [Self.mustStartTLS])
        #expect(
            session.replies(to: "BDAT 6\r\nQUIT\r\nNOOP\r\n") == [
                Self.mustStartTLS, "250 2.0.0 Ok",
            ])
    }

    @Test(arguments: ["BDAT", "BDAT x", "BDAT -1", "BDAT 18446744073709551616", "BDAT 1 LASTX"])
    func `before TLS a chunk that cannot be skipped ends the session`(line: String) {
        var session = Session(.test())
        _ = session.drain()
        #expect(
            render(session.send(line + "\r\nNOOP\r\n")) == [Self.mustStartTLS, "! close"])
    }

    @Test func `before TLS the limits on lines hold`() {
        var session = Session(.test())
        _ = session.drain()
        let line = String(repeating: "x", count: 2047) + "\r\n"
        #expect(session.replies(to: line) == ["500 5.5.2 Line too long"])
        #expect(
            render(session.send(String(repeating: "x", count: 65537)))
                == ["421 4.7.0 Line too long", "! close"])
    }

    @Test func `a 530 counts as an error`() {
        var session = Session(.test())
        _ = session.drain()
        let actions = session.send(String(repeating: "RSET\r\n", count: 30))
        #expect(
            render(actions) == Array(repeating: Self.mustStartTLS, count: 20)
                + ["421 4.7.0 Too many errors", "! close"])
    }
}
