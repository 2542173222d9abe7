/// A ClientHello (RFC 8446 §4.1.2) as TLS records, that need not be a good one.
struct ClientHello {
    /// 0x0303, or what a client from before TLS 1.3 offers at most.
    var version: UInt16 = 0x0303
    /// More extensions than the usual ones: type and content.
    var extensions: [(UInt16, [UInt8])] = []
    /// TLS 1.3 is offered.
    var isModern = true

    /// With a name for SNI (RFC 6066 §3) that may be anything.
    static func naming(_ name: [UInt8]) -> ClientHello {
        let entry = [0] + counted(name, octets: 2)
        return ClientHello(extensions: [(0, counted(entry, octets: 2))])
    }

    /// The handshake message in as many records as it takes.
    var records: [UInt8] {
        var records: [UInt8] = []
        var rest = message[...]
        while !rest.isEmpty {
            // RFC 8446 §5.1: at most 2^14 octets in each.
            let part = rest.prefix(1 << 14)
            records += [22, 3, 1] + Self.counted(Array(part), octets: 2)
            rest = rest.dropFirst(part.count)
        }
        return records
    }

    private var message: [UInt8] {
        var body = Self.number(version, octets: 2)
        body += [UInt8](repeating: 0xA5, count: 32)  // Random.
        body += [0]  // No session.
        let suites: [UInt8] =
            isModern ? [0x13, 0x01, 0xC0, 0x2B, 0xC0, 0x2F] : [0xC0, 0x09, 0xC0, 0x13, 0x00, 0x2F]
        body += Self.counted(suites, octets: 2) + [1, 0]
        let known: [(UInt16, [UInt8])] = [
            (10, [0, 4, 0, 0x1D, 0, 0x17]), (11, [1, 0]),
            (13, [0, 6, 4, 3, 8, 4, 4, 1]), (0xFF01, [0]),
        ]
        // supported_versions, and key_share of X25519 with the base point for a key.
        let share: [UInt8] = [0, 0x24, 0, 0x1D, 0, 0x20, 9] + [UInt8](repeating: 0, count: 31)
        let modern: [(UInt16, [UInt8])] = [(43, [4, 3, 4, 3, 3]), (51, share)]
        let all = (known + (isModern ? modern : []) + extensions).flatMap {
            Self.number($0.0, octets: 2) + Self.counted($0.1, octets: 2)
        }
        return [1] + Self.counted(body + Self.counted(all, octets: 2), octets: 3)
    }

    private static func number(_ value: some BinaryInteger, octets: Int) -> [UInt8] {
        (0..<octets).map { UInt8(truncatingIfNeeded: Int(value) >> (8 * (octets - 1 - $0))) }
    }

    private static func counted(_ octets: [UInt8], octets count: Int) -> [UInt8] {
        number(octets.count, octets: count) + octets
    }
}
