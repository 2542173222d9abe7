import Notation
import Testing

@Suite struct Base64Tests {
    // RFC 4648 §10
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"), ("\u{0}\u{7F}~?>", "AH9+Pz4="),
    ])
    func `base64 is that of RFC 4648`(_ plain: String, _ coded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == Array(coded.utf8))
        #expect(Base64.decode(coded.utf8) == Array(plain.utf8))
    }

    @Test func `all octets survive it`() {
        for count in 0...66 {
            let octets = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 181 &+ count) }
            #expect(Base64.decode(Base64.encode(octets)[...]) == octets)
        }
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm8==", "=", "==", "====", "Zg==Zg==", "Z=g=",
        " Zg==", "Zg== ", "Zg==\n", "Zm9v\n", "Zm 9", "Zm9-", "Zm_v", "Zm9v====", "Zm\0\u{39}",
        "Zmü", "===g",
    ])
    func `what no encoder writes is no base64`(_ text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }
}
