internal import Activation
internal import Glibc
internal import Journal
internal import POSIX
internal import Sandbox
internal import TLS

/// `mailpit check`: looks at all that a session would depend on, without a connection.
///
/// It goes on behind an error, to tell of as many as it can. Nothing that it looks at is changed, and
/// nothing is made, as it may be run by somebody else than the user of the service, to whom it would
/// belong then; but for one file in `tmp/` of the Maildir, which is removed again. What it is given
/// to read it tells about, but never what is secret in it.
struct Check: ~Copyable {
    var report: CheckReport
    let values: OptionValues
    let time = Clock.now().seconds

    /// The word on the command line that asks for it, before any option.
    static let command = "check"

    static func run(_ values: OptionValues, _ fault: ConfigurationError?) -> ExitStatus {
        umask(0o077)
        var check = Check(report: report(values), values: values)
        if let fault { check.report.error(fault.description) }
        check.look()
        return check.report.finish()
    }

    private static func report(_ values: OptionValues) -> CheckReport {
        let journal =
            Handover.standardOutputIsConnection
            ? Program.journal(
                values, standardErrorIsClient: Handover.standardErrorMayBeClient) : nil
        return CheckReport(journal: journal, isQuiet: (try? values.flag(.quiet)) == true)
    }

    private mutating func look() {
        lookAtProcess()
        let values = values
        let settings = report.take { () throws(ConfigurationError) in try Settings(values) }
        if let settings {
            lookAtOptions(settings)
            lookAtTLS(settings)
            lookAtAuthentication(settings)
            lookAtMaildir(settings.maildir, settings.hostname)
            lookAtChaos(settings)
            lookAtLog()
        } else {
            lookAtRest()
        }
        // Last, as there is no way out of it.
        lookAtSandbox(settings?.sandbox ?? .auto)
    }

    /// What can be told in spite of an error in the options.
    private mutating func lookAtRest() {
        let values = values
        guard
            let hostname = report.take({ () throws(ConfigurationError) in
                try Settings.hostname(values)
            })
        else { return }
        let source = report.take { () throws(ConfigurationError) in
            try Settings.certificate(values)
        }
        if let source = source ?? nil { _ = credentials(source, hostname) }
        let maildir = report.take { () throws(ConfigurationError) in try Settings.maildir(values) }
        if let maildir { lookAtMaildir(maildir, hostname) }
    }

    private mutating func lookAtProcess() {
        report.fact("user", "uid \(geteuid()), gid \(getegid())")
        if geteuid() == 0 {
            report.warning(
                "running as root: whether the user of the service can do the same is not known, and"
                    + " sessions need no root")
        }
        report.fact("connection", Self.text(of: Handover.offer))
    }

    private static func text(of offer: Handover.Offer) -> String {
        switch offer {
        case .passed(1): "one, by LISTEN_FDS"
        case .passed(let count): "\(count) by LISTEN_FDS, of which a session takes only one"
        case .connection: "standard input"
        case .listener: "from the listener on standard input"
        case .datagrams: "none, as the socket on standard input carries none"
        case .none: "none, as standard input is no socket"
        }
    }
}
