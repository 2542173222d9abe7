// Mechanisms that send the password itself.

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

    /// Checks the password and returns the user's name, as it was sent.
    func check(_ user: [UInt8], _ password: ArraySlice<UInt8>) throws(Failure) -> String {
        let identity = try Identity(user)
        do throws(Failure) {
            switch policy.credentials {
            case .anything:
                // What a line can hold is as good as anything; none at all is, too.
                if !password.isEmpty { try password.checkAsCredential("password") }
            case .certificates: throw Failure("no passwords are known")
            case .store(let store):
                switch store.check(try Password(password), of: identity.prepared) {
                case .right: break
                case .wrong: throw Failure("wrong password")
                case .unknownUser: throw Failure("unknown user")
                }
            }
        } catch {
            throw error.of(identity.text)
        }
        return identity.text
    }

    /// Nobody may act as somebody else; to name oneself is no harm. RFC 4422 §3.4.1
    private func checkAuthorization(_ other: ArraySlice<UInt8>, of user: String) throws(Failure) {
        if other.isEmpty { return }
        do throws(Failure) {
            let other = try Identity(other)
            if case .anything = policy.credentials { return }
            guard try other.prepared == Identity(user.utf8).prepared else {
                throw .notAuthorized(user)
            }
        } catch {
            throw error.of(user)
        }
    }
}
