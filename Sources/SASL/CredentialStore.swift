/// The users of an auth file, each with a hash of the password or the password itself.
package struct CredentialStore: Sendable {
    private let hashes: [String: PasswordHash]
    private let users: [String]
    /// An HMAC key from the whole file, so that decoys for users who do not exist are stable and
    /// nobody without the file can tell them.
    private let decoyKey: HMAC
    /// Those of `hashes` that SCRAM can run on, and those that CRAM-MD5 can: models for decoys.
    private let scramModels: [PasswordHash]
    private let plainTexts: [PlainPassword]

    /// What came of a password, or of a digest of it.
    enum PasswordCheck: Equatable {
        case right, wrong, unknownUser
        /// The file has a hash, and the mechanism needs the password itself.
        case hashOnly
    }

    /// The users' names must be prepared and differ; at least one is there.
    init(_ entries: [(user: String, hash: PasswordHash)], secret: [UInt8]) {
        users = entries.map { $0.user }
        hashes = entries.reduce(into: [:]) { $0[$1.user] = $1.hash }
        decoyKey = HMAC(key: secret)
        plainTexts = entries.compactMap { $0.hash.plainText }
        scramModels = entries.map { $0.hash }.filter { hash in
            switch hash {
            case .scram, .plainText: true
            default: false
            }
        }
    }

    package var userCount: Int { users.count }

    /// The kinds of hashes in it, by name, each once, in the order of `PasswordHash.Kind`.
    package var kinds: [String] { presentKinds.map { $0.rawValue } }

    /// Those of them that are soon broken by whoever has the file.
    package var weakKinds: [String] { presentKinds.filter { $0.isWeak }.map { $0.rawValue } }

    private var presentKinds: [PasswordHash.Kind] {
        let present = Set(hashes.values.map { $0.kind })
        return PasswordHash.Kind.allCases.filter(present.contains)
    }

    /// How many users have a password in plain text, and how many of these passwords look like a
    /// hash of DES crypt.
    package var plainTextCounts: (all: Int, likeDESCrypt: Int) {
        (plainTexts.count, plainTexts.filter { $0.looksLikeDESCrypt }.count)
    }

    var hasSCRAM: Bool { !scramModels.isEmpty }
    var hasPlainText: Bool { !plainTexts.isEmpty }

    /// Checks a password. It takes for a user who does not exist as long as for some user who does.
    func check(_ password: borrowing Password, of user: String) -> PasswordCheck {
        let hash = hashes[user]
        // Always the same one for a name. Files may mix kinds that cost very differently, so the
        // cost of any one of them would tell the names of nobody from those of the others.
        let isRight = password.matches(hash ?? hashes[users[pick(users.count, for: user)]]!)
        if hash == nil { return .unknownUser }
        return isRight ? .right : .wrong
    }

    /// Checks a digest of CRAM-MD5, which only a password in plain text can be held against; it
    /// takes the same time whoever the user is. At least one such password is there.
    func check(_ digest: [UInt8], of challenge: [UInt8], from user: String) -> PasswordCheck {
        let hash = hashes[user]
        let password = hash?.plainText
        let model = password ?? plainTexts[pick(plainTexts.count, for: user)]
        let isRight = model.isDigest(digest, of: challenge)
        if hash == nil { return .unknownUser }
        if password == nil { return .hashOnly }
        return isRight ? .right : .wrong
    }
}

// MARK: - SCRAM

extension CredentialStore {
    /// What to run SCRAM on: the user's keys or password, or for one who has none what nobody has
    /// the password for.
    ///
    /// Salt and iterations of the latter look like those of some user whom SCRAM works for, and are
    /// always the same for a name until the file changes.
    func scramAccount(of user: String) -> (SCRAMAccount, Failure?) {
        switch hashes[user] {
        case .scram(let credential):
            return (.keys(credential), nil)
        case .plainText(let password):
            return (.password(password.key, salt: salt(SCRAMAccount.saltOctets, for: user)), nil)
        case nil:
            return (decoy(for: user), Failure("unknown user", user: user))
        default:
            return (decoy(for: user), Failure("user without keys for SCRAM", user: user))
        }
    }

    private func decoy(for user: String) -> SCRAMAccount {
        let storedKey = decoyKey.code(Array("stored key \(user)".utf8))
        guard case .scram(var decoy) = scramModels[pick(scramModels.count, for: user)] else {
            // It costs what a password in plain text costs.
            return .password(
                HMAC(key: storedKey), salt: salt(SCRAMAccount.saltOctets, for: user))
        }
        decoy.salt = salt(decoy.salt.count, for: user)
        decoy.storedKey = storedKey
        decoy.serverKey = decoyKey.code(Array("server key \(user)".utf8))
        return .keys(decoy)
    }

    /// A salt that looks random and belongs to the name.
    private func salt(_ count: Int, for user: String) -> [UInt8] {
        var salt: [UInt8] = []
        while salt.count < count {
            salt += decoyKey.code(Array("salt \(salt.count) \(user)".utf8))
        }
        return Array(salt.prefix(count))
    }

    /// A number below `count` that looks random and belongs to the name.
    private func pick(_ count: Int, for user: String) -> Int {
        let code = decoyKey.code(Array("pick \(user)".utf8))
        let number = code.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(number % UInt64(count))
    }
}
