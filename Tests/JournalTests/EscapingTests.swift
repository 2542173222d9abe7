import Testing

@testable import Journal

@Suite struct EscapingTests {
    @Test(arguments: [
        ("EHLO client.example", "EHLO client.example"),
        ("", ""), (" ~", " ~"),
        ("a\r\nb\tc\0d\u{7F}", #"a\x0D\x0Ab\x09c\x00d\x7F"#),
        (#"a\b"c"#, #"a\\b\"c"#),
        ("x; remote_addr=6.6.6.6", #"x\x3B remote_addr=6.6.6.6"#),
        ("é 日本 🙂", "é 日本 🙂"),
        // C1 controls, a line separator, direction marks, joiners, blanks that are no space.
        ("\u{85}\u{9B}2J", #"\xC2\x85\xC2\x9B2J"#), ("a\u{2028}b", #"a\xE2\x80\xA8b"#),
        ("\u{202E}gpj", #"\xE2\x80\xAEgpj"#), ("a\u{200B}b", #"a\xE2\x80\x8Bb"#),
        ("a\u{A0}b", #"a\xC2\xA0b"#), ("\u{E000}", #"\xEE\x80\x80"#),
        ("\u{1B}[31m", #"\x1B[31m"#),
    ])
    func `text shows as what it is`(text: String, expected: String) {
        #expect(logText(text) == expected)
        #expect(logText(Array(text.utf8)) == expected)
    }

    @Test(
        arguments: [
            ([0xFF], #"\xFF"#), ([0xC3], #"\xC3"#), ([0xC3, 0x28], #"\xC3("#),
            ([0x80, 0x41], #"\x80A"#),
            // Overlong, a surrogate, beyond U+10FFFF, cut short.
            ([0xC0, 0xAF], #"\xC0\xAF"#), ([0xE0, 0x80, 0xAF], #"\xE0\x80\xAF"#),
            ([0xED, 0xA0, 0x80], #"\xED\xA0\x80"#),
            ([0xF4, 0x90, 0x80, 0x80], #"\xF4\x90\x80\x80"#),
            ([0xE6, 0x97, 0x41], #"\xE6\x97A"#), ([0x41, 0xF0, 0x9F, 0x99], #"A\xF0\x9F\x99"#),
        ] as [([UInt8], String)])
    func `octets that are no UTF-8 are told one by one`(octets: [UInt8], expected: String) {
        #expect(logText(octets) == expected)
    }

    @Test func `of a long text the beginning is kept`() {
        let octets = [UInt8](repeating: 65, count: 1025)
        #expect(logText(octets) == String(repeating: "A", count: 1024) + "...")
        #expect(logText(Array(octets.dropLast())) == String(repeating: "A", count: 1024))
        #expect(logText(octets, maximumOctets: 2) == "AA...")
    }

    @Test func `whatever octets come, text is one printable line, and as a value stays the same`() {
        var state: UInt64 = 1
        for _ in 0..<2000 {
            let octets = (0..<40).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                // Quotes and backslashes more often than others.
                return state >> 60 < 4 ? [34, 92, 59, 10][Int(state >> 60)] : UInt8(state >> 56)
            }
            let text = logText(octets)
            #expect(text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != 0x3B })
            #expect(quoted(text) == text)
            // No quote in any value ends it before its time.
            var isQuoted = false
            for octet in quoted(String(decoding: octets, as: UTF8.self)).utf8 {
                #expect(octet != 34 || isQuoted)
                isQuoted = octet == 92 && !isQuoted
            }
            #expect(!isQuoted)
        }
    }

    private func quoted(_ text: String) -> String {
        var octets: [UInt8] = []
        octets.append(Array(text.utf8).span, escaping: .quotes)
        return String(decoding: octets, as: UTF8.self)
    }
}
