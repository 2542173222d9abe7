internal import Maildir
internal import Notation
internal import POSIX
internal import SMTP
internal import Sandbox
internal import TLS

/// What the operator has chosen, with every value checked and every default filled in.
struct Settings {
    /// Where the server's certificate comes from.
    enum CertificateSource: Equatable {
        case files(certificate: String, key: String)
        /// A new one is made for these domain names and addresses.
        case selfSigned([String])
    }

    var hostname: String
    var maildir: String
    var maildirAccess: Maildir.Access
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
    /// Checks how the choices go together, and fills in what follows from those that were not made.
    /// Files are looked at by whoever opens them.
    init(_ choices: Choices) throws(ConfigurationError) {
        if let fault = choices.fault { throw fault }
        hostname = try Self.hostname(choices)
        maildir = try Self.maildir(choices)
        maildirAccess = choices.maildirAccess
        certificate = try Self.certificate(choices)
        tls = try Self.tlsConfiguration(choices, hostname)
        let policy = try Self.policy(choices, hasCertificate: certificate != nil)
        authentication = try Self.authentication(
            choices, inline: Environment[AuthenticationSettings.inlineVariable], policy)
        allowedRecipients = choices.allowedRecipients
        timeoutSeconds = choices.timeoutSeconds
        chaosTriggers = choices.isChaosEnabled ? choices.chaosTriggers : []
        requiresProxyHeader = choices.requiresProxyHeader
        sandbox = choices.sandbox
        session = Session.Configuration(hostname: hostname, tls: policy)
        fillSession(choices)
    }

    /// What the dialogue has to know of it.
    private mutating func fillSession(_ choices: Choices) {
        session.label = choices.label
        session.extensions = choices.extensions
        session.limits = choices.limits
        session.refusesDoubleCarriageReturns = choices.refusesDoubleCarriageReturns
        session.reportsCommands = choices.isVerbose
        if allowedRecipients != nil {
            session.recipients =
                choices.dropsOtherRecipients ? .checkedDroppingOthers : .checkedRefusingOthers
        }
        session.chaos = chaosTriggers.filter { $0.canFire }.map { $0.point }
        if let authentication {
            session.authentication = authentication.isMandatory ? .required : .optional
        }
    }

    /// Whether the sandbox has to be entered before the greeting: where there may be none to be had,
    /// which the client is to be told, and where something is read before. Otherwise it is entered
    /// while the greeting is on its way.
    var needsSandboxFirst: Bool {
        sandbox == .require || requiresProxyHeader || session.tls == .implicit
    }

    /// Our name as far as it can be told even where the options cannot be used.
    static func hostname(_ choices: Choices) throws(ConfigurationError) -> String {
        let value =
            choices.hostname
            ?? OptionValues.Value(
                text: Environment.machineName ?? "localhost", source: "the machine's host name")
        // It goes into replies and header fields, so it must not be able to end a line or a word.
        guard value.text.utf8.allSatisfy({ $0.isVisible }),
            (1...255).contains(value.text.utf8.count)
        else {
            throw .badValue(value, expected: "a host name of up to 255 printable ASCII characters")
        }
        return value.text
    }

    static func maildir(_ choices: Choices) throws(ConfigurationError) -> String {
        if let path = choices.maildir, !path.isEmpty { return path }
        // systemd.exec(5): several directories are separated by colons; the first one is ours.
        if let directories = Environment["STATE_DIRECTORY"], !directories.hasPrefix(":") {
            return "\(directories.prefix { $0 != ":" })/Maildir"
        }
        if let home = Environment["HOME"] { return "\(home)/Maildir" }
        throw ConfigurationError(
            "no Maildir: set --maildir, as neither STATE_DIRECTORY nor HOME is")
    }
}
