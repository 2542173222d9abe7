/// What a store keeps in place of a user's password, or that password.
enum PasswordHash: Sendable {
    /// One that libcrypt computes, with all that it needs to do so. crypt(5)
    case crypt(Kind, String)
    /// Apache's variant of MD5-crypt; the digest as it stands in the text.
    case apr1(salt: [UInt8], digest: [UInt8])
    /// SHA-1 of the password and then of a salt, which `{SHA}` has none of.
    case sha1(digest: [UInt8], salt: [UInt8])
    case scram(SCRAMCredential)
    /// No hash at all.
    case plainText(PlainPassword)

    /// The kinds by the names that they go by.
    enum Kind: String, Sendable, CaseIterable {
        case bcrypt
        case yescrypt
        case sha512Crypt = "SHA-512-crypt"
        case sha256Crypt = "SHA-256-crypt"
        case scramSHA256 = "SCRAM-SHA-256"
        case apr1
        case md5Crypt = "MD5-crypt"
        case saltedSHA1 = "SSHA"
        case sha1 = "SHA"
        case plainText = "plain text"

        /// A hash made in a moment, so that whoever gets hold of the file soon has the passwords
        /// too.
        var isWeak: Bool {
            switch self {
            case .apr1, .md5Crypt, .saltedSHA1, .sha1: true
            case .bcrypt, .yescrypt, .sha512Crypt, .sha256Crypt, .scramSHA256, .plainText: false
            }
        }
    }

    var kind: Kind {
        switch self {
        case .crypt(let kind, _): kind
        case .apr1: .apr1
        case .sha1(_, let salt): salt.isEmpty ? .sha1 : .saltedSHA1
        case .scram: .scramSHA256
        case .plainText: .plainText
        }
    }

    /// The password, if it stands there as it is.
    var plainText: PlainPassword? {
        if case .plainText(let password) = self { password } else { nil }
    }
}

// MARK: - Checking a password

extension PasswordHash {
    /// Whether it was made from the password; false too where it cannot be computed.
    func matches(_ password: borrowing Secret) -> Bool {
        switch self {
        case .crypt(_, let hash):
            return LibCrypt.hash(password, setting: hash, equals: hash)
        case .apr1(let salt, let digest):
            return unsafe password.withOctets {
                unsafe areEqualInConstantTime(APR1.digest($0, salt: salt), digest)
            }
        case .sha1(let digest, let salt):
            return unsafe password.withOctets {
                unsafe areEqualInConstantTime(SHA1.digest($0, salt: salt), digest)
            }
        case .scram(let credential):
            return credential.matches(password)
        case .plainText(let plainText):
            return plainText.isEqual(to: password)
        }
    }
}
