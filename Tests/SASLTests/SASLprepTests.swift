import Testing

@testable import SASL

@Suite struct SASLprepTests {
    func prepared(_ text: String) throws(SASLprep.Fault) -> String {
        let secret = Secret(text.utf8)
        return try SASLprep.prepared(secret)?.text ?? text
    }

    /// Compares code points: Swift's own comparison takes what is canonically equivalent as equal.
    func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }

    @Test(arguments: [
        // RFC 4013 §3
        ("I\u{AD}X", "IX"), ("user", "user"), ("USER", "USER"), ("\u{AA}", "a"),
        ("\u{2168}", "IX"),
        // §2.1: spaces to the space, marks to nothing; §2.2: NFKC.
        ("a\u{A0}b\u{3000}c", "a b c"), ("a\u{200D}b\u{FE0F}", "ab"), ("u\u{308}", "\u{FC}"),
        ("\u{FB01}", "fi"), ("\u{FF21}", "A"), ("\u{1E9B}\u{323}", "\u{1E69}"), (" a ", " a "),
        // §2.4: from right to left.
        ("\u{627}\u{628}", "\u{627}\u{628}"), ("\u{627}1\u{628}", "\u{627}1\u{628}"),
        // §2.5: younger than Unicode 3.2.
        ("\u{1F600}x\u{1E9E}", "\u{1F600}x\u{1E9E}"),
    ])
    func `what can be prepared is`(_ text: String, _ expected: String) throws {
        #expect(scalars(try prepared(text)) == scalars(expected))
    }

    @Test(arguments: [
        // RFC 4013 §3
        ("\u{7}", "a control character"), ("\u{627}1", "letters of both directions"),
        // §2.3
        ("a\u{7F}", "a control character"), ("a\u{80}", "a prohibited character"),
        ("\u{2028}", "a prohibited character"), ("\u{E000}", "a prohibited character"),
        ("\u{FFFE}", "a prohibited character"), ("\u{FFFD}", "a prohibited character"),
        ("\u{2FF0}", "a prohibited character"), ("\u{202E}", "a prohibited character"),
        ("\u{E0041}", "a prohibited character"),
        // §2.4
        ("\u{627}a\u{628}", "letters of both directions"),
        ("\u{AD}\u{2060}", "only characters that do not count"),
    ])
    func `what cannot is refused`(_ text: String, _ reason: String) {
        #expect(throws: SASLprep.Fault.prohibited(reason)) {
            try prepared(text)
        }
    }

    @Test func `the library is there`() {
        #expect(SASLprep.isAvailable)
    }
}
