/// What is asked of the client.
package enum Policy: String, CaseIterable, Sendable {
    /// RFC 8314 §5: no mail and no password without verified TLS.
    case submission
    /// RFC 3207 §6 leaves it to a relay whether it goes on without TLS, or with a bad certificate; a
    /// password in plaintext is never right.
    case opportunistic
}
