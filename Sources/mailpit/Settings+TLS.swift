internal import Glibc
internal import SMTP
internal import TLS

// SPEC 2: the options of TLS, and how they go together.

extension Settings {
    /// Where certificate and key come from, or nil where there are none.
    static func certificate(_ values: OptionValues) throws(ConfigurationError)
        -> CertificateSource?
    {
        let given = (values[.tlsCertificate]?.text, values[.tlsKey]?.text)
        if let names = try selfSignedNames(certificate: given.0, key: given.1) {
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
    private static func selfSignedNames(certificate: String?, key: String?)
        throws(ConfigurationError) -> [String]?
    {
        let mark = "sans:"
        let lists = [certificate, key].compactMap(\.self).filter { $0.hasPrefix(mark) }
        guard let list = lists.first else { return nil }
        if let certificate, let key, certificate != key {
            throw ConfigurationError(
                "--smtp-tls-cert \(certificate) and --smtp-tls-key \(key) do not go together")
        }
        let names = list.dropFirst(mark.count)
        // What is no name, as the empty one, is found by whoever makes the certificate.
        return names.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
    }

    /// A file that systemd has put there for us by `LoadCredential=`. systemd.exec(5)
    private static func credential(_ name: String) -> String? {
        guard let directory = Environment["CREDENTIALS_DIRECTORY"] else { return nil }
        let path = "\(directory)/\(name)"
        return unsafe access(path, F_OK) == 0 ? path : nil
    }

    /// When TLS has to be there.
    static func policy(_ values: OptionValues, hasCertificate: Bool)
        throws(ConfigurationError) -> Session.Configuration.TLS
    {
        let isImplicit = try values.flag(.implicitTLS) ?? false
        // Two names of one option: whichever is given, and both must agree.
        let required = try values.flag(.tlsRequired)
        let alias = try values.flag(.requireSTARTTLS)
        if let required, let alias, required != alias {
            throw ConfigurationError("--smtp-tls-required and --smtp-require-starttls contradict")
        }
        let explicit = required ?? alias
        if isImplicit {
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
        if explicit ?? true {
            guard hasCertificate else {
                throw ConfigurationError(
                    "TLS is required (--smtp-tls-required): set --smtp-tls-cert and --smtp-tls-key")
            }
            return .required
        }
        return hasCertificate ? .optional : .unavailable
    }

    /// What TLS is to be like.
    static func tlsConfiguration(_ values: OptionValues, _ hostname: String)
        throws(ConfigurationError) -> TLSConfiguration
    {
        var tls = TLSConfiguration()
        tls.minimumVersion = try values.version(.tlsMinimumVersion, default: .v1_2)
        tls.maximumVersion = try values.version(.tlsMaximumVersion, default: .v1_3)
        guard tls.minimumVersion <= tls.maximumVersion else {
            throw ConfigurationError(
                "--smtp-tls-min-version \(tls.minimumVersion.rawValue) is above "
                    + "--smtp-tls-max-version \(tls.maximumVersion.rawValue)")
        }
        tls.ciphers = values[.tlsCiphers]?.text
        tls.ciphersuites = values[.tlsCiphersuites]?.text
        tls.groups = values[.tlsGroups]?.text
        tls.ticketKeyFile = values[.tlsTicketKey]?.text
        tls.serviceName = hostname
        tls.keyLogFile = values[.tlsKeyLog]?.text
        tls.clientCAFile = values[.tlsClientCA]?.text
        if let value = values[.tlsClientAuthentication] {
            guard let mode = TLSConfiguration.ClientAuthentication(rawValue: value.text) else {
                throw .badValue(value, expected: "none, request or require")
            }
            tls.clientAuthentication = mode
        }
        if tls.clientAuthentication != .none, tls.clientCAFile == nil {
            throw ConfigurationError("--smtp-tls-client-auth needs --smtp-tls-client-ca")
        }
        return tls
    }
}

extension OptionValues {
    fileprivate func version(_ name: Option.Name, default preset: TLSVersion)
        throws(ConfigurationError) -> TLSVersion
    {
        guard let value = self[name] else { return preset }
        guard let version = TLSVersion(rawValue: value.text) else {
            throw .badValue(value, expected: "1.0, 1.1, 1.2 or 1.3")
        }
        return version
    }
}
