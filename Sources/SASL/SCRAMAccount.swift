/// What SCRAM-SHA-256 runs on for one user.
enum SCRAMAccount: Sendable {
    /// Keys from the auth file.
    case keys(SCRAMCredential)
    /// HMAC under the password, from which keys are made when the client has sent its proof.
    case password(HMAC, salt: [UInt8])

    /// What the tools that write SCRAM lines choose, so that a password in plain text does not show.
    static let saltOctets = 16
    static let iterations = 4096

    var salt: [UInt8] {
        switch self {
        case .keys(let credential): credential.salt
        case .password(_, let salt): salt
        }
    }

    var iterations: Int {
        switch self {
        case .keys(let credential): credential.iterations
        case .password: Self.iterations
        }
    }

    /// The keys; computed, and as dear as the iterations, where there is a password.
    var credential: SCRAMCredential {
        switch self {
        case .keys(let credential): credential
        case .password(let password, let salt):
            SCRAMCredential(password: password, salt: salt, iterations: Self.iterations)
        }
    }
}

/// The keys of a user for SCRAM-SHA-256. RFC 5802 §3
struct SCRAMCredential: Equatable, Sendable {
    var salt: [UInt8]
    var iterations: Int
    /// 32 octets: the hash of the key by which the client proves itself.
    var storedKey: [UInt8]
    /// 32 octets: the key by which we do.
    var serverKey: [UInt8]
}

extension SCRAMCredential {
    /// RFC 5802 §3: the keys are made from SaltedPassword, which the password stretches to.
    init(password: HMAC, salt: [UInt8], iterations: Int) {
        var salted = password.stretched(salt: salt, iterations: iterations)
        let key = HMAC(key: salted)
        var clientKey = key.code(Array("Client Key".utf8))
        defer {
            wipe(&salted)
            wipe(&clientKey)
        }
        self.init(
            salt: salt, iterations: iterations, storedKey: SHA256.digest(clientKey),
            serverKey: key.code(Array("Server Key".utf8)))
    }

    func matches(_ password: borrowing Secret) -> Bool {
        let key = unsafe password.withOctets { unsafe HMAC(key: $0) }
        let made = SCRAMCredential(password: key, salt: salt, iterations: iterations)
        return areEqualInConstantTime(made.storedKey, storedKey)
    }
}
