internal import Maildir
internal import POSIX
internal import Sandbox
internal import TLS

extension Check {
    mutating func lookAtMaildir(_ path: String, _ hostname: String) {
        let access = choices.maildirAccess
        let found = report.take { () throws(MaildirError) in
            try Maildir.examine(path: path, hostname: hostname, access: access)
        }
        guard let found else { return }
        if let nanoseconds = found.syncNanoseconds {
            let microseconds = nanoseconds / 1000
            report.fact(
                "maildir", "\(path); a file made durable in \(microseconds) µs, and removed")
        } else {
            let missing = found.missing.joined(separator: ", ")
            report.fact("maildir", "\(path); the first session makes \(missing)")
        }
        if found.isInMemory {
            report.warning("the Maildir is in memory (tmpfs): messages do not survive a restart")
        }
        for directory in found.closedToGroup {
            report.warning("--maildir-access=group: \(directory) does not let the group in")
        }
    }

    mutating func lookAtChaos(_ settings: Settings) {
        let triggers = settings.chaosTriggers.filter { $0.canFire }
        if triggers.isEmpty { return report.fact("chaos", "none") }
        for trigger in triggers {
            _ = report.take { () throws(ConfigurationError) in try trigger.compiledPattern() }
        }
        let list = triggers.map { $0.text }.joined(separator: ", ")
        report.warning("failures are made on purpose: \(list)")
        let file = "\(settings.maildir)/\(SessionCounter.fileName)"
        // Before the first session there is no Maildir for it, which is told elsewhere.
        guard triggers.contains(where: { $0.isCounted }),
            let fault = FileAccess.faultInAppending(to: file), !fault.isAbsence
        else { return }
        report.error("--chaos-triggers: \(fault)")
    }

    mutating func lookAtLog() {
        guard let file = choices.logFile else {
            return report.fact("log", "journal, syslog or standard error, as a session finds them")
        }
        report.fact("log", file)
        if let fault = FileAccess.faultInAppending(to: file) {
            report.warning("--log-file: \(fault); the log goes elsewhere")
        }
    }

    mutating func lookAtKeyLog(_ tls: TLSConfiguration) {
        guard let file = tls.keyLogFile else { return }
        report.warning("what can decrypt TLS is written to \(file) (--smtp-tls-keylog)")
        if let fault = FileAccess.faultInAppending(to: file) {
            report.error("opening the TLS key log \(file): \(fault.withoutPath)")
        }
    }

    /// Enters it, as nothing else shows so well that it can be entered.
    mutating func lookAtSandbox(_ mode: Sandbox.Mode) {
        let found = report.take { () throws(ConfigurationError) in
            try Program.enter(mode == .off ? .auto : mode, directories: [])
        }
        guard let found else { return }
        let landlock =
            found.landlockVersion > 0 ? "Landlock version \(found.landlockVersion)" : "no Landlock"
        let filter =
            found.filtersSystemCalls ? "system calls filtered" : "system calls not filtered"
        if mode == .off {
            report.fact("sandbox", "off; there could be: \(landlock), \(filter)")
        } else {
            report.fact("sandbox", "\(mode.rawValue); \(landlock), \(filter)")
            if !found.isComplete {
                report.warning("a part of the sandbox is missing on this kernel")
            }
        }
    }
}
