/// Makes lines of the records of TLS that come where plaintext goes on.
///
/// A record need not have a line end in it, and may have several: each becomes one line, so that it
/// gets one reply.
struct RecordFilter {
    /// Octets of a record that have not come yet.
    private var missing = 0

    mutating func lines(from input: ArraySlice<UInt8>) -> [UInt8] {
        var rest = input
        var lines: [UInt8] = []
        while true {
            let skipped = min(missing, rest.count)
            rest.removeFirst(skipped)
            missing -= skipped
            guard let type = rest.first, let length = Self.length(of: rest) else { break }
            missing = length
            lines += [type, 13, 10]
        }
        return lines + rest
    }

    /// How many octets the record has with its header; nil for what is none.
    private static func length(of octets: ArraySlice<UInt8>) -> Int? {
        // RFC 8446 §5.1: a type, a version whose first octet is 3, and a length.
        let header = Array(octets.prefix(5))
        guard header.count == 5, (20...23).contains(header[0]), header[1] == 3 else { return nil }
        return 5 + Int(header[3]) << 8 + Int(header[4])
    }
}
