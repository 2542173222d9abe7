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

    /// The digest of CRAM-MD5, 16 octets. RFC 2195 §2 prepares nothing.
    func digest(of challenge: [UInt8]) -> [UInt8] {
        unsafe password.withOctets { unsafe MD5.code(challenge, key: $0) }
    }
}
