/// Something about TLS that did not work: what was being done, on which file, and why.
///
/// It is written for the operator's log and never for the peer, and may hold text that came from
/// the peer.
package struct TLSError: Error, Equatable, Sendable {
    /// As in `reading the certificate` or `TLS handshake`.
    package let operation: String
    /// The file at fault, where there is one.
    package let path: String?
    /// In OpenSSL's words, the system's or our own.
    package let reason: String

    package init(_ operation: String, path: String? = nil, reason: String) {
        self.operation = operation
        self.path = path
        self.reason = reason
    }
}

extension TLSError: CustomStringConvertible {
    /// As in `reading the certificate /etc/tls/cert.pem: it is empty`.
    package var description: String {
        let subject = path.map { "\(operation) \($0)" } ?? operation
        return "\(subject): \(reason)"
    }
}
