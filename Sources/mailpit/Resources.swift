internal import Journal
internal import Maildir
internal import POSIX
internal import SASL
internal import SMTP
internal import TLS

/// Everything that a session needs besides its connection, opened and checked before the client
/// hears a word. Whatever cannot be used is a configuration error.
struct Resources: ~Copyable {
    let settings: Settings
    var acceptor: TLSAcceptor?
    var maildir: Maildir
    var filter: RegularExpression?
    let chaos: Chaos
    /// Who may authenticate, and how; nil where there is no AUTH.
    let policy: Policy?
    /// What the operator should do something about, though sessions are served.
    let warnings: [Warning]

    struct Warning: Equatable {
        let event: Event
        let text: String
    }

    init(_ choices: Choices) throws(ConfigurationError) {
        var settings = try Settings(choices)
        let filter = try Self.filter(settings.allowedRecipients)
        let acceptor = try Self.acceptor(settings)
        var warnings: [Warning] = []
        func warn(_ event: Event, _ text: String?) {
            if let text { warnings.append(Warning(event: event, text: text)) }
        }
        warn(.configError, settings.authentication?.warning)
        switch acceptor {
        case .some(let acceptor):
            let (warning, cannotBeVerified) = acceptor.certificateState
            warn(.certificate, warning)
            settings.session.hasUnverifiableCertificate = cannotBeVerified
        case nil: break
        }
        let policy = try settings.authentication.map { choice throws(ConfigurationError) in
            try choice.policy(hostname: settings.hostname)
        }
        if let policy {
            warn(.configError, settings.authentication?.plainTextWarning(policy))
        }
        let maildir = try ConfigurationError.rewrapping { () throws(MaildirError) in
            try Maildir(
                path: settings.maildir, hostname: settings.hostname,
                access: settings.maildirAccess)
        }
        self.chaos = try Chaos(settings.chaosTriggers, maildir: settings.maildir)
        self.settings = settings
        self.filter = filter
        self.acceptor = acceptor
        self.maildir = maildir
        self.policy = policy
        self.warnings = warnings
    }

    static func filter(_ pattern: String?) throws(ConfigurationError) -> RegularExpression? {
        guard let pattern else { return nil }
        return try ConfigurationError.rewrapping("--smtp-allowed-recipients: \"\(pattern)\"") {
            () throws(RegularExpression.SyntaxError) in try RegularExpression(pattern)
        }
    }

    private static func acceptor(_ settings: Settings) throws(ConfigurationError) -> TLSAcceptor? {
        guard let source = settings.certificate else { return nil }
        return try ConfigurationError.rewrapping { () throws(TLSError) in
            try TLSAcceptor(source, settings.tls)
        }
    }
}
