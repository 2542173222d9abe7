internal import Notation

/// A password that stands in the auth file as it is. From it every mechanism's proof can be made.
final class PlainPassword: Sendable {
    private let password: Password
    /// Whether it is what a hash of DES crypt looks like: 13 characters of crypt(5)'s base64. Such
    /// hashes are not known here, so it is a password all the same.
    let looksLikeDESCrypt: Bool

    init(_ octets: ArraySlice<UInt8>) throws(PasswordHash.Malformed) {
        do throws(Failure) {
            password = try Password(octets)
        } catch {
            throw PasswordHash.Malformed(error.reason)
        }
        looksLikeDESCrypt =
            octets.count == 13
            && octets.allSatisfy { $0.isLetterOrDigit || $0 == .dot || $0 == .slash }
    }

    func isEqual(to sent: borrowing Secret) -> Bool { password.isEqual(to: sent) }

    /// What SCRAM begins with: HMAC under Normalize(password). RFC 5802 §3
    var key: HMAC {
        unsafe password.withPreparedOctets { unsafe HMAC(key: $0) }
    }

    /// Whether it is the digest of CRAM-MD5. RFC 2195 §2 prepares nothing, and some clients do as
    /// for SCRAM, so that either is right. Both are computed always, as the time must not tell.
    func isDigest(_ digest: [UInt8], of challenge: [UInt8]) -> Bool {
        let asWritten = unsafe password.withOctets { unsafe MD5.code(challenge, key: $0) }
        let prepared = unsafe password.withPreparedOctets { unsafe MD5.code(challenge, key: $0) }
        let isAsWritten = areEqualInConstantTime(asWritten, digest)
        return areEqualInConstantTime(prepared, digest) || isAsWritten
    }
}
