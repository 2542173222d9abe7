/// What the operator has chosen about who may authenticate, and how.
package struct Policy: Sendable {
    /// What credentials are held against.
    package enum Credentials: Sendable {
        case store(CredentialStore)
        /// Whatever is a message of the mechanism succeeds: any name, also an empty one, and any
        /// password, token or digest.
        case anything
        /// There are none: nothing but a client's certificate counts.
        case certificates
    }

    package var credentials: Credentials
    /// The mechanisms that may be offered, or nil for all but CRAM-MD5.
    package var restriction: [Mechanism]?
    /// Exchanges may also run without TLS.
    package var allowsPlaintext = false
    /// Our name, as CRAM-MD5 shows it to the client.
    package var hostname: String

    /// Loads what exchanges may need: once a session is confined it is too late.
    package init(_ credentials: Credentials, hostname: String) {
        _ = SASLprep.isAvailable
        self.credentials = credentials
        self.hostname = hostname
    }
}

extension Policy {
    /// The mechanisms that a client may choose from on this connection, the strongest first.
    package func offered(over channel: Channel) -> [Mechanism] {
        guard channel.isProtected || allowsPlaintext else { return [] }
        return Mechanism.allCases.filter { mechanism in
            (restriction?.contains(mechanism) ?? true) && isPossible(mechanism, over: channel)
        }
    }

    private func isPossible(_ mechanism: Mechanism, over channel: Channel) -> Bool {
        switch mechanism {
        case .plain, .login: acceptsPasswords
        case .external: channel.clientSubject != nil
        case .scramSHA256: hasSCRAM
        case .scramSHA256Plus: hasSCRAM && channel.tlsExporter != nil
        case .oauthBearer, .xoauth2: acceptsAnything
        case .cramMD5: isNamed(mechanism) && (acceptsAnything || hasPlainText)
        }
    }

    /// The operator has asked for it, and not for all that apply. Many clients prefer CRAM-MD5 to
    /// what a server of today offers, and would never show what they do with that.
    private func isNamed(_ mechanism: Mechanism) -> Bool {
        restriction?.contains(mechanism) ?? false
    }

    private var acceptsPasswords: Bool {
        if case .certificates = credentials { false } else { true }
    }

    private var acceptsAnything: Bool {
        if case .anything = credentials { true } else { false }
    }

    /// Never where anything is accepted: RFC 5802 §3 has the server prove at the end that it knows
    /// the user's keys, so no client that looks would succeed.
    ///
    /// One line that it can run on is enough, or it could not be tried out beside other lines. A client that
    /// then chooses it for a user who has another kind of line is refused, and the log says why.
    private var hasSCRAM: Bool {
        if case .store(let store) = credentials { store.hasSCRAM } else { false }
    }

    private var hasPlainText: Bool {
        if case .store(let store) = credentials { store.hasPlainText } else { false }
    }
}
