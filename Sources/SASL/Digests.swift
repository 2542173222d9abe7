internal import COpenSSL

// Digests by OpenSSL's low-level functions: unlike EVP they need no set-up, of which each process
// would pay the whole for one password.

/// SHA-256 (FIPS 180-4), in progress.
struct SHA256 {
    static let octets = 32
    static let blockOctets = 64
    private var state = SHA256_CTX()

    init() {
        unsafe SHA256_Init(&state)
    }

    mutating func update(_ octets: UnsafeBufferPointer<UInt8>) {
        unsafe SHA256_Update(&state, octets.baseAddress, octets.count)
    }

    mutating func update(_ octets: [UInt8]) {
        unsafe octets.withUnsafeBufferPointer { unsafe update($0) }
    }

    /// Ends it; `digest` has as many octets as the digest.
    mutating func finish(into digest: inout [UInt8]) {
        unsafe SHA256_Final(&digest, &state)
    }

    static func digest(_ octets: [UInt8]) -> [UInt8] {
        var sha = SHA256()
        sha.update(octets)
        var digest = [UInt8](repeating: 0, count: Self.octets)
        sha.finish(into: &digest)
        return digest
    }
}

/// HMAC-SHA-256 (RFC 2104) under a key.
struct HMAC {
    /// The two digests after the key, before the message.
    private var inner = SHA256()
    private var outer = SHA256()

    init(key: [UInt8]) {
        self = unsafe key.withUnsafeBufferPointer { unsafe HMAC(key: $0) }
    }

    init(key: UnsafeBufferPointer<UInt8>) {
        var block = unsafe Array(key)
        if key.count > SHA256.blockOctets {
            var digest = [UInt8](repeating: 0, count: SHA256.octets)
            var sha = SHA256()
            unsafe sha.update(key)
            sha.finish(into: &digest)
            wipe(&block)
            block = digest
        }
        block += [UInt8](repeating: 0, count: SHA256.blockOctets - block.count)
        inner.update(block.map { $0 ^ 0x36 })
        outer.update(block.map { $0 ^ 0x5C })
        wipe(&block)
    }

    func code(_ message: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: SHA256.octets)
        replace(&code, byCodeOf: message)
        return code
    }

    /// Computes the code of a message in place of what `code`, as long as a code, held before.
    func replace(_ code: inout [UInt8], byCodeOf message: [UInt8]) {
        var digest = inner
        digest.update(message)
        digest.finish(into: &code)
        digest = outer
        digest.update(code)
        digest.finish(into: &code)
    }

    /// Hi() of RFC 5802 §2.2, which is PBKDF2 (RFC 8018 §5.2) for one block; the key is the
    /// password.
    func stretched(salt: [UInt8], iterations: Int) -> [UInt8] {
        var block = code(salt + [0, 0, 0, 1])
        var result = block
        for _ in 1..<max(iterations, 1) {
            replace(&block, byCodeOf: block)
            for index in result.indices { result[index] ^= block[index] }
        }
        wipe(&block)
        return result
    }
}

/// SHA-1 (FIPS 180-4).
enum SHA1 {
    static let octets = 20

    /// The digest of the octets and the salt behind them.
    static func digest(_ octets: UnsafeBufferPointer<UInt8>, salt: [UInt8]) -> [UInt8] {
        var state = SHA_CTX()
        var digest = [UInt8](repeating: 0, count: Self.octets)
        unsafe SHA1_Init(&state)
        unsafe SHA1_Update(&state, octets.baseAddress, octets.count)
        _ = unsafe salt.withUnsafeBytes { unsafe SHA1_Update(&state, $0.baseAddress, $0.count) }
        unsafe SHA1_Final(&digest, &state)
        return digest
    }
}

/// MD5 (RFC 1321), in progress.
struct MD5 {
    static let octets = 16
    static let blockOctets = 64
    private var state = MD5_CTX()

    init() {
        unsafe MD5_Init(&state)
    }

    mutating func update(_ octets: UnsafeBufferPointer<UInt8>) {
        unsafe MD5_Update(&state, octets.baseAddress, octets.count)
    }

    mutating func update(_ octets: [UInt8]) {
        unsafe octets.withUnsafeBufferPointer { unsafe update($0) }
    }

    mutating func finish() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Self.octets)
        unsafe MD5_Final(&digest, &state)
        return digest
    }

    /// HMAC-MD5 (RFC 2104) of a message.
    static func code(_ message: [UInt8], key: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var block = unsafe Array(key)
        if key.count > blockOctets {
            var md5 = MD5()
            unsafe md5.update(key)
            wipe(&block)
            block = md5.finish()
        }
        block += [UInt8](repeating: 0, count: blockOctets - block.count)
        defer { wipe(&block) }
        var inner = MD5()
        inner.update(block.map { $0 ^ 0x36 })
        inner.update(message)
        var outer = MD5()
        outer.update(block.map { $0 ^ 0x5C })
        outer.update(inner.finish())
        return outer.finish()
    }
}
