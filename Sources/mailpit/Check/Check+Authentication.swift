internal import SASL
internal import SMTP
internal import TLS

extension Check {
    mutating func lookAtAuthentication(_ settings: Settings) {
        guard let authentication = settings.authentication else {
            return report.fact("auth", "not offered")
        }
        if let warning = authentication.warning { report.warning(warning) }
        if authentication.allowsPlaintext {
            report.warning("passwords may come in plaintext (--smtp-auth-allow-insecure)")
        }
        let policy = report.take { () throws(ConfigurationError) in
            try authentication.policy(hostname: settings.hostname)
        }
        guard let policy else { return }
        let need = authentication.isMandatory ? "required" : "offered"
        report.fact("auth", "\(need); \(whoGetsIn(policy, authentication))")
        // As for a client that can do everything.
        let channel = Channel(
            isProtected: settings.certificate != nil, tlsExporter: [0],
            clientSubject: settings.tls.clientAuthentication == .none ? nil : "CN=x")
        let offered = policy.offered(over: channel).map { $0.rawValue }
        lookAtMechanisms(offered, isMandatory: authentication.isMandatory)
    }

    private mutating func whoGetsIn(_ policy: Policy, _ authentication: AuthenticationSettings)
        -> String
    {
        switch policy.credentials {
        case .anything: return "any credentials are accepted"
        case .certificates: return "by the client's certificate alone"
        case .store(let store):
            let place = authentication.place ?? ""
            if case .file(let path) = authentication.source { lookAtSecret(path, "the auth file") }
            if let warning = authentication.plainTextWarning(policy) { report.warning(warning) }
            let weak = store.weakKinds
            if !weak.isEmpty {
                report.warning(
                    "weak hashes in \(place) (\(weak.joined(separator: ", "))): who gets hold of"
                        + " them soon has the passwords")
            }
            let kinds = store.kinds.joined(separator: ", ")
            return "\(CheckReport.number(store.userCount, "user")) (\(kinds)) in \(place)"
        }
    }

    private mutating func lookAtMechanisms(_ offered: [String], isMandatory: Bool) {
        if !offered.isEmpty { return report.fact("auth", offered.joined(separator: " ")) }
        report.warning(
            "no mechanism of AUTH is left to be offered"
                + (isMandatory ? ", so nobody can send mail" : ""))
    }
}
