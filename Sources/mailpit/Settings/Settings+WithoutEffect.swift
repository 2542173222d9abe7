internal import TLS

extension Settings {
    /// The options that are given and do nothing as the others stand, by where they are given, and
    /// why. A flag that is off needs no effect.
    func choicesWithoutEffect(_ choices: Choices) -> [(source: String, reason: String)] {
        optionsWithoutEffect(choices).compactMap { name, reason in
            guard let value = choices.given[name] else { return nil }
            let isOff = (try? value.flag()) == false && isFlag(name) && name != .enableChaos
            return isOff ? nil : (value.source, reason)
        }
    }

    private func isFlag(_ name: Option.Name) -> Bool {
        if case .flag = Option.table[name.rawValue].argument { true } else { false }
    }

    /// The same, also those that are not given.
    private func optionsWithoutEffect(_ choices: Choices) -> [(Option.Name, String)] {
        var useless: [(Option.Name, String)] = []
        if certificate == nil {
            let options: [Option.Name] = [
                .tlsMinimumVersion, .tlsMaximumVersion, .tlsCiphers, .tlsCiphersuites, .tlsGroups,
                .tlsClientCA, .tlsTicketKey, .tlsKeyLog,
            ]
            useless += options.map { ($0, "without a certificate") }
        }
        if tls.minimumVersion > .v1_2 { useless.append((.tlsCiphers, "above TLS 1.2")) }
        if tls.maximumVersion < .v1_3 { useless.append((.tlsCiphersuites, "below TLS 1.3")) }
        if tls.clientAuthentication == .none {
            useless.append((.tlsClientCA, "without --smtp-tls-client-auth"))
        }
        if authentication == nil {
            useless.append((.authMechanisms, "without AUTH"))
            useless.append((.authAllowInsecure, "without AUTH"))
        }
        if allowedRecipients == nil {
            useless.append((.ignoreRejectedRecipients, "without --smtp-allowed-recipients"))
        }
        if choices.given[.chaosTriggers] == nil {
            useless.append((.enableChaos, "without --chaos-triggers"))
        } else if chaosTriggers.isEmpty {
            useless.append((.chaosTriggers, "with --enable-chaos=false"))
        }
        if choices.isVerbose { useless.append((.quiet, "beside --verbose")) }
        return useless
    }
}
