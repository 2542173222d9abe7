internal import Notation

// Mechanisms that send the password itself, or a digest of it.

extension Exchange {
    /// RFC 4616 §2: `[authzid] NUL authcid NUL passwd`.
    func takePlain(_ message: [UInt8]) throws(Failure) -> String {
        let fields = message.split(separator: 0, omittingEmptySubsequences: false)
        guard fields.count == 3 else { throw .malformed(.plain) }
        let user = try check(Array(fields[1]), fields[2])
        // It comes last: a client that has not proved who it is learns nothing of what it may.
        try checkAuthorization(fields[0], of: user)
        return user
    }

    /// RFC 2195 §2: the user, a space, and the digest in 32 small hexadecimal digits.
    func takeDigest(_ message: [UInt8]) throws(Failure) -> String {
        guard let space = message.lastIndex(of: .space),
            let digest = Self.digest(message[(space + 1)...])
        else { throw .malformed(.cramMD5) }
        let user = Array(message[..<space])
        guard case .store(let store) = policy.credentials else { return try anyName(user) }
        let identity = try Identity(user)
        try succeed(
            store.check(digest, of: cramChallenge(), from: identity.prepared), identity.text)
        return identity.text
    }

    private static func digest(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
        guard digits.count == 2 * MD5.octets, digits.allSatisfy({ $0 == $0.lowercased }) else {
            return nil
        }
        let values = digits.compactMap { $0.hexadecimalValue }
        guard values.count == digits.count else { return nil }
        return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }

    /// Checks the password and returns the user's name, as it was sent.
    func check(_ user: [UInt8], _ password: ArraySlice<UInt8>) throws(Failure) -> String {
        switch policy.credentials {
        case .anything: return try anyName(user)
        case .certificates: throw Failure("no passwords are known")
        case .store(let store):
            let identity = try Identity(user)
            do throws(Failure) {
                try succeed(
                    store.check(try Password(password), of: identity.prepared), identity.text)
            } catch {
                throw error.of(identity.text)
            }
            return identity.text
        }
    }

    private func succeed(_ check: CredentialStore.PasswordCheck, _ user: String) throws(Failure) {
        switch check {
        case .right: return
        case .wrong: throw Failure("wrong password", user: user)
        case .unknownUser: throw Failure("unknown user", user: user)
        case .hashOnly: throw Failure("user without a password in plain text", user: user)
        }
    }

    /// Whatever a client calls itself where anything is accepted: also nothing.
    func anyName(_ octets: [UInt8]) throws(Failure) -> String {
        if octets.count > Self.maximumNameOctets { throw Failure("user name too long") }
        return String(decoding: octets, as: UTF8.self)
    }

    /// So that a name fits into a line of the log.
    private static var maximumNameOctets: Int { 1024 }

    /// Nobody may act as somebody else; to name oneself is no harm. RFC 4422 §3.4.1
    private func checkAuthorization(_ other: ArraySlice<UInt8>, of user: String) throws(Failure) {
        if case .anything = policy.credentials { return }
        if other.isEmpty { return }
        do throws(Failure) {
            let other = try Identity(other)
            guard try other.prepared == Identity(user.utf8).prepared else {
                throw .notAuthorized(user)
            }
        } catch {
            throw error.of(user)
        }
    }
}
