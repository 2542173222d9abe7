import Testing

@testable import SASL

@Suite struct DigestTests {
    func hex(_ octets: [UInt8]) -> String {
        octets.map { String(UInt16($0) + 0x100, radix: 16).dropFirst() }.joined()
    }

    // RFC 4231 §4
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0B, count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131),
            "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func `HMAC-SHA-256 is that of RFC 4231`(_ key: [UInt8], _ message: String, _ code: String) {
        #expect(hex(SASL.HMAC(key: key).code(octets(message))) == code)
    }

    @Test(arguments: [0, 1, 63, 64, 65, 200], [1, 2, 1000])
    func `stretching is PBKDF2 of OpenSSL`(_ length: Int, _ iterations: Int) {
        let password = String(repeating: "p", count: length)
        #expect(
            SASL.HMAC(key: octets(password)).stretched(salt: [1, 2, 3], iterations: iterations)
                == pbkdf2(password, [1, 2, 3], iterations))
    }
}
