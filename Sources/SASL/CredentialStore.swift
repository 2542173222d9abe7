/// The users of an auth file, each with a hash of the password.
package struct CredentialStore: Sendable {
    private let hashes: [String: PasswordHash]
    private let users: [String]
    /// An HMAC key from the whole file, so that decoys for users who do not exist are stable and
    /// nobody without the file can tell them.
    private let decoyKey: HMAC
    private let decoys: [SCRAMCredential]

    /// What came of a password.
    enum PasswordCheck: Equatable {
        case right, wrong, unknownUser
    }

    /// The users' names must be prepared and differ; at least one is there.
    init(_ entries: [(user: String, hash: PasswordHash)], secret: [UInt8]) {
        users = entries.map(\.user)
        hashes = Dictionary(entries.map { ($0.user, $0.hash) }) { first, _ in first }
        decoyKey = HMAC(key: secret)
        decoys = entries.compactMap { if case .scram(let keys) = $0.hash { keys } else { nil } }
    }

    package var userCount: Int { users.count }

    /// The kinds of hashes in it, by name, each once, in an order of their own.
    package var kinds: [String] { presentKinds.map(\.rawValue) }

    /// Those of them that are soon broken by whoever has the file.
    package var weakKinds: [String] { presentKinds.filter(\.isWeak).map(\.rawValue) }

    private var presentKinds: [PasswordHash.Kind] {
        let present = Set(hashes.values.map(\.kind))
        return PasswordHash.Kind.allCases.filter(present.contains)
    }

    var hasSCRAM: Bool { !decoys.isEmpty }

    /// Checks a password. It takes for a user who does not exist as long as for some user who does.
    func check(_ password: borrowing Password, of user: String) -> PasswordCheck {
        let hash = hashes[user]
        // Always the same one for a name. Files may mix kinds that cost very differently, so the
        // cost of any one of them would tell the names of nobody from those of the others.
        let isRight = password.matches(hash ?? hashes[users[pick(users.count, for: user)]]!)
        if hash == nil { return .unknownUser }
        return isRight ? .right : .wrong
    }

    /// The keys to run SCRAM with: the user's, or for one who has none made-up ones, which nobody
    /// has the password for.
    ///
    /// Salt and iterations look like those of some user who has keys, and are always the same for a
    /// name until the file changes.
    func scramCredential(of user: String) -> (SCRAMCredential, Failure?) {
        switch hashes[user] {
        case .scram(let credential):
            return (credential, nil)
        case nil:
            return (decoy(for: user), Failure("unknown user", user: user))
        default:
            return (decoy(for: user), Failure("user without keys for SCRAM", user: user))
        }
    }

    private func decoy(for user: String) -> SCRAMCredential {
        var decoy = decoys[pick(decoys.count, for: user)]
        var salt: [UInt8] = []
        while salt.count < decoy.salt.count {
            salt += decoyKey.code(Array("salt \(salt.count) \(user)".utf8))
        }
        decoy.salt = Array(salt.prefix(decoy.salt.count))
        decoy.storedKey = decoyKey.code(Array("stored key \(user)".utf8))
        decoy.serverKey = decoyKey.code(Array("server key \(user)".utf8))
        return decoy
    }

    /// A number below `count` that looks random and belongs to the name.
    private func pick(_ count: Int, for user: String) -> Int {
        let code = decoyKey.code(Array("pick \(user)".utf8))
        let number = code.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(number % UInt64(count))
    }
}
