internal import SASL
internal import SMTP

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
    /// SPEC 2: how AUTH goes together with itself and with TLS.
    static func authentication(
        _ values: OptionValues, inline: String?, _ policy: Session.Configuration.TLS,
        verifiesClients: Bool
    ) throws(ConfigurationError) -> AuthenticationSettings? {
        let restriction = try mechanisms(values)
        let allowsInsecure = try values.flag(.authAllowInsecure) ?? false
        let file = values[.authFile]?.text
        let source: AuthenticationSettings.Source
        if try values.flag(.authAcceptAny) ?? false {
            if file != nil || inline != nil {
                throw ConfigurationError(
                    "--smtp-auth-accept-any excludes --smtp-auth-file and "
                        + AuthenticationSettings.inlineVariable)
            }
            source = .anything
        } else if let file {
            source = .file(file)
        } else if let inline {
            source = .inline(inline)
        } else if verifiesClients {
            source = .certificates
        } else {
            return nil
        }
        var settings = AuthenticationSettings(source: source, restriction: restriction)
        let mayBePlaintext = policy == .optional || policy == .unavailable
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

    private static func mechanisms(_ values: OptionValues) throws(ConfigurationError)
        -> [Mechanism]?
    {
        guard let value = values[.authMechanisms] else { return nil }
        do throws(MechanismListError) {
            return try [Mechanism](parsing: value.text)
        } catch {
            throw ConfigurationError("\(value.source): \(error)")
        }
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

    /// Reads the credentials.
    func policy(hostname: String) throws(ConfigurationError) -> Policy {
        var policy = Policy(try credentials(), hostname: hostname)
        policy.restriction = restriction
        policy.allowsPlaintext = allowsPlaintext
        return policy
    }

    private func credentials() throws(ConfigurationError) -> Policy.Credentials {
        do throws(CredentialError) {
            switch source {
            case .file(let path):
                return .store(try CredentialStore(contentsOfFile: path))
            case .inline(let text):
                return .store(try CredentialStore(inline: text, source: Self.inlineVariable))
            case .anything: return .anything
            case .certificates: return .certificates
            }
        } catch {
            throw ConfigurationError("\(error)")
        }
    }
}
