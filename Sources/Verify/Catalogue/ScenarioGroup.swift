/// What the scenarios of one part of the catalogue have in common.
package enum ScenarioGroup: String, CaseIterable, Sendable {
    /// The server is sound, or differs in one harmless point: what others are compared with.
    case control
    /// TLS is kept from coming about.
    case downgrade
    /// The certificate has one flaw.
    case certificate
    /// The server speaks one version of TLS only.
    case version
    /// Replies are forged in plaintext, to be read behind the handshake.
    case injection
    /// The server refuses, or goes away.
    case failure
    /// The server is unusual, and right.
    case tolerance
}
