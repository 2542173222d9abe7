internal import SMTP

extension Check {
    mutating func lookAtOptions(_ settings: Settings) {
        let limits = settings.session.limits
        let size = limits.messageOctets.map { "\($0 >> 20) MiB" } ?? "any size"
        report.fact("hostname", settings.hostname)
        report.fact(
            "limits",
            "\(limits.recipients) recipients and \(size) a message, \(settings.timeoutSeconds) s a"
                + " command")
        if settings.requiresProxyHeader {
            report.fact("proxy", "each connection has to begin with a PROXY header")
        }
        lookAtRecipients(settings)
        for (source, reason) in settings.choicesWithoutEffect(choices) {
            report.warning("\(source) has no effect \(reason)")
        }
    }

    private mutating func lookAtRecipients(_ settings: Settings) {
        _ = report.take { () throws(ConfigurationError) in
            try Resources.filter(settings.allowedRecipients)
        }
    }
}
