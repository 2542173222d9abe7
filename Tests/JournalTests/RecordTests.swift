import Glibc
import Testing

@testable import Journal

@Suite struct RecordTests {
    private func line(_ message: String, _ fields: [Field] = [], prefix: String = "") -> String {
        var octets = Array(prefix.utf8)
        Record(
            event: .tlsEstablished, priority: .info, session: "5f3a", message: message,
            fields: fields
        ).append(to: &octets)
        return String(decoding: octets, as: UTF8.self)
    }

    @Test func `a line has session, event, message and fields`() {
        #expect(line("done") == "5f3a tls-established: done\n")
        #expect(
            line("TLS 1.3", [Field(.tlsVersion, "TLSv1.3"), Field(.durationMicroseconds, "12")])
                == "5f3a tls-established: TLS 1.3; tls_version=TLSv1.3 mailpit_duration_usec=12\n")
    }

    @Test(arguments: [
        ("a=b,c;<d>", "a=b,c;<d>"), ("a b", #""a b""#), (#"a"b"#, #""a\"b""#),
        (#"a\"b"#, #""a\"b""#), (#"a\\"b"#, #""a\\\"b""#), (#"a\"#, #""a\\""#), ("é", #""é""#),
        ("a\nb", #""a\x0Ab""#), ("a\u{2028}b", #""a\xE2\x80\xA8b""#),
    ])
    func `a value is quoted where it must be`(value: String, expected: String) {
        #expect(
            line("m", [Field(.sender, value)]) == "5f3a tls-established: m; smtp_from=\(expected)\n"
        )
    }

    @Test func `a field without a value is left out`() {
        let fields = [Field(.tlsOffered, ""), Field(.tlsError, "x"), Field(.findings, "")]
        #expect(line("m", fields) == "5f3a tls-established: m; tls_error=x\n")
        #expect(line("m", [Field(.tlsOffered, "")]) == "5f3a tls-established: m\n")
    }

    @Test func `a message is one line whatever it is made of`() {
        #expect(
            line("a\r\nb \u{1B}[1m \\ \"c\"\u{85}")
                == #"5f3a tls-established: a\x0D\x0Ab \x1B[1m \ "c"\xC2\x85"# + "\n")
    }

    @Test func `a long value leaves room for those behind it`() {
        let recipients = String(repeating: "<c@d.example> ", count: 1000)
        let text = line("m", [Field(.recipient, recipients), Field(.messageSize, "12")])
        #expect(text.hasSuffix(#"..." message_size=12"# + "\n"))
        let value = String(repeating: "v", count: 2048)
        #expect(line("m", [Field(.sender, value)]).hasSuffix("; smtp_from=\(value)\n"))
        #expect(
            line("m", [Field(.sender, value + "w")]).hasSuffix("; smtp_from=\"\(value)...\"\n"))
    }

    @Test(arguments: 0..<4) func `a line is at most 4096 octets and ends with a whole character`(
        offset: Int
    ) {
        // 🙂 has four octets, so one of the offsets is that of its beginning.
        let prefix = String(repeating: "x", count: offset)
        let text = line(String(repeating: "🙂", count: 1100), prefix: prefix)
        #expect((4093...4096).contains(text.utf8.count))
        #expect(text.hasSuffix("🙂...\n"))
        #expect(!text.contains("\u{FFFD}"))
    }

    @Test func `a line that just fits is not cut`() {
        let head = "5f3a tls-established: ".utf8.count
        let fitting = String(repeating: "m", count: 4095 - head)
        #expect(line(fitting).utf8.count == 4096)
        #expect(line(fitting).hasSuffix("mm\n"))
        #expect(line(fitting + "m").utf8.count == 4096)
        #expect(line(fitting + "m").hasSuffix("m...\n"))
    }
}
