/// Apache's `$apr1$`: the algorithm of FreeBSD's MD5-crypt with another mark mixed in.
///
/// libcrypt does not know it, and libcrypto keeps it to the `openssl passwd` command.
enum APR1 {
    private static let mark = Array("$apr1$".utf8)

    /// The digest of a password as it stands in a hash, 22 characters.
    static func digest(_ password: UnsafeBufferPointer<UInt8>, salt: [UInt8]) -> [UInt8] {
        var inner = MD5()
        unsafe inner.update(password)
        inner.update(salt)
        unsafe inner.update(password)
        var digest = inner.finish()

        var outer = MD5()
        unsafe outer.update(password)
        outer.update(mark)
        outer.update(salt)
        // As many octets of the inner digest as the password has.
        for offset in stride(from: 0, to: password.count, by: MD5.octets) {
            outer.update(Array(digest.prefix(password.count - offset)))
        }
        // For each bit of the password's length, the lowest first, a NUL or its first octet.
        var bits = password.count
        while bits > 0 {
            outer.update(bits & 1 == 1 ? [0] : [unsafe password[0]])
            bits >>= 1
        }
        wipe(&digest)
        digest = outer.finish()
        unsafe stretch(&digest, password, salt)
        return encode(digest)
    }

    private static func stretch(
        _ digest: inout [UInt8], _ password: UnsafeBufferPointer<UInt8>, _ salt: [UInt8]
    ) {
        for round in 0..<1000 {
            var md5 = MD5()
            if round & 1 == 1 { unsafe md5.update(password) } else { md5.update(digest) }
            if round % 3 != 0 { md5.update(salt) }
            if round % 7 != 0 { unsafe md5.update(password) }
            if round & 1 == 1 { md5.update(digest) } else { unsafe md5.update(password) }
            digest = md5.finish()
        }
    }

    /// The base64 of crypt(5): three octets at a time, in a strange order, the lowest bits first.
    private static func encode(_ digest: [UInt8]) -> [UInt8] {
        let alphabet = Array(
            "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
        let groups = [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5], [11]]
        var text: [UInt8] = []
        for group in groups {
            var bits = group.reduce(0) { $0 << 8 | Int(digest[$1]) }
            for _ in 0..<(group.count == 3 ? 4 : 2) {
                text.append(alphabet[bits & 63])
                bits >>= 6
            }
        }
        return text
    }
}
