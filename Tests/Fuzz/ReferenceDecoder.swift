/// What the standards say that the octets of a message are, written down without any regard to
/// speed or to how they arrive.
enum ReferenceDecoder {
    struct Message {
        /// As it has to stand in the file.
        var decoded: [UInt8] = []
        /// As RFC 1870 §3 counts it.
        var size = 0
        /// The octets on the wire, the end of the data included.
        var consumed = 0
    }

    /// RFC 5321 §4.5.2, where lines end in CRLF and in nothing else, or in LF with or without a CR;
    /// nil where the end of the data has not come.
    static func dotStuffed(_ wire: [UInt8], linesEndInCRLF: Bool) -> Message? {
        var message = Message()
        var start = 0
        while let end = endOfLine(wire, from: start, linesEndInCRLF) {
            var line = Array(wire[start..<end.start])
            start = end.next
            if line == [46] {
                message.consumed = start
                return message
            }
            if line.first == 46 { line.removeFirst() }
            message.decoded += line + [10]
            message.size += line.count + end.next - end.start
        }
        return nil
    }

    /// RFC 3030 §2: a dot is a dot, and only CRLF becomes LF.
    static func counted(_ wire: [UInt8]) -> Message {
        var message = Message(size: wire.count, consumed: wire.count)
        var start = 0
        while let end = endOfLine(wire, from: start, true) {
            message.decoded += wire[start..<end.start] + [10]
            start = end.next
        }
        message.decoded += wire[start...]
        return message
    }

    private static func endOfLine(_ wire: [UInt8], from start: Int, _ inCRLF: Bool)
        -> (start: Int, next: Int)?
    {
        for index in start..<wire.count where wire[index] == 10 {
            let hasCR = index > start && wire[index - 1] == 13
            if hasCR || !inCRLF { return (hasCR ? index - 1 : index, index + 1) }
        }
        return nil
    }

    /// With the empty line before a message that does not begin with a header field or an empty
    /// line: RFC 5322 §3.6.8, and §2.1.1 for the length of a line.
    static func separated(_ decoded: [UInt8]) -> [UInt8] {
        guard let first = decoded.first, first != 10 else { return decoded }
        let line = decoded.prefix(998)
        let name = line.prefix { (33...126).contains($0) && $0 != 58 }
        let rest = line.dropFirst(name.count).drop { $0 == 32 || $0 == 9 }
        return !name.isEmpty && rest.first == 58 ? decoded : [10] + decoded
    }
}
