internal import COpenSSL

/// A copy of octets that nobody else should see, overwritten when it is no longer needed.
@safe struct Secret: ~Copyable {
    /// One more than the secret has: a NUL behind it.
    private let octets: UnsafeMutableBufferPointer<UInt8>

    init(_ source: some Collection<UInt8>) {
        let octets = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: source.count + 1)
        let end = unsafe octets.initialize(fromContentsOf: source)
        unsafe octets.initializeElement(at: end, to: 0)
        unsafe self.octets = octets
    }

    deinit {
        unsafe OPENSSL_cleanse(octets.baseAddress, octets.count)
        unsafe octets.deallocate()
    }

    /// SHA-256 of the octets.
    var digest: [UInt8] {
        var sha = SHA256()
        unsafe withOctets { unsafe sha.update($0) }
        var digest = [UInt8](repeating: 0, count: SHA256.octets)
        sha.finish(into: &digest)
        return digest
    }

    /// Calls `body` with the octets, which are followed by a NUL.
    func withOctets<Result: ~Copyable>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        unsafe body(UnsafeBufferPointer(rebasing: octets.dropLast()))
    }

    /// Calls `body` with the octets as a string of C.
    func withCString<Result: ~Copyable>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        unsafe octets.baseAddress!.withMemoryRebound(to: CChar.self, capacity: octets.count) {
            unsafe body($0)
        }
    }

    /// The octets as text, for what is no secret after all.
    var text: String {
        unsafe withOctets { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

/// Nobody writes to the octets from the initializer's end to the deinitializer.
extension Secret: @unchecked Sendable {}

/// Overwrites the octets, in a way that no optimiser takes away.
///
/// Where somebody else holds the same array, theirs stays as it is.
func wipe(_ octets: inout [UInt8]) {
    unsafe octets.withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
}

/// Whether both are the same, in a time that depends on their lengths alone.
func areEqualInConstantTime(_ first: [UInt8], _ second: [UInt8]) -> Bool {
    guard first.count == second.count else { return false }
    return unsafe first.withUnsafeBytes { first in
        unsafe second.withUnsafeBytes { second in
            unsafe CRYPTO_memcmp(first.baseAddress, second.baseAddress, first.count) == 0
        }
    }
}
