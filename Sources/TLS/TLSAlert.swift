/// An alert as a server sends it before it has answered the ClientHello, in plaintext.
///
/// It needs no context and no certificate: it is for showing a client a failure.
package struct TLSAlert: Equatable, Sendable {
    /// RFC 8446 §6: as in 40 for handshake_failure.
    package let description: UInt8

    package init(description: UInt8) {
        self.description = description
    }

    /// The record that carries it.
    package var record: [UInt8] {
        // RFC 8446 §6: close_notify and user_canceled are the only ones that are no errors.
        let level: UInt8 = description == 0 || description == 90 ? 1 : 2
        // RFC 8446 §5.1: type 21, version 0x0303 whatever is agreed on later, length 2.
        return [21, 3, 3, 0, 2, level, description]
    }

    /// Whether the octets that a client has sent hold its ClientHello whole, or will never do so:
    /// in either case there is something to be answered.
    package static func isDue(after octets: [UInt8]) -> Bool {
        // RFC 8446 §5.1: type 22, version, length of the record. One that is split over several
        // records is not waited for to its end; no client does that unless it must.
        if let type = octets.first, type != 22 { return true }
        guard octets.count >= 5 else { return false }
        let length = Int(octets[3]) << 8 | Int(octets[4])
        return length > maximumRecordOctets || octets.count >= 5 + length
    }

    /// RFC 8446 §5.1
    private static let maximumRecordOctets = 1 << 14
}
