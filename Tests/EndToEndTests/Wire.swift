/// What may go over a connection.
enum Wire {
    /// Whether the octets are this plaintext and then TLS records, at least one, each of them
    /// whole and nothing else.
    static func isPlaintextThenTLS(_ octets: [UInt8], plaintext: String) -> Bool {
        guard octets.starts(with: plaintext.utf8) else { return false }
        let rest = octets.dropFirst(plaintext.utf8.count)
        return !rest.isEmpty && isTLS(rest)
    }

    /// Whether the octets are whole TLS records and nothing else.
    static func isTLS(_ octets: some Sequence<UInt8>) -> Bool {
        var rest = ArraySlice(octets)
        while !rest.isEmpty {
            // RFC 8446 §5.1: type, legacy version, length.
            let head = Array(rest.prefix(5))
            guard head.count == 5, (20...23).contains(head[0]), head[1] == 3,
                (1...4).contains(head[2])
            else { return false }
            let length = Int(head[3]) << 8 | Int(head[4])
            guard length <= 16384 + 256, rest.count >= 5 + length else { return false }
            rest = rest.dropFirst(5 + length)
        }
        return true
    }
}
