internal import SASL
internal import SMTP
internal import TLS

/// What the operator has chosen about AUTH.
struct AuthenticationSettings: Equatable {
    enum Source: Equatable {
        case file(String)
        /// The text of a variable.
        case inline(String)
        case anything
        /// There are no credentials; certificates may be enough.
        case certificates
    }

    var source: Source
    var restriction: [Mechanism]?
    var allowsPlaintext = false
    /// What was asked for and is not done.
    var warning: String?

    /// The variable that holds users instead of a file.
    static let inlineVariable = "MP_SMTP_AUTH"
}

extension Settings {
    /// How the options of AUTH go together, and with those of TLS.
    static func authentication(
        _ choices: Choices, inline: String?, _ policy: Session.Configuration.TLS
    ) throws(ConfigurationError) -> AuthenticationSettings? {
        guard let source = try source(choices, inline: inline) else { return nil }
        var settings = AuthenticationSettings(source: source, restriction: choices.mechanisms)
        let mayBePlaintext = policy == .optional || policy == .unavailable
        let allowsInsecure = choices.allowsInsecureAuthentication
        if mayBePlaintext, settings.isMandatory, !allowsInsecure {
            throw ConfigurationError(
                "credentials need TLS: without --smtp-tls-required there must be "
                    + "--smtp-auth-allow-insecure")
        }
        settings.allowsPlaintext = allowsInsecure && mayBePlaintext
        if allowsInsecure, !mayBePlaintext {
            settings.warning = "--smtp-auth-allow-insecure has no effect while TLS is required"
        }
        return settings
    }

    /// What credentials are held against; nil where there is nothing.
    private static func source(_ choices: Choices, inline: String?) throws(ConfigurationError)
        -> AuthenticationSettings.Source?
    {
        if choices.acceptsAnyCredentials {
            if choices.authFile != nil || inline != nil {
                throw ConfigurationError(
                    "--smtp-auth-accept-any excludes --smtp-auth-file and "
                        + AuthenticationSettings.inlineVariable)
            }
            return .anything
        }
        if let file = choices.authFile { return .file(file) }
        if let inline { return .inline(inline) }
        return choices.tls.clientAuthentication == .none ? nil : .certificates
    }
}

extension AuthenticationSettings {
    /// No mail without AUTH.
    var isMandatory: Bool {
        switch source {
        case .file, .inline: true
        case .anything, .certificates: false
        }
    }

    /// The file or variable that users stand in, or nil where there are none.
    var place: String? {
        switch source {
        case .file(let path): path
        case .inline: Self.inlineVariable
        case .anything, .certificates: nil
        }
    }

    /// What should be done about users whose password is in plain text, or nil if there are none.
    func plainTextWarning(_ policy: Policy) -> String? {
        guard case .store(let store) = policy.credentials, let place else { return nil }
        let (count, likeDESCrypt) = store.plainTextCounts
        if count == 0 { return nil }
        let users = count == 1 ? "1 user has a password" : "\(count) users have passwords"
        let doubt =
            likeDESCrypt == 0
            ? ""
            : ", \(likeDESCrypt) of them like a hash of DES crypt, which is taken as the password"
        return "\(users) in plain text in \(place)\(doubt)"
    }

    /// Reads the credentials.
    func policy(hostname: String) throws(ConfigurationError) -> Policy {
        var policy = Policy(try credentials(), hostname: hostname)
        policy.restriction = restriction
        policy.allowsPlaintext = allowsPlaintext
        return policy
    }

    private func credentials() throws(ConfigurationError) -> Policy.Credentials {
        try ConfigurationError.rewrapping { () throws(CredentialError) in
            switch source {
            case .file(let path): .store(try CredentialStore(contentsOfFile: path))
            case .inline(let text):
                .store(try CredentialStore(inline: text, source: Self.inlineVariable))
            case .anything: .anything
            case .certificates: .certificates
            }
        }
    }
}
