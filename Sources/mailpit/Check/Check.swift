internal import Activation
internal import Glibc
internal import Journal
internal import POSIX
internal import Sandbox
internal import TLS

/// `mailpit check`: looks at all that a session would depend on, without a connection.
///
/// It goes on behind an error, to tell of as many as it can. It changes nothing but for one probe file
/// in `tmp/` of the Maildir, which it removes again: it may be run by another user than that of the
/// service, whom all that it made would belong to. It never tells what is secret in a file.
struct Check: ~Copyable {
    var report: CheckReport
    let choices: Choices
    let time = Clock.now().seconds

    /// The word on the command line that asks for it, before any option.
    static let command = "check"

    static func run(_ choices: Choices, _ fault: ConfigurationError?) -> ExitStatus {
        var check = Check(report: report(choices), choices: choices)
        if let fault { check.report.error(fault.description) }
        check.look()
        return check.report.finish()
    }

    private static func report(_ choices: Choices) -> CheckReport {
        let journal =
            Handover.standardOutputIsConnection
            ? Program.journal(
                choices, standardErrorIsClient: Handover.standardErrorMayBeClient) : nil
        return CheckReport(journal: journal, choices)
    }

    private mutating func look() {
        lookAtProcess()
        for name in choices.given.unknownVariables {
            report.warning(UnknownOption(variable: name).description)
        }
        for value in choices.pathsForAShell {
            report.warning("\(value.source): ~ and $ are not expanded in \(value.text)")
        }
        let choices = choices
        let settings = report.take { () throws(ConfigurationError) in try Settings(choices) }
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
        let choices = choices
        guard
            let hostname = report.take({ () throws(ConfigurationError) in
                try Settings.hostname(choices)
            })
        else { return }
        let source = report.take { () throws(ConfigurationError) in
            try Settings.certificate(choices)
        }
        if let source = source ?? nil { _ = credentials(source, hostname) }
        let maildir = report.take { () throws(ConfigurationError) in try Settings.maildir(choices) }
        if let maildir { lookAtMaildir(maildir, hostname) }
    }

    private mutating func lookAtProcess() {
        let user = Account.userName(geteuid()).map { "\($0), " } ?? ""
        report.fact("user", "\(user)uid \(geteuid()), gid \(getegid())")
        if geteuid() == 0 {
            report.warning(
                "running as root: whether the user of the service can do the same is not known, and"
                    + " sessions need no root")
        }
        report.fact("connection", Self.text(of: .current))
    }

    private static func text(of socket: InheritedSocket) -> String {
        switch socket {
        case .passed(1): "one, by LISTEN_FDS"
        case .passed(let count): "\(count) by LISTEN_FDS, of which a session takes only one"
        case .connection: "standard input"
        case .listener: "from the listener on standard input"
        case .datagrams: "none, as the socket on standard input carries none"
        case .none: "none, as standard input is no socket"
        }
    }
}
