import Testing

@testable import SMTP

/// How much AUTH may be, how it ends before its end, and what is told of it.
extension AuthenticationTests {
    @Test(arguments: [12288, 12289])
    func `a line of AUTH has up to 12,288 octets`(_ octets: Int) {
        // Whole groups of four characters, and blanks before them to make up the length.
        let text = String(repeating: "QUJD", count: (12288 - 2 - "AUTH PLAIN ".count) / 4)
        let line = "AUTH PLAIN" + String(repeating: " ", count: octets - 2 - 10 - text.count) + text
        #expect(line.utf8.count + 2 == octets)
        var session = Session.inTLS(configuration: Self.required)
        session.mechanisms = ["PLAIN"]
        _ = session.send("EHLO x\r\n")
        let seen = render(session.send(line + "\r\n"))
        #expect(
            octets == 12288
                ? seen.first?.hasPrefix("! auth PLAIN \"ABCABC") == true
                : seen == ["500 5.5.2 Line too long"])
    }

    @Test(arguments: [12288, 12289, 65536, 65537])
    func `a response has up to 12,288 octets`(_ octets: Int) {
        for stride in [Int.max, 1] {
            var session = Session.inTLS(configuration: Self.required)
            session.mechanisms = ["PLAIN"]
            _ = session.send("EHLO x\r\nAUTH PLAIN\r\n")
            session.authenticationChallenged(with: [])
            #expect(render(session.drain()) == ["334 "])
            let text = String(repeating: "QUJD", count: (octets - 2) / 4)
            let line =
                text + String(repeating: " ", count: octets - 2 - text.count) + "\r\nNOOP\r\n"
            var seen: [String] = []
            let all = Array(line.utf8)
            for start in Swift.stride(from: 0, to: all.count, by: min(stride, all.count)) {
                let end = min(all.count, start + min(stride, all.count))
                seen += render(session.send(all[start..<end]))
            }
            switch octets {
            case 12288: #expect(seen.first?.hasPrefix("! respond \"ABCABC") == true)
            case 65537: #expect(seen == ["421 4.7.0 Line too long", "! close"])
            default: #expect(seen == ["! forget", "500 5.5.2 Line too long", "250 2.0.0 Ok"])
            }
        }
    }

    @Test func `guessing ends with the 20th error, challenges or not`() {
        var session = Session.inTLS(configuration: Self.required)
        session.mechanisms = ["LOGIN"]
        _ = session.send("EHLO x\r\n")
        var replies: [String] = []
        for _ in 0..<20 {
            _ = session.send("AUTH LOGIN\r\n")
            session.authenticationChallenged(with: [])
            replies += render(session.drain() + session.send("eA==\r\n"))
            session.authenticationFailed()
            replies += render(session.drain())
        }
        #expect(replies.count { $0 == "535 5.7.8 Authentication credentials invalid" } == 20)
        #expect(replies.suffix(2) == ["421 4.7.0 Too many errors", "! close"])
    }

    @Test func `a timeout and the end are told in the middle of an exchange too`() {
        Transcript(
            Self.inTLS + """
                C: AUTH LOGIN
                ! auth LOGIN
                ? challenge x
                S: 334 eA==
                ? timeout
                S: 421 4.4.2 Timeout
                ! close
                """
        ).run(Self.required)
        Transcript(
            Self.inTLS + """
                C: AUTH LOGIN
                ! auth LOGIN
                ? terminate
                S: 421 4.3.2 Shutting down
                ! close
                """
        ).run(Self.required)
    }

    @Test func `events that nobody waits for change nothing`() {
        var session = Session.inTLS("EHLO x", configuration: Self.required)
        session.authenticationSucceeded()
        session.authenticationFailed()
        session.authenticationChallenged(with: [1])
        #expect(session.drain() == [])
        #expect(
            session.replies(to: "MAIL FROM:<>\r\n") == ["530 5.7.0 Authentication required"])
    }

    @Test func `no response is reported`() {
        var configuration = Self.required
        configuration.reportsCommands = true
        var session = Session.inTLS(configuration: configuration)
        session.mechanisms = ["LOGIN"]
        _ = session.send("EHLO x\r\n")
        var actions = session.send("AUTH LOGIN c2VjcmV0\r\n")
        session.authenticationChallenged(with: [])
        actions += session.drain() + session.send("QUIT\r\n")
        session.authenticationChallenged(with: [])
        actions += session.drain() + session.send("*\r\nc2VjcmV0\r\n")
        #expect(
            reports(actions).compactMap {
                if case .commandReceived(let line) = $0 {
                    String(decoding: line, as: UTF8.self)
                } else {
                    nil
                }
            } == ["AUTH LOGIN [redacted]", "[redacted]", "*", "[redacted]"])
    }
}
