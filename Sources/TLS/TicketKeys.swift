/// What session tickets are sealed with, and what opens those that others have sealed.
///
/// A file holds one key or several behind each other, each of 80 octets: a name (16), a key for
/// HMAC-SHA256 (32) and one for AES-256 (32). That is the layout of OpenSSL and nginx.
final class TicketKeys: Sendable {
    struct Key: Equatable {
        /// Stands in the clear in each ticket, to find the key by. RFC 5077 §4
        let name: [UInt8]
        let authentication: [UInt8]
        let encryption: [UInt8]
    }

    /// The first one seals; tickets of the others are taken, and replaced by new ones.
    let keys: [Key]

    static let octetsPerKey = 80
    static let maximumKeys = 16

    init(file path: String) throws(TLSError) {
        let reading = "reading the ticket keys"
        let limit = Self.maximumKeys * Self.octetsPerKey
        let octets = try SmallFile.contents(of: path, atMost: limit, reading)
        if octets.count % Self.octetsPerKey != 0 {
            throw TLSError(
                reading, path: path,
                reason: "its \(octets.count) octets are no multiple of \(Self.octetsPerKey)")
        }
        keys = stride(from: 0, to: octets.count, by: Self.octetsPerKey).map { start in
            Key(
                name: Array(octets[start..<start + 16]),
                authentication: Array(octets[start + 16..<start + 48]),
                encryption: Array(octets[start + 48..<start + 80]))
        }
    }
}
