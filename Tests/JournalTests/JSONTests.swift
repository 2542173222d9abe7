import Foundation
import TestSupport
import Testing

@testable import Journal

/// Lines of `--log-format json`, read by Foundation's parser.
@Suite struct JSONTests {
    private static let time = "2026-11-25T03:54:35.123456Z"

    private func line(_ message: String, _ fields: [Field] = [], prefix: String = "") -> [UInt8] {
        var octets = Array(prefix.utf8)
        Record(
            event: .messageStored, priority: .info, session: "5f3a", message: message,
            fields: fields
        ).appendObject(to: &octets, time: Array(Self.time.utf8))
        return octets
    }

    private func object(_ line: [UInt8]) throws -> [String: Any] {
        #expect(line.last == 10 && !line.dropLast().contains(10))
        let object = try JSONSerialization.jsonObject(with: Data(line))
        return try #require(object as? [String: Any])
    }

    @Test func `an object has time, session, event, message and fields, in that order`() {
        let fields = [
            Field(.remoteAddress, "192.0.2.1"), Field(.findings, ""), Field(.messageSize, "340"),
            Field(.sender, "<a@b.example>"),
        ]
        #expect(
            String(decoding: line("message stored", fields), as: UTF8.self)
                == #"{"time":"2026-11-25T03:54:35.123456Z","session":"5f3a","event":"message-stored","#
                + #""message":"message stored","remote_addr":"192.0.2.1","message_size":340,"#
                + #""smtp_from":"<a@b.example>"}"# + "\n")
    }

    @Test(arguments: [
        ("a \"b\" \\c/", "a \"b\" \\c/"), ("a\nb\t\0", #"a\x0Ab\x09\x00"#),
        ("\u{7F}\u{1B}[2J", #"\x7F\x1B[2J"#), ("ü🙂", "ü🙂"),
        ("\u{85}\u{2028}\u{202E}", #"\xC2\x85\xE2\x80\xA8\xE2\x80\xAE"#), ("a; b=c", "a; b=c"),
        (#"\x0A"#, #"\x0A"#), ("\\\"", "\\\""),
    ])
    func `a text is what it would be in another sink`(_ text: String, _ value: String) throws {
        let object = try object(line(text, [Field(.recipient, text)]))
        #expect(object["message"] as? String == value)
        #expect(object["smtp_rcpt"] as? String == value)
    }

    @Test func `any octet may be in a text`() throws {
        for octet in UInt8.min...UInt8.max {
            // What a client sent is escaped once before it becomes a text.
            let object = try object(line(logText([octet])))
            #expect((object["message"] as? String)?.isEmpty == false)
        }
    }

    @Test func `all that counts is a number, and nothing else is`() throws {
        for name in Field.Name.allCases {
            let object = try object(line("m", [Field(name, "12")]))
            let value = try #require(object[name.rawValue.lowercased()])
            let isCount =
                name == .messageSize || name.rawValue.hasPrefix("MAILPIT_")
            #expect((value as? String == "12") == !isCount, "\(name)")
            if isCount { #expect(value as? Int == 12) }
        }
        let most = try object(line("m", [Field(.octetsReceived, "\(UInt64.max)")]))
        #expect(most["mailpit_octets_received"] as? UInt64 == .max)
    }

    // MARK: Length

    @Test func `a line of 4,096 octets is not cut, and one more octet cuts the text`() throws {
        let head = line("").count
        // Two texts, as one has 2,048 octets at most.
        let field = Field(.sender, String(repeating: "s", count: 2000))
        let rest = 4096 - line("", [field]).count
        #expect(head < 200 && rest > 1800 && rest < 2048)
        let fitting = line(String(repeating: "m", count: rest), [field])
        #expect(fitting.count == 4096)
        #expect(try (object(fitting)["message"] as? String)?.count == rest)
        let cut = line(String(repeating: "m", count: rest + 1), [field])
        #expect(cut.count <= 4096)
        #expect(
            try object(cut)["message"] as? String == String(repeating: "m", count: 1024) + "...")
    }

    @Test(arguments: ["m", "🙂", "\u{1}", "\"", "\\", "\u{202E}"], [1, 500, 5000, 100_000])
    func `whatever it holds a line is an object, and no longer than a line`(
        _ piece: String, _ count: Int
    ) throws {
        let text = String(repeating: piece, count: count)
        let fields = Field.Name.allCases.filter { !$0.isNumber }.map { Field($0, text) }
        for prefix in ["", "<22>mailpit[123]: "] {
            let line = line(text, fields + [Field(.messageSize, "12")], prefix: prefix)
            #expect(line.count <= 4096)
            let object = try object(Array(line.dropFirst(prefix.utf8.count)))
            #expect(object["message_size"] as? Int == 12)
            #expect(object.count == fields.count + 5)
        }
    }

    // MARK: Sinks

    @Test func `a log file has an object a line`() throws {
        let scratch = TemporaryDirectory()
        let journal = Journal(
            logFile: scratch.file("log"), format: .json, verbosity: .verbose,
            standardErrorIsClient: false, session: "5f3a", remote: "192.0.2.1")
        journal.record(.timeout, priority: .notice, "late")
        journal.record(.dialogue, priority: .debug, "C: NOOP")
        let lines = try #require(textOfFile(scratch.file("log"))).utf8.split(separator: 10)
        let objects = try lines.map { try object(Array($0) + [10]) }
        #expect(objects.map { $0["event"] as? String } == ["timeout", "dialogue"])
        for object in objects {
            #expect(object["session"] as? String == "5f3a")
            #expect(object["remote_addr"] as? String == "192.0.2.1")
            let time = try #require(object["time"] as? String)
            #expect(time.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/#) != nil)
        }
    }
}
