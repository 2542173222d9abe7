/// What stands in a ClientHello. The octets are the client's and may be anything.
enum ClientHello {
    /// The first host name in a `server_name` extension, with whatever it consists of.
    static func serverName(_ octets: [UInt8]) -> String? {
        // RFC 6066 §3: length of the list (2), type 0 for a host name (1), length (2), name.
        guard octets.count > 5, octets[2] == 0 else { return nil }
        let count = Int(octets[3]) << 8 | Int(octets[4])
        return String(decoding: octets[5...].prefix(count), as: UTF8.self)
    }

    /// The versions in a `supported_versions` extension, in the client's order.
    static func supportedVersions(_ octets: [UInt8]) -> [UInt16] {
        // RFC 8446 §4.2.1: length of the list (1), two octets a version.
        numbers(octets, from: 1)
    }

    /// The groups in a `supported_groups` extension, or the schemes in a `signature_algorithms` one,
    /// in the client's order.
    static func list(_ octets: [UInt8]) -> [UInt16] {
        // RFC 8446 §4.2.3 and §4.2.7: length of the list (2), two octets each.
        numbers(octets, from: 2)
    }

    /// The list of cipher suites, as it came.
    struct CipherSuites {
        var octets: [UInt8] = []
        /// RFC 5246 §E.2: three octets a suite, of which those of TLS begin with 0.
        var isOfSSLv2 = false

        /// In the client's order.
        var numbers: [UInt16] {
            if !isOfSSLv2 { return ClientHello.numbers(octets, from: 0) }
            let suites = stride(from: 0, to: octets.count - 2, by: 3)
            return suites.filter { octets[$0] == 0 }
                .map { UInt16(octets[$0 + 1]) << 8 | UInt16(octets[$0 + 2]) }
        }
    }

    private static func numbers(_ octets: [UInt8], from start: Int) -> [UInt16] {
        stride(from: start, to: octets.count - 1, by: 2)
            .map { UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1]) }
            .filter { !isGrease($0) }
    }

    /// RFC 8701 §2: 0x0A0A, 0x1A1A … 0xFAFA mean nothing, and are there for us not to mind.
    private static func isGrease(_ value: UInt16) -> Bool {
        value & 0x0F0F == 0x0A0A && value >> 8 == value & 0xFF
    }
}
