/// Something done to a reply on its way out.
package struct Twist: Equatable, Sendable {
    /// Which reply it is done to.
    package enum Point: Equatable, Sendable {
        case greeting
        case ehlo
        case startTLS
        case rcpt
        /// The first one within TLS, whatever it is to.
        case firstInTLS
        /// The reply to the end of a message.
        case message
    }

    package enum Change: Equatable, Sendable {
        /// Other octets leave instead. In a text of a twist `{host}` is the server's name,
        /// `{mechanisms}` what AUTH offers, `{mechanism}` one of them, `{exchange}` the replies to
        /// AUTH with that one.
        case replace(String)
        /// The octets leave in the same write, right behind it.
        case append(String)
        /// Each line of it but the first is in lower case.
        case lowerCase
        /// STARTTLS is among what EHLO offers.
        case offerSTARTTLS
        /// It leaves only after a while, in which nobody may speak.
        case silence
        /// It leaves only after a while.
        case slow
        /// So many octets of it leave, then the connection ends.
        case cut(octets: Int)
        /// It leaves, then the connection ends.
        case close
        /// It does not leave, and neither does any reply after it.
        case mute
        /// It leaves, and whatever the client says from then on is read as lines and refused.
        case refuse
    }

    package let point: Point
    /// Whether it is done within TLS or in plaintext; nil for both.
    package let isInTLS: Bool?
    package let change: Change

    package init(_ point: Point, inTLS isInTLS: Bool? = nil, _ change: Change) {
        self.point = point
        self.isInTLS = isInTLS
        self.change = change
    }
}
