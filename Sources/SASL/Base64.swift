internal import COpenSSL

/// Base64 (RFC 4648 §4), strictly: padded, in one piece, and no bits lost.
enum Base64 {
    /// The octets that the text stands for, or nil where no encoder would write such a text.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        let text = Array(text)
        if text.isEmpty { return [] }
        guard text.count % 4 == 0 else { return nil }
        var octets = [UInt8](repeating: 0, count: text.count / 4 * 3)
        // It skips blanks and is silent about lost bits, so the result is encoded again below.
        let count = unsafe EVP_DecodeBlock(&octets, text, CInt(text.count))
        guard count == octets.count else { return nil }
        let padding = text.suffix(2).count { $0 == UInt8(ascii: "=") }
        octets.removeLast(padding)
        return encode(octets) == text ? octets : nil
    }

    static func encode(_ octets: [UInt8]) -> [UInt8] {
        // One more for the NUL that it writes.
        var text = [UInt8](repeating: 0, count: (octets.count + 2) / 3 * 4 + 1)
        unsafe EVP_EncodeBlock(&text, octets, CInt(octets.count))
        text.removeLast()
        return text
    }
}
