internal import Notation

/// Our side of SCRAM-SHA-256 (RFC 5802, RFC 7677) between the client's two messages.
struct SCRAM: Sendable {
    private let identity: Identity
    private let account: SCRAMAccount
    /// Set where there is no such user, or one whom SCRAM does not work for: the exchange runs on
    /// decoy keys to its end, and then fails with this.
    private let decoyFailure: Failure?
    private let clientFirst: SCRAMClientFirst
    /// gs2-header and, with -PLUS, the octets of the channel binding.
    private let channelBinding: [UInt8]
    private let nonce: [UInt8]

    /// The server's first message.
    let challenge: [UInt8]

    /// Takes the client's first message. `binding` is the channel binding where the mechanism is
    /// -PLUS, and `isPlusOffered` whether the client could have chosen that. Our part of the nonce
    /// is to be printable, without commas, and never the same again.
    init(
        _ message: [UInt8], _ store: CredentialStore, binding: [UInt8]?, isPlusOffered: Bool,
        nonce serverNonce: [UInt8]
    ) throws(Failure) {
        let first = try SCRAMClientFirst(message)
        let identity = try Identity(first.user)
        do throws(Failure) {
            try Self.check(first, hasBinding: binding != nil, isPlusOffered: isPlusOffered)
            // An empty one is against the grammar, but clients send it and mean none.
            if let other = first.authorizationIdentity, !other.isEmpty,
                try Identity(other).prepared != identity.prepared
            {
                throw .notAuthorized(identity.text)
            }
        } catch {
            throw error.of(identity.text)
        }
        // RFC 5802 §5.1: what cannot be prepared must fail.
        if identity.isUnprepared {
            throw Failure("no libidn, which names beyond ASCII need", user: identity.text)
        }
        (account, decoyFailure) = store.scramAccount(of: identity.prepared)
        self.identity = identity
        clientFirst = first
        channelBinding = first.header + (binding ?? [])
        nonce = first.nonce + serverNonce
        challenge =
            Array("r=".utf8) + nonce + Array(",s=".utf8) + Base64.encode(account.salt)
            + Array(",i=\(account.iterations)".utf8)
    }

    private static func check(
        _ first: SCRAMClientFirst, hasBinding: Bool, isPlusOffered: Bool
    ) throws(Failure) {
        switch first.flag {
        case .used(let name):
            guard hasBinding else { throw Failure("channel binding without -PLUS") }
            // RFC 9266 §2, the only one there is for TLS 1.3.
            guard name == Array("tls-exporter".utf8) else {
                throw Failure("channel binding that is not tls-exporter")
            }
        case .unsupported, .notOffered:
            if hasBinding { throw Failure("-PLUS without channel binding") }
            // RFC 5802 §6: it can bind and has not seen our offer, so somebody has taken that away.
            if first.flag == .notOffered, isPlusOffered {
                throw Failure("downgrade: the client has not seen -PLUS in our offer")
            }
        }
    }

    /// Takes the client's final message; returns the user and the server's final message.
    func finish(_ message: [UInt8]) throws(Failure) -> (user: String, proof: [UInt8]) {
        let final: SCRAMClientFinal
        do throws(Failure) {
            final = try SCRAMClientFinal(message)
        } catch {
            throw error.of(identity.text)
        }
        guard areEqualInConstantTime(final.nonce, nonce) else {
            throw Failure("wrong nonce", user: identity.text)
        }
        guard areEqualInConstantTime(final.channelBinding, channelBinding) else {
            throw Failure("wrong channel binding", user: identity.text)
        }
        // RFC 5802 §3: AuthMessage.
        let separator = [UInt8.comma]
        let signed = clientFirst.bare + separator + challenge + separator + final.withoutProof
        let credential = account.credential
        let isProved = credential.isProof(final.proof, of: signed)
        if let decoyFailure { throw decoyFailure }
        guard isProved else { throw Failure("wrong password", user: identity.text) }
        let signature = HMAC(key: credential.serverKey).code(signed)
        return (identity.text, Array("v=".utf8) + Base64.encode(signature))
    }
}

extension SCRAMCredential {
    /// RFC 5802 §3: ClientProof hides ClientKey under a signature, and the hash of that is known.
    fileprivate func isProof(_ proof: [UInt8], of signed: [UInt8]) -> Bool {
        let signature = HMAC(key: storedKey).code(signed)
        var clientKey = zip(proof, signature).map { $0 ^ $1 }
        defer { wipe(&clientKey) }
        return areEqualInConstantTime(SHA256.digest(clientKey), storedKey)
    }
}
