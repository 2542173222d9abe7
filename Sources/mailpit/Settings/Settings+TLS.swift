internal import POSIX
internal import SMTP
internal import TLS

// How the options of TLS go together.

extension Settings {
    /// Where certificate and key come from, or nil where there are none.
    static func certificate(_ choices: Choices) throws(ConfigurationError)
        -> CertificateSource?
    {
        let given = (choices.certificate, choices.key)
        if let names = try selfSignedNames(choices) {
            return .selfSigned(names)
        }
        switch (given.0 ?? credential("smtp-tls-cert"), given.1 ?? credential("smtp-tls-key")) {
        case (nil, nil): return nil
        case (let certificate?, let key?): return .files(certificate: certificate, key: key)
        case (_?, nil): throw ConfigurationError("--smtp-tls-cert needs --smtp-tls-key")
        case (nil, _?): throw ConfigurationError("--smtp-tls-key needs --smtp-tls-cert")
        }
    }

    /// The names behind `sans:`, which stands in one of both, or in both and is then the same.
    private static func selfSignedNames(_ choices: Choices) throws(ConfigurationError) -> [String]?
    {
        let (certificate, key) = (choices.certificate, choices.key)
        let mark = "sans:"
        let lists = [certificate, key].compactMap { $0.self }.filter { $0.hasPrefix(mark) }
        guard let list = lists.first else { return nil }
        if let certificate, let key, certificate != key {
            let other: Option.Name = certificate.hasPrefix(mark) ? .tlsKey : .tlsCertificate
            throw ConfigurationError(
                "--smtp-tls-cert \(certificate) and --smtp-tls-key \(key) do not go together: with"
                    + " \(mark) take away \(choices.given[other]?.source ?? "the other")")
        }
        let names = list.dropFirst(mark.count)
        // What is no name, as the empty one, is found by whoever makes the certificate.
        return names.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
    }

    /// A file that systemd has put there for us by `LoadCredential=`. systemd.exec(5)
    private static func credential(_ name: String) -> String? {
        guard let directory = Environment["CREDENTIALS_DIRECTORY"] else { return nil }
        let path = "\(directory)/\(name)"
        return FileAccess.isThere(path) ? path : nil
    }

    /// When TLS has to be there.
    static func policy(_ choices: Choices, hasCertificate: Bool)
        throws(ConfigurationError) -> Session.Configuration.TLS
    {
        // Two names of one option: whichever is given counts, and both must agree.
        let explicit = choices.requiresTLS ?? choices.requiresSTARTTLS
        if let alias = choices.requiresSTARTTLS, alias != explicit {
            throw ConfigurationError("--smtp-tls-required and --smtp-require-starttls contradict")
        }
        if choices.hasImplicitTLS {
            if explicit == true {
                throw ConfigurationError(
                    "--smtp-require-tls and --smtp-tls-required exclude each other")
            }
            guard hasCertificate else {
                throw ConfigurationError(
                    "--smtp-require-tls needs --smtp-tls-cert and --smtp-tls-key")
            }
            return .implicit
        }
        if explicit ?? Choices.requiresTLSByDefault {
            guard hasCertificate else {
                throw ConfigurationError(
                    "TLS is required (--smtp-tls-required): set --smtp-tls-cert and --smtp-tls-key")
            }
            return .required
        }
        return hasCertificate ? .optional : .unavailable
    }

    /// What TLS is to be like.
    static func tlsConfiguration(_ choices: Choices, _ hostname: String)
        throws(ConfigurationError) -> TLSConfiguration
    {
        var tls = choices.tls
        tls.serviceName = hostname
        guard tls.minimumVersion <= tls.maximumVersion else {
            throw ConfigurationError(
                "--smtp-tls-min-version \(tls.minimumVersion.rawValue) is above "
                    + "--smtp-tls-max-version \(tls.maximumVersion.rawValue)")
        }
        if tls.clientAuthentication != .none, tls.clientCAFile == nil {
            throw ConfigurationError("--smtp-tls-client-auth needs --smtp-tls-client-ca")
        }
        return tls
    }
}
