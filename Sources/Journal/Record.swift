internal import Notation

/// One event with all that is to be said about it.
struct Record {
    let event: Event
    let priority: Priority
    let session: String
    let message: String
    let fields: [Field]

    /// Octets of a line: PIPE_BUF, up to which pipe(7) keeps the lines of concurrent writers whole.
    static let maximumLineOctets = 4096
    /// Octets of a value in a line, so that one long value leaves room for the others.
    static let maximumValueOctets = 2048

    /// Appends `SESSION EVENT: message; name=value name="value"` and a line end.
    ///
    /// A value is quoted where it is not plain ASCII without blanks, quotes and backslashes; in it a
    /// backslash quotes a quote. Together with the prefix that is there a line that is too long
    /// is cut, and ends in `...`.
    func append(to line: inout [UInt8]) {
        line.append(session.utf8.span)
        line.append(.space)
        line.append(event.rawValue.utf8.span)
        line.append(.colon)
        line.append(.space)
        line.append(message.utf8.span, escaping: .unprintable)
        var separator = UInt8.semicolon
        for field in fields where !field.value.isEmpty {
            if separator == .semicolon { line.append(separator) }
            separator = .space
            line.append(separator)
            Self.append(inSmallLetters: field.name.rawValue.utf8.span, to: &line)
            line.append(.equals)
            Self.append(field.value.utf8.span, to: &line)
        }
        Self.end(&line)
    }

    private static func append(inSmallLetters name: Span<UInt8>, to line: inout [UInt8]) {
        line.append(addingCapacity: name.count) { output in
            for index in name.indices { output.append(name[index].lowercased) }
        }
    }

    private static func append(_ value: Span<UInt8>, to line: inout [UInt8]) {
        if value.count <= maximumValueOctets, value.isPlain {
            line.append(value)
        } else {
            line.append(.quote)
            line.append(value, escaping: .quotes, maximumOctets: maximumValueOctets)
            line.append(.quote)
        }
    }

    private static func end(_ line: inout [UInt8]) {
        if line.count >= maximumLineOctets {
            var end = maximumLineOctets - "...\n".utf8.count
            // Not in the middle of a character, where UTF-8 goes on with 10xxxxxx.
            while line[end] & 0xC0 == 0x80 { end -= 1 }
            line.removeSubrange(end...)
            line += "..."
        }
        line.append(.lineFeed)
    }
}

extension Span<UInt8> {
    fileprivate var isPlain: Bool {
        for index in indices {
            switch self[index] {
            case .quote, .backslash, 0...0x20, 0x7F...: return false
            default: continue
            }
        }
        return true
    }
}
