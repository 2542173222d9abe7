internal import SMTP
internal import TLS

extension Check {
    mutating func lookAtTLS(_ settings: Settings) {
        lookAtVersions(settings)
        let credentials = settings.certificate.flatMap { self.credentials($0, settings.hostname) }
        lookAtClientAuthorities(settings.tls)
        lookAtTickets(settings.tls)
        lookAtKeyLog(settings.tls)
        guard let credentials else { return }
        // What is left is found by putting all of it together; without the key log, which would be
        // made.
        var tls = settings.tls
        tls.keyLogFile = nil
        let context = report.take { () throws(TLSError) in try TLSContext(tls, credentials) }
        guard let context else { return }
        let keys = credentials.facts.map { $0.key }.joined(separator: " and ")
        lookAtHandshakes(context, tls, keys)
    }

    /// Whom the context would serve with these keys, by handshakes in memory.
    private mutating func lookAtHandshakes(
        _ context: borrowing TLSContext, _ tls: TLSConfiguration, _ keys: String
    ) {
        var served: [TLSVersion] = []
        var faults: [(version: String, reason: String)] = []
        for version in TLSVersion.allCases
        where version >= tls.minimumVersion && version <= tls.maximumVersion {
            if let fault = context.fault(with: .capable, in: version) {
                faults.append(("TLS \(version.rawValue)", fault))
            } else {
                served.append(version)
            }
        }
        if served.isEmpty {
            let reasons = faults.map { "\($0): \($1)" }.joined(separator: "; ")
            return report.error("no client can be served with the key \(keys): \(reasons)")
        }
        for (version, reason) in faults {
            report.warning(
                "no client can be served over \(version) with the key \(keys): \(reason)")
        }
        for version in served {
            guard let fault = context.fault(with: .ordinary, in: version) else { continue }
            report.warning(
                "a client that offers only what all do (curves X25519, P-256, P-384, P-521; signatures"
                    + " by RSA, and by ECDSA on these curves) cannot be served over"
                    + " TLS \(version.rawValue) with the key \(keys): \(fault)")
        }
    }

    private mutating func lookAtVersions(_ settings: Settings) {
        let (oldest, newest) = (settings.tls.minimumVersion, settings.tls.maximumVersion)
        defer { if settings.session.tls != .unavailable { lookAtGroups(settings.tls) } }
        let versions = "TLS \(oldest.rawValue) to \(newest.rawValue)"
        switch settings.session.tls {
        case .required: report.fact("tls", "required, by STARTTLS; \(versions)")
        case .implicit: report.fact("tls", "before the greeting; \(versions)")
        case .optional:
            report.fact("tls", "offered, by STARTTLS; \(versions)")
            report.warning("TLS is not required, so mail may come in plaintext")
        case .unavailable:
            report.fact("tls", "none")
            report.warning("there is no TLS, so mail comes in plaintext")
            return
        }
        if oldest < .v1_2 {
            report.warning("TLS below 1.2 is spoken, which is not safe any more (RFC 8996)")
        }
    }

    private func lookAtGroups(_ tls: TLSConfiguration) {
        let names = (tls.groups ?? TLSConfiguration.defaultGroups).split(separator: ":")
        // The mark is OpenSSL's, for what it may not know.
        report.fact("groups", names.map { $0.drop { $0 == "?" } }.joined(separator: ", "))
    }

    private mutating func lookAtClientAuthorities(_ tls: TLSConfiguration) {
        let asked =
            switch tls.clientAuthentication {
            case .none: "not asked for"
            case .request: "asked for"
            case .require: "required"
            }
        let authorities = report.take { () throws(TLSError) in try tls.clientAuthorities() }
        guard let file = tls.clientCAFile, let authorities = authorities ?? nil else {
            if tls.clientCAFile == nil { report.fact("client certificates", asked) }
            return
        }
        let known = authorities.count == 1 ? "authority" : "authorities"
        report.fact("client certificates", "\(asked); \(authorities.count) \(known) in \(file)")
        for authority in authorities { lookAt(authority) }
    }

    private mutating func lookAtTickets(_ tls: TLSConfiguration) {
        guard let file = tls.ticketKeyFile else {
            return report.fact("tickets", "none, so clients cannot resume TLS")
        }
        let count = report.take { () throws(TLSError) in try tls.ticketKeyCount() }
        guard let count = count ?? nil else { return }
        report.fact("tickets", "\(CheckReport.number(count, "key")) in \(file)")
        lookAtSecret(file, "the ticket key")
    }
}
