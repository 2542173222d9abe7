import Testing

@testable import Verify

@Suite struct RedactionTests {
    @Test func `a response is known in Base64, and by each of its parts`() {
        let texts = Redaction.texts(of: Array("\0joe\0secret".utf8))
        #expect(Set(texts) == ["AGpvZQBzZWNyZXQ=", "\0joe\0secret", "joe", "secret"])
        #expect(Redaction.texts(of: Array("ab".utf8)) == ["YWI="])
    }

    @Test(arguments: [
        ("password is secret!", "password is [redacted]!"),
        ("~> AGpvZQBzZWNyZXQ=", "~> [redacted]"),
        ("> AUTH PLAIN xyz", "> AUTH PLAIN [redacted]"), ("AUTH LOGIN", "AUTH LOGIN"),
        ("a secretary\nb", "a [redacted]ary\nb"), ("nothing", "nothing"), ("", ""),
    ]) func `nothing of it is printed`(text: String, redacted: String) {
        #expect(Redaction.redacted(text, of: ["secret", "AGpvZQBzZWNyZXQ=", "sec"]) == redacted)
    }
}
