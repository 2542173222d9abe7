import SMTP
import TestSupport
import Testing

@testable import mailpit

@Suite struct ChaosTriggerTests {
    private func list(_ text: String) throws -> [ChaosTrigger] {
        try ChaosTrigger.list(OptionValues.Value(text: text, source: "--chaos-triggers"))
    }

    @Test(arguments: [
        ("Sender:451:5", ChaosPoint.sender, ChaosTrigger.Effect.failure(.code(451)), 5),
        ("Recipient:400:0", .recipient, .failure(.code(400)), 0),
        ("Authentication:599:100", .authentication, .failure(.code(599)), 100),
        ("recipients:451:1", .recipient, .failure(.code(451)), 1),
        ("AUTH:535:50", .authentication, .failure(.code(535)), 50),
        ("Connection:421:100", .connection, .failure(.code(421)), 100),
        ("StartTLS:454:07", .startTLS, .failure(.code(454)), 7),
        ("Handshake:0:100", .handshake, .failure(.code(0)), 100),
        ("Handshake:255:100", .handshake, .failure(.code(255)), 100),
        ("Data:delay=0:100", .data, .delay(seconds: 0), 100),
        ("data:delay=86400:100", .data, .delay(seconds: 86400), 100),
        ("Strip:close:100", .strip, .failure(.close), 100),
        ("Stored:reset:100", .stored, .failure(.reset), 100),
        ("hello:502:1", .hello, .failure(.code(502)), 1),
        ("BEGIN:delay=1:1", .begin, .delay(seconds: 1), 1),
        (
            "Recipient:550 5.1.1 No such user:100", .recipient,
            .failure(.code(550, text: "5.1.1 No such user")), 100
        ),
        ("Sender:451  x :100", .sender, .failure(.code(451, text: " x ")), 100),
        (
            "Data:451 \(String(repeating: "x", count: 500)):1", .data,
            .failure(.code(451, text: String(repeating: "x", count: 500))), 1
        ),
    ]) func `a trigger says where, what and how often`(
        text: String, point: ChaosPoint, effect: ChaosTrigger.Effect, percent: Int
    ) throws {
        let trigger = ChaosTrigger(
            text: text, point: point, pattern: nil, effect: effect, chance: .percent(percent))
        #expect(try list(text) == [trigger])
        #expect(trigger.canFire == (percent > 0))
    }

    @Test(arguments: [("first1", 1), ("first1000000", 1_000_000)])
    func `the first sessions can be meant`(word: String, sessions: Int) throws {
        #expect(try list("StartTLS:454:\(word)").map(\.chance) == [.firstSessions(sessions)])
        let later = word.replacing("first", with: "after")
        #expect(try list("StartTLS:454:\(later)").map(\.chance) == [.laterSessions(sessions)])
    }

    @Test(arguments: [
        (#"Recipient=^a@b\.c$:550:100"#, [#"^a@b\.c$"#]),
        ("Recipient=^a{1,3}@:550:100", ["^a{1,3}@"]),
        ("Sender=[[:digit:]]+:451:first2", ["[[:digit:]]+"]),
        ("Sender=:451:100", [""]), ("Sender=a=b:451:1", ["a=b"]),
        ("Sender=a,b,c:close:1, recipient=d:delay=3:2 ,Data:452:1", ["a,b,c", "d", nil]),
        ("Sender=^$:451:100,Sender=x,y:450:100", ["^$", "x,y"]),
        ("Sender=x:451:100:452:100", ["x:451:100"]),
        ("Data=a:451 b:100,Stored=c,d:reset:after1,Begin:451:1", ["a", "c,d", nil]),
        ("Sender=a,b:450 No mail today:1,Sender=c:450:1", ["a,b", "c"]),
    ]) func `patterns may hold colons and commas`(text: String, patterns: [String?]) throws {
        #expect(try list(text).map(\.pattern) == patterns)
    }

    @Test func `an empty list has no trigger`() throws {
        #expect(try list("").isEmpty)
        #expect(
            try list(" Sender:451:5 , Data:452:1 ").map(\.text) == ["Sender:451:5", "Data:452:1"])
    }

    @Test(arguments: [
        ("Sender", "\"Sender\" is not NAME:CODE:PERCENT"),
        ("Sender:451", "\"Sender:451\" is not NAME:CODE:PERCENT"),
        ("Sender:451:5,", "\"\" is not NAME:CODE:PERCENT"),
        ("Sender:451:5,,Data:451:5", "\"\" is not NAME:CODE:PERCENT"),
        ("Data:451:1,Body:451:5", "\"Body:451:5\" does not begin with Connection"),
        ("Sender :451:5", "\"Sender :451:5\" does not begin with"),
        ("Sender:399:5", "has neither a code from 400 to 599 nor"),
        ("Sender:600:5", "has neither a code from 400 to 599 nor"),
        ("Sender:0451:5", nil), ("Sender:+451:5", "has neither a code"),
        ("Handshake:256:5", "has neither a code from 0 to 255 nor"),
        ("Sender:delay=:5", "nor delay=SECONDS, close or"), ("Sender:delay=86401:5", "nor delay"),
        ("Sender:delay=-1:5", "nor delay"), ("Sender:Close:5", "close or reset in its middle"),
        ("Sender:Reset:5", "close or reset in its middle"), ("Sender: 451:5", "has neither a code"),
        ("Sender:451 :5", "has a text that is not of 1 to 500 printable ASCII characters"),
        (
            "Sender:451 \(String(repeating: "x", count: 501)):5",
            "has a text that is not of 1 to 500"
        ),
        ("Sender:451 Gr\u{FC}n:5", "has a text that is not of 1 to 500"),
        ("Sender:451 a,b:5", "\"Sender:451 a\" is not NAME:CODE:PERCENT"),
        ("Sender=x:451 a,b:5", "\"Sender=x:451 a,b:5\" has neither a code"),
        ("Sender:451 a:b:5", "does not begin with"),
        ("Handshake:40 no:5", "has a text, but a TLS alert has none"),
        (
            "Sender:451:101",
            "ends neither in a percentage from 0 to 100 nor in firstN or afterN"
        ),
        ("Sender:451:after0", "ends neither"), ("Sender:451:after1000001", "ends neither"),
        ("Sender:451:After1", "ends neither"), ("Sender:451:after", "ends neither"),
        ("Sender:451:", "ends neither"), ("Sender:451:5.5", "ends neither"),
        ("Sender:451:5%", "ends neither"), ("Sender:451:first", "ends neither"),
        ("Sender:451:first0", "ends neither"), ("Sender:451:first1000001", "ends neither"),
        (
            "Begin=x:452:100",
            "has a pattern, but only Sender, Recipient, Data and Stored have addresses"
        ),
        ("Sender=x:451", "is not NAME"), ("Sender=a,b", "\"Sender=a,b\" is not NAME"),
        ("Sender=a\nb:451:5", "has a control character"),
    ]) func `what is no trigger is named`(text: String, reason: String?) throws {
        guard let reason else {
            #expect(throws: Never.self) { try list(text) }
            return
        }
        let error = #expect(throws: ConfigurationError.self) { try list(text) }
        #expect(error?.description.hasPrefix("--chaos-triggers: \"") == true)
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    private func decisions(
        _ text: String, at point: ChaosPoint = .sender, _ addresses: String?...,
        in maildir: String = "/x"
    ) throws -> [[String]] {
        let chaos = try Chaos(try list(text), maildir: maildir)
        return addresses.map {
            chaos.decide(at: point, addresses: $0.map { [$0] } ?? []).fired.map(\.trigger.text)
        }
    }

    @Test func `of the recipients of a message one that matches is enough, and is told`() throws {
        let chaos = try Chaos(
            try list("Data=^b@:452:100,Data:451:100,Stored=^.*c@:delay=1:100,Stored=^b@:close:100"),
            maildir: "/x")
        func hit(_ point: ChaosPoint, _ addresses: String...) -> [String] {
            chaos.decide(at: point, addresses: addresses).fired.map {
                "\($0.trigger.text) \($0.address ?? "-")"
            }
        }
        #expect(hit(.data, "a@x", "b@x", "b@y") == ["Data=^b@:452:100 b@x"])
        #expect(hit(.data, "a@x", "c@x") == ["Data:451:100 -"])
        #expect(
            hit(.stored, "a@x", "b@x", "c@x")
                == ["Stored=^.*c@:delay=1:100 c@x", "Stored=^b@:close:100 b@x"])
        #expect(hit(.stored, "a@x") == [])
    }

    @Test func `0 never fires and 100 always`() throws {
        for _ in 0..<300 {
            #expect(try decisions("Sender:451:0,Sender:452:100", nil) == [["Sender:452:100"]])
        }
        var count = 0
        for _ in 0..<1000 { count += try decisions("Sender:451:50", nil)[0].count }
        #expect((350...650).contains(count))
        // That all of these fire has a chance of one in a thousand million.
        var isAlways = true
        for _ in 0..<2000 { isAlways = try decisions("Sender:451:99", nil)[0] != [] && isAlways }
        #expect(!isAlways)
    }

    @Test func `only the place and the addresses that are meant count`() throws {
        #expect(
            try decisions("Data:452:100,Sender=^a@:451:100", "a@b", "aa@b", "A@b", "")
                == [["Sender=^a@:451:100"], [], [], []])
        #expect(try decisions("Sender=^$:451:100", "", "a@b") == [["Sender=^$:451:100"], []])
    }

    @Test func `the first that fires counts, behind delays`() throws {
        #expect(
            try decisions("Sender:451:100,Sender:452:100", nil) == [["Sender:451:100"]])
        #expect(
            try decisions("Sender:delay=1:100,Sender:close:100,Sender:452:100", nil)
                == [["Sender:delay=1:100", "Sender:close:100"]])
    }

    @Test func `a pattern that is none is a configuration error`() {
        let error = #expect(throws: ConfigurationError.self) {
            try decisions("Sender=(:451:0,Sender=[:451:1", nil)
        }
        #expect(error?.description.hasPrefix("--chaos-triggers: \"Sender=[:451:1\": ") == true)
    }

    @Test func `the first sessions are counted by trigger, and each session once`() throws {
        let directory = TemporaryDirectory()
        let text = "Sender=^a:451:first2,Sender=^b:452:first1"
        let (a, b) = (["Sender=^a:451:first2"], ["Sender=^b:452:first1"])
        for expected in [[a, a, b], [a, a, []], [[], [], []]] {
            #expect(try decisions(text, "a", "a", "b", in: directory.path) == expected)
        }
        #expect(
            textOfFile(directory.file("mailpit-chaos"))
                == "3 Sender=^a:451:first2\n3 Sender=^b:452:first1\n")
        // Another trigger begins anew, and so does every one when the file is removed.
        #expect(
            try decisions("Sender=^a:451:first1", "a", in: directory.path)
                == [["Sender=^a:451:first1"]])
    }

    @Test func `the sessions behind the first are counted in the same file`() throws {
        let directory = TemporaryDirectory()
        let text = "Sender=^a:451:after2,Sender:452:first3"
        let (later, first) = ([["Sender=^a:451:after2"]], [["Sender:452:first3"]])
        for expected in [first, first, later, later] {
            #expect(try decisions(text, "a", in: directory.path) == expected)
        }
        // The fourth comes by the second trigger for the third time only.
        #expect(try decisions(text, "b", "b", in: directory.path) == first + first)
        #expect(try decisions(text, "b", in: directory.path) == [[]])
        #expect(
            textOfFile(directory.file("mailpit-chaos"))
                == "4 Sender=^a:451:after2\n4 Sender:452:first3\n")
    }

    @Test func `a session that does not come by is not counted`() throws {
        let directory = TemporaryDirectory()
        for _ in 0..<3 {
            #expect(try decisions("Data:452:first1", at: .sender, "a", in: directory.path) == [[]])
        }
        #expect(
            try decisions("Data:452:first1", at: .data, nil, in: directory.path)
                == [["Data:452:first1"]])
    }

    @Test func `a counter that cannot be had is a configuration error`() {
        #expect(throws: ConfigurationError.self) {
            try decisions("Sender:451:first1", "a", in: "/no/such/directory")
        }
        #expect(throws: Never.self) { try decisions("Sender:451:1", "a", in: "/no/such") }
    }
}
