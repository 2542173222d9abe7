internal import Notation

extension Record {
    /// Appends the record as an object of JSON (RFC 8259) with `time`, `session`, `event`, `message`
    /// and the fields, and a line end. What is no text is a number.
    ///
    /// The line has no more than `maximumLineOctets`, with what is there before, and is an object in
    /// any case: where it would be longer, its longest texts are cut, and end in `...`.
    func appendObject(to line: inout [UInt8], time: [UInt8]) {
        let start = line.count
        var limit = Self.maximumValueOctets
        repeat {
            line.removeSubrange(start...)
            appendObject(to: &line, time, maximumValueOctets: limit)
            limit /= 2
        } while line.count > Self.maximumLineOctets && limit > 0
    }

    private func appendObject(
        to line: inout [UInt8], _ time: [UInt8], maximumValueOctets limit: Int
    ) {
        line += "{\"time\":\""
        line.append(contentsOf: time)
        line += "\",\"session\":"
        Self.append(session, to: &line, limit)
        line += ",\"event\":"
        Self.append(event.rawValue, to: &line, limit)
        line += ",\"message\":"
        Self.append(message, to: &line, limit)
        for field in fields where !field.value.isEmpty {
            line += ",\""
            for octet in field.name.rawValue.utf8 { line.append(octet.lowercased) }
            line += "\":"
            if field.name.isNumber {
                line += field.value
            } else {
                Self.append(field.value, to: &line, limit)
            }
        }
        line += "}\n"
    }

    private static func append(_ text: String, to line: inout [UInt8], _ maximumOctets: Int) {
        line.append(.quote)
        line.append(text.utf8.span, escaping: .json, maximumOctets: maximumOctets)
        line.append(.quote)
    }
}
