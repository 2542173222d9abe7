internal import Journal
internal import Notation
internal import POSIX
internal import TLS

extension Check {
    /// Reads or makes certificate and key, and tells about them; nil where they cannot be used.
    mutating func credentials(_ source: Settings.CertificateSource, _ hostname: String)
        -> TLSCredentials?
    {
        let credentials = report.take { () throws(TLSError) in try source.credentials() }
        guard let credentials else { return nil }
        let place =
            switch source {
            case .files(let certificate, _): certificate
            case .selfSigned: "made by each session"
            }
        for facts in credentials.facts { lookAt(facts, from: place) }
        if !credentials.areFor(hostname) {
            report.warning(
                "the certificate is not for \(hostname), so clients that know us by that name"
                    + " refuse it")
        }
        if case .files(_, let key) = source { lookAtSecret(key, "the private key") }
        return credentials
    }

    private mutating func lookAt(_ facts: CertificateFacts, from place: String) {
        let validity = facts.validity
        let subject = validity.subject.isEmpty ? "no subject" : validity.subject
        let names = facts.names.map { logText($0) }.joined(separator: ", ")
        report.fact("certificate", "\(place): \(subject)")
        report.fact("certificate", "for \(names.isEmpty ? "no name" : names)")
        report.fact(
            "certificate",
            "valid from \(UTCTime(secondsSince1970: validity.notBefore).minuteText) until "
                + "\(UTCTime(secondsSince1970: validity.notAfter).minuteText), \(validity.daysLeft(at: time)) days left"
        )
        report.fact("key", "\(facts.key), matches the certificate")
        lookAt(validity)
        lookAtChain(facts)
    }

    private mutating func lookAtChain(_ facts: CertificateFacts) {
        let number = CheckReport.number(facts.chain.count, "certificate")
        report.fact("chain", "\(number) of authorities sent along")
        if facts.isSelfSigned {
            report.warning(
                "the certificate is self-signed: only clients that were told about it accept it")
        }
        if !facts.isChainInOrder {
            report.warning(
                "the chain is broken: each certificate should be followed by that of its issuer")
        }
        for authority in facts.chain { lookAt(authority) }
    }

    mutating func lookAt(_ validity: CertificateValidity) {
        if let warning = validity.warning(at: time) { report.warning(warning) }
    }

    /// Warns of a file that should be for few eyes and is open to all.
    mutating func lookAtSecret(_ path: String, _ what: String) {
        if FileAccess.isOpenToEverybody(path) == true {
            report.warning("\(what) can be read by everybody on this machine: \(path)")
        }
    }
}
