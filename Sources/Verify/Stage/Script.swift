package import Forge
package import TLS

/// What the server does on one connection.
///
/// As it is made, it is a sound server: STARTTLS required, or TLS at once, and AUTH within it.
package struct Script: Equatable, Sendable {
    /// What becomes of STARTTLS. With implicit TLS it does not count.
    package enum STARTTLS: Equatable, Sendable {
        /// Nothing goes without it.
        case required
        /// It is offered, and everything goes without it, too.
        case optional
        /// It is not offered, gets 502, and everything goes without it.
        case stripped
    }

    /// How the ClientHello is answered.
    package enum Handshake: Equatable, Sendable {
        case sound
        /// By this alert; the connection ends there.
        case alert(UInt8)
        /// Not at all; the connection ends there.
        case closed
        /// As it should be, after a pause.
        case slow
    }

    package var startTLS = STARTTLS.required
    package var offersAuthInPlaintext = false
    package var offersAuthInTLS = true
    /// AUTH gets 235 whatever the credentials are, or 535.
    package var acceptsCredentials = true
    /// RCPT gets 250, or 550.
    package var acceptsRecipients = true
    /// A message is stored when its data has ended, or gets 451.
    package var storesMessages = true
    /// SIZE; nil where there is no limit.
    package var maximumMessageOctets: UInt64?
    package var handshake = Handshake.sound
    package var certificate = Leaf.good
    package var minimumVersion = TLSVersion.v1_2
    package var maximumVersion = TLSVersion.v1_3
    /// What is done to replies on their way out, in this order.
    package var twists: [Twist] = []

    package init() {}
}

extension Script {
    /// Whether a client must not go on behind the handshake: RFC 5280 §6.1, RFC 8996.
    var isTLSBad: Bool { certificate.isFlawed || maximumVersion < .v1_2 }
}
