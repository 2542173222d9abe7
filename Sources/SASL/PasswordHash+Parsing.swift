internal import Notation

extension PasswordHash {
    /// Why a text is neither a hash nor a password that can be used; it shows nothing of the text.
    struct Malformed: Error, Equatable {
        let reason: String

        init(_ reason: String) {
            self.reason = reason
        }
    }

    /// Reads what stands behind the user's name: a hash, or, where it begins neither with `$` nor
    /// with `{`, a password in plain text, as axllent/mailpit takes it.
    ///
    /// No password at all is refused: tools that write `user:` mean by it now that nobody, now that
    /// everybody gets in.
    init(entry octets: ArraySlice<UInt8>) throws(Malformed) {
        switch octets.first {
        case nil: throw Malformed("no password behind the colon")
        case UInt8(ascii: "$"), UInt8(ascii: "{"):
            guard let text = String(validating: octets, as: UTF8.self) else {
                throw Malformed("not a hash of a known kind")
            }
            try self.init(parsing: text[...])
        default: self = .plainText(try PlainPassword(octets))
        }
    }

    /// Reads a hash, as htpasswd, crypt(5) and Dovecot write it.
    init(parsing text: Substring) throws(Malformed) {
        if let base64 = text.withoutPrefix("{SHA}") {
            self = try Self.sha1(base64, isSalted: false)
        } else if let base64 = text.withoutPrefix("{SSHA}") {
            self = try Self.sha1(base64, isSalted: true)
        } else if let keys = text.withoutPrefix("{SCRAM-SHA-256}") {
            self = .scram(try SCRAMCredential(parsing: keys))
        } else {
            // Dovecot says before a hash of crypt(5) what the hash says anyway.
            let schemes = [
                "{CRYPT}", "{BLF-CRYPT}", "{SHA256-CRYPT}", "{SHA512-CRYPT}", "{MD5-CRYPT}",
            ]
            let bare = schemes.lazy.compactMap { text.withoutPrefix($0) }.first ?? text
            self = try Self.modular(bare)
        }
    }

    private static func sha1(_ base64: Substring, isSalted: Bool) throws(Malformed)
        -> PasswordHash
    {
        guard let octets = Base64.decode(base64.utf8), octets.count >= SHA1.octets,
            (octets.count > SHA1.octets) == isSalted
        else { throw Malformed(isSalted ? "malformed {SSHA} hash" : "malformed {SHA} hash") }
        return .sha1(
            digest: Array(octets[..<SHA1.octets]), salt: Array(octets[SHA1.octets...]))
    }

    /// crypt(5): `$id$` and then what the kind wants, parted by `$`.
    private static func modular(_ text: Substring) throws(Malformed) -> PasswordHash {
        let fields = text.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count >= 4, fields[0].isEmpty else {
            throw Malformed("not a hash of a known kind")
        }
        let rest = fields[2...]
        switch fields[1] {
        case "2a", "2b", "2y": return try crypt(.bcrypt, text, isBcrypt(rest))
        case "5": return try crypt(.sha256Crypt, text, isSHACrypt(rest, digestCount: 43))
        case "6": return try crypt(.sha512Crypt, text, isSHACrypt(rest, digestCount: 86))
        case "y": return try crypt(.yescrypt, text, isYescrypt(rest))
        case "1": return try crypt(.md5Crypt, text, isMD5Crypt(rest))
        case "apr1":
            guard isMD5Crypt(rest) else { throw Malformed("malformed apr1 hash") }
            return .apr1(salt: Array(fields[2].utf8), digest: Array(fields[3].utf8))
        default: throw Malformed("not a hash of a known kind")
        }
    }

    private static func crypt(_ kind: Kind, _ text: Substring, _ isWellFormed: Bool)
        throws(Malformed) -> PasswordHash
    {
        guard isWellFormed else { throw Malformed("malformed \(kind.rawValue) hash") }
        guard LibCrypt.isAvailable else {
            throw Malformed("\(kind.rawValue) needs libcrypt, which is not there")
        }
        return .crypt(kind, String(text))
    }
}

// MARK: - The fields of crypt(5)

extension PasswordHash {
    /// The cost as a power of two, then 22 characters of salt and 31 of digest.
    private static func isBcrypt(_ fields: ArraySlice<Substring>) -> Bool {
        guard fields.count == 2, let cost = fields.first, cost.utf8.count == 2,
            let power = Int(decimal: cost.utf8), (4...31).contains(power), let digest = fields.last
        else { return false }
        return digest.utf8.count == 53 && digest.isCryptBase64
    }

    /// `rounds=N` if it is not 5,000, up to 16 characters of salt, the digest.
    private static func isSHACrypt(_ fields: ArraySlice<Substring>, digestCount: Int) -> Bool {
        var fields = fields
        if fields.count == 3, let first = fields.popFirst() {
            guard let digits = first.withoutPrefix("rounds="),
                let rounds = Int(decimal: digits.utf8),
                (1000...999_999_999).contains(rounds)
            else { return false }
        }
        guard fields.count == 2, let salt = fields.first, let digest = fields.last else {
            return false
        }
        return salt.utf8.count <= 16 && salt.isCryptSalt && digest.utf8.count == digestCount
            && digest.isCryptBase64
    }

    /// The parameters, up to 86 characters of salt, the digest.
    private static func isYescrypt(_ fields: ArraySlice<Substring>) -> Bool {
        guard fields.count == 3, fields.allSatisfy({ $0.isCryptBase64 }),
            let parameters = fields.first, let digest = fields.last
        else { return false }
        return !parameters.isEmpty && fields[fields.startIndex + 1].utf8.count <= 86
            && digest.utf8.count == 43
    }

    /// Up to 8 characters of salt, the digest.
    private static func isMD5Crypt(_ fields: ArraySlice<Substring>) -> Bool {
        guard fields.count == 2, let salt = fields.first, let digest = fields.last else {
            return false
        }
        return salt.utf8.count <= 8 && salt.isCryptSalt && digest.utf8.count == 22
            && digest.isCryptBase64
    }
}

extension SCRAMCredential {
    /// `iterations,salt,StoredKey,ServerKey`, all but the first in base64.
    fileprivate init(parsing text: Substring) throws(PasswordHash.Malformed) {
        let fields = text.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 4, let iterations = Int(decimal: fields[0].utf8),
            let salt = Base64.decode(fields[1].utf8),
            let storedKey = Base64.decode(fields[2].utf8),
            let serverKey = Base64.decode(fields[3].utf8),
            !salt.isEmpty, storedKey.count == SHA256.octets, serverKey.count == SHA256.octets
        else { throw PasswordHash.Malformed("malformed {SCRAM-SHA-256} keys") }
        // With PLAIN we compute them all; ten million take some seconds.
        guard (1...10_000_000).contains(iterations) else {
            throw PasswordHash.Malformed("{SCRAM-SHA-256} iterations beyond 1 to 10000000")
        }
        self.init(
            salt: salt, iterations: iterations, storedKey: storedKey, serverKey: serverKey)
    }
}

extension Substring {
    fileprivate func withoutPrefix(_ prefix: String) -> Substring? {
        hasPrefix(prefix) ? dropFirst(prefix.count) : nil
    }

    /// Digits, letters, `.` and `/`.
    fileprivate var isCryptBase64: Bool {
        utf8.allSatisfy { octet in
            octet.isLetterOrDigit || octet == .dot || octet == .slash
        }
    }

    /// crypt(5): printable ASCII without blanks, and without what parts the fields of a file.
    fileprivate var isCryptSalt: Bool {
        utf8.allSatisfy { $0.isVisible && !"*!:;\\$".utf8.contains($0) }
    }
}
