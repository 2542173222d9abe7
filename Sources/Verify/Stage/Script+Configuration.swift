internal import Forge
internal import SMTP
internal import TLS

extension Script {
    /// The session that a connection is begun with.
    func configuration(_ options: StageOptions) -> Session.Configuration {
        var configuration = Session.Configuration(hostname: options.host, tls: tls(options))
        configuration.authentication = options.mechanisms.isEmpty ? .unavailable : .optional
        configuration.plaintextMechanisms = offersAuthInPlaintext ? options.mechanisms : []
        configuration.recipients = acceptsRecipients ? .all : .checkedRefusingOthers
        configuration.reportsCommands = true
        if let maximumMessageOctets { configuration.limits.messageOctets = maximumMessageOctets }
        return configuration
    }

    private func tls(_ options: StageOptions) -> Session.Configuration.TLS {
        if options.tls == .implicit { return .implicit }
        return switch startTLS {
        case .required: .required
        case .optional: .optional
        case .stripped: .unavailable
        }
    }

    /// What the handshake is made with.
    func context(_ options: StageOptions) throws(TLSError) -> TLSContext {
        let files = CertificateFiles(certificate, in: options.certificateDirectory)
        let credentials = try TLSCredentials(
            certificateFile: files.certificate, keyFile: files.key)
        var configuration = TLSConfiguration()
        configuration.minimumVersion = minimumVersion
        configuration.maximumVersion = maximumVersion
        // OpenSSL's usual security level would refuse to serve these.
        if certificate.isWeak { configuration.ciphers = "DEFAULT:@SECLEVEL=0" }
        return try TLSContext(configuration, credentials)
    }
}

extension Observation.Handshake {
    init(_ facts: TLSSessionFacts) {
        version = facts.version?.name
        cipher = facts.cipher
        serverName = facts.serverName
    }
}
