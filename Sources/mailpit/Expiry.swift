internal import Notation
internal import TLS

/// What to say of a certificate whose time is nearly over.
enum Expiry {
    /// How long before the end it is time to say so.
    static let noticeSeconds: Int64 = 14 * 86_400

    /// The warning about a certificate, or nil while there is none due.
    static func warning(of validity: CertificateValidity, at time: Int64) -> String? {
        let (subject, notAfter) = (validity.subject, validity.notAfter)
        let seconds = notAfter - time
        if seconds > noticeSeconds { return nil }
        let name = subject.isEmpty ? "the certificate" : "the certificate of \(subject)"
        if seconds < 0 {
            return "\(name) has expired, on \(UTCTime(secondsSince1970: notAfter).minuteText)"
        }
        let days = seconds / 86_400
        let left = days == 0 ? "less than a day" : CheckReport.number(Int(days), "day")
        return "\(name) expires in \(left), on \(UTCTime(secondsSince1970: notAfter).minuteText)"
    }
}

extension TLSCredentials {
    /// The warning about the first of them that has one due; costs little while there is none.
    func expiryWarning(at time: Int64) -> String? {
        guard expire(by: time + Expiry.noticeSeconds) else { return nil }
        return validities.lazy.compactMap { Expiry.warning(of: $0, at: time) }.first
    }
}
