internal import Notation

/// Whose certificate it is, and when it is valid.
package struct CertificateValidity: Equatable, Sendable {
    /// Whom it was made out to, in one line of printable ASCII (RFC 2253); may be empty.
    package var subject: String
    /// When it is not valid yet, and not valid any more, in seconds since 1970-01-01 00:00:00 UTC.
    package var notBefore: Int64
    package var notAfter: Int64

    /// Whole days until it expires, negative once it has.
    package func daysLeft(at time: Int64) -> Int64 {
        // Rounded down, also below zero: one that expired an hour ago has -1 days left.
        let seconds = notAfter - time
        return (seconds - (seconds < 0 ? 86_399 : 0)) / 86_400
    }
}

// MARK: - Warnings

extension CertificateValidity {
    /// How long before the end of a certificate it is time to say so: 14 days.
    static let noticeSeconds: Int64 = 14 * 86_400

    /// The warning that is due at a time, in seconds since 1970-01-01 00:00:00 UTC, or nil: that it
    /// is not valid yet, or that it ends.
    package func warning(at time: Int64) -> String? {
        let name = subject.isEmpty ? "the certificate" : "the certificate of \(subject)"
        if notBefore > time {
            return "\(name) is not valid before \(UTCTime(secondsSince1970: notBefore).minuteText)"
        }
        let seconds = notAfter - time
        if seconds > Self.noticeSeconds { return nil }
        let end = UTCTime(secondsSince1970: notAfter).minuteText
        if seconds < 0 { return "\(name) has expired, on \(end)" }
        let left =
            switch seconds / 86_400 {
            case 0: "less than a day"
            case 1: "1 day"
            case let days: "\(days) days"
            }
        return "\(name) expires in \(left), on \(end)"
    }
}

extension TLSCredentials {
    /// The warning about the first of them that has one due; costs little while there is none.
    package func warning(at time: Int64) -> String? {
        guard expire(by: time + CertificateValidity.noticeSeconds) || begin(after: time) else {
            return nil
        }
        return validities.lazy.compactMap { $0.warning(at: time) }.first
    }
}
