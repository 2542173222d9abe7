internal import SMTP
internal import TLS

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
        for (name, reason) in withoutEffect(settings) where values[name] != nil {
            report.warning("\(values[name]?.source ?? "") has no effect \(reason)")
        }
    }

    private mutating func lookAtRecipients(_ settings: Settings) {
        _ = report.take { () throws(ConfigurationError) in
            try Resources.filter(settings.allowedRecipients)
        }
    }

    /// The options that do nothing as the others stand, and why; also those that are not given.
    private func withoutEffect(_ settings: Settings) -> [(Option.Name, String)] {
        var useless: [(Option.Name, String)] = []
        if settings.certificate == nil {
            let options: [Option.Name] = [
                .tlsMinimumVersion, .tlsMaximumVersion, .tlsCiphers, .tlsCiphersuites, .tlsGroups,
                .tlsClientCA, .tlsTicketKey, .tlsKeyLog,
            ]
            useless += options.map { ($0, "without a certificate") }
        }
        if settings.tls.minimumVersion > .v1_2 { useless.append((.tlsCiphers, "above TLS 1.2")) }
        if settings.tls.maximumVersion < .v1_3 {
            useless.append((.tlsCiphersuites, "below TLS 1.3"))
        }
        if settings.tls.clientAuthentication == .none {
            useless.append((.tlsClientCA, "without --smtp-tls-client-auth"))
        }
        if settings.authentication == nil {
            useless.append((.authMechanisms, "without AUTH"))
            useless.append((.authAllowInsecure, "without AUTH"))
        }
        if settings.allowedRecipients == nil {
            useless.append((.ignoreRejectedRecipients, "without --smtp-allowed-recipients"))
        }
        if values[.chaosTriggers] == nil {
            useless.append((.enableChaos, "without --chaos-triggers"))
        } else if settings.chaosTriggers.isEmpty {
            useless.append((.chaosTriggers, "with --enable-chaos=false"))
        }
        if (try? values.flag(.verbose)) == true { useless.append((.quiet, "beside --verbose")) }
        return useless.filter { isOn($0.0) }
    }

    /// Not a flag that is off, which needs no effect.
    private func isOn(_ name: Option.Name) -> Bool {
        name == .enableChaos || (try? values.flag(name)) != false
    }
}
