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
        _ = report.take { () throws(TLSError) in try TLSContext(tls, credentials) }
    }

    private mutating func lookAtVersions(_ settings: Settings) {
        let (oldest, newest) = (settings.tls.minimumVersion, settings.tls.maximumVersion)
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
