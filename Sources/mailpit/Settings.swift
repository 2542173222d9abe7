internal import Glibc
internal import Notation
internal import SMTP
internal import Sandbox
internal import TLS

/// What the operator has chosen, with every value checked and every default filled in.
struct Settings {
    enum Verbosity { case quiet, normal, verbose }

    /// Where the server's certificate comes from.
    enum CertificateSource: Equatable {
        case files(certificate: String, key: String)
        /// A new one is made for these domain names and addresses.
        case selfSigned([String])
    }

    var hostname: String
    var maildir: String
    var certificate: CertificateSource?
    var tls: TLSConfiguration
    var session: Session.Configuration
    /// Nil where there is no AUTH.
    var authentication: AuthenticationSettings?
    var allowedRecipients: String?
    var timeoutSeconds: Int64
    var chaosTriggers: [ChaosTrigger]
    var requiresProxyHeader: Bool
    var sandbox: Sandbox.Mode
}

extension Settings {
    /// Checks the values and how they go together. SPEC 2; files are looked at by whoever opens
    /// them.
    init(_ values: OptionValues) throws(ConfigurationError) {
        let hostname = try Self.hostname(values)
        let certificate = try Self.certificate(values)
        var session = Session.Configuration(
            hostname: hostname, tls: try Self.policy(values, hasCertificate: certificate != nil))
        session.label = try Self.label(values)
        session.limits.recipients = try values.integer(
            .maximumRecipients, default: 100, in: 1...Int(Int32.max), "a number of recipients")
        let mebibytes = try values.integer(
            .maximumMessageSize, default: 50, in: 0...Int(UInt32.max), "a number of MiB")
        session.limits.messageOctets = mebibytes == 0 ? nil : UInt64(mebibytes) << 20
        session.refusesDoubleCarriageReturns = try values.flag(.strictRFCHeaders) ?? false
        session.reportsCommands = try values.flag(.verbose) ?? false
        let drops = try values.flag(.ignoreRejectedRecipients) ?? false
        let allowedRecipients = values[.allowedRecipients]?.text
        if allowedRecipients != nil {
            session.recipients = drops ? .checkedDroppingOthers : .checkedRefusingOthers
        }
        for name in [Option.Name.quiet, .disableRDNS] { _ = try values.flag(name) }
        let chaosTriggers = try Self.chaosTriggers(values)
        session.chaos = chaosTriggers.filter(\.canFire).map(\.point)
        self.hostname = hostname
        self.maildir = try Self.maildir(values)
        self.certificate = certificate
        let tls = try Self.tlsConfiguration(values, hostname)
        let authentication = try Self.authentication(
            values, inline: Environment[AuthenticationSettings.inlineVariable], session.tls,
            verifiesClients: tls.clientAuthentication != .none)
        if let authentication {
            session.authentication = authentication.isMandatory ? .required : .optional
        }
        self.tls = tls
        self.authentication = authentication
        self.session = session
        self.allowedRecipients = allowedRecipients
        self.chaosTriggers = chaosTriggers
        self.requiresProxyHeader = try values.flag(.proxyProtocol) ?? false
        self.sandbox = try Self.sandbox(values)
        self.timeoutSeconds = Int64(
            try values.integer(
                .timeout, default: 300, in: 1...Int(Int32.max), "a number of seconds"))
    }

    private static func sandbox(_ values: OptionValues) throws(ConfigurationError) -> Sandbox.Mode {
        guard let value = values[.sandbox] else { return .auto }
        guard let mode = Sandbox.Mode(rawValue: value.text) else {
            throw .badValue(value, expected: "auto, require or off")
        }
        return mode
    }

    /// Our name as far as it can be told even where the options cannot be used.
    static func hostname(_ values: OptionValues) throws(ConfigurationError) -> String {
        let value =
            values[.hostname]
            ?? OptionValues.Value(text: machineName(), source: "the machine's host name")
        // It goes into replies and header fields, so it must not be able to end a line or a word.
        let isName = value.text.utf8.allSatisfy { $0.isVisible }
        guard isName, (1...255).contains(value.text.utf8.count) else {
            throw .badValue(value, expected: "a host name of up to 255 printable ASCII characters")
        }
        return value.text
    }

    private static func machineName() -> String {
        var name = [CChar](repeating: 0, count: Int(HOST_NAME_MAX) + 1)
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(writtenByC: name)
    }

    /// As in Mailpit, triggers are enough to enable themselves; unlike there they can be disarmed
    /// without taking them away, though they must be right even then.
    private static func chaosTriggers(_ values: OptionValues) throws(ConfigurationError)
        -> [ChaosTrigger]
    {
        let isEnabled = try values.flag(.enableChaos) ?? true
        let triggers = try values[.chaosTriggers].map { value throws(ConfigurationError) in
            try ChaosTrigger.list(value)
        }
        return isEnabled ? triggers ?? [] : []
    }

    private static func label(_ values: OptionValues) throws(ConfigurationError) -> String? {
        guard let value = values[.label], !value.text.isEmpty else { return nil }
        // RFC 5321 §4.2: textstring; §4.5.3.1.5: a reply line has at most 512 octets.
        let isText = value.text.utf8.allSatisfy { $0.isPrintable }
        guard isText, value.text.utf8.count <= 200 else {
            throw .badValue(value, expected: "a text of up to 200 printable ASCII characters")
        }
        return value.text
    }

    static func maildir(_ values: OptionValues) throws(ConfigurationError) -> String {
        if let path = values[.maildir]?.text, !path.isEmpty { return path }
        // systemd.exec(5): several directories are separated by colons; the first one is ours.
        if let directories = Environment["STATE_DIRECTORY"], !directories.hasPrefix(":") {
            return "\(directories.prefix { $0 != ":" })/Maildir"
        }
        if let home = Environment["HOME"] { return "\(home)/Maildir" }
        throw ConfigurationError(
            "no Maildir: set --maildir, as neither STATE_DIRECTORY nor HOME is")
    }
}

// MARK: - Values

extension OptionValues {
    /// Whether the flag is on, or nil where nobody said anything.
    func flag(_ name: Option.Name) throws(ConfigurationError) -> Bool? {
        guard let value = self[name] else { return nil }
        switch value.text.lowercased() {
        case "true", "yes", "on", "1": return true
        case "false", "no", "off", "0": return false
        default: throw .badValue(value, expected: "true, false, yes, no, on, off, 1 or 0")
        }
    }

    fileprivate func integer(
        _ name: Option.Name, default preset: Int, in range: ClosedRange<Int>, _ what: String
    ) throws(ConfigurationError) -> Int {
        guard let value = self[name] else { return preset }
        guard let number = Int(decimal: value.text.utf8), range.contains(number) else {
            throw .badValue(
                value, expected: "\(what) from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
