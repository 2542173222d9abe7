@testable import SMTP

/// What every command that is accepted has to be, whatever the grammar of the parser.
enum GrammarTarget {
    static func run(_ input: [UInt8]) {
        let line = input.filter { $0 != 10 }
        let limits = Limits()
        path(line, limits)
        var parser = CommandParser(line[...])
        if let count = try? parser.bdat() {
            let digits = line.drop { $0 == 32 || $0 == 9 }.prefix { (48...57).contains($0) }
            let text = String(decoding: digits, as: UTF8.self)
            require(UInt64(text) == count.octets, "count: \(shown(line))")
        }
        parser = CommandParser(line[...])
        if let name = try? parser.hello() { sound(name, line) }
        parser = CommandParser(line[...])
        if let (name, _) = try? parser.auth() {
            require(name.utf8.allSatisfy { $0 > 32 && $0 < 127 }, "mechanism: \(shown(line))")
        }
    }

    private static func path(_ line: [UInt8], _ limits: Limits) {
        var parser = CommandParser(line[...])
        let all: Extensions = [.standard, .dsn, .requireTLS]
        if let (path, parameters) = try? parser.mail(limits: limits, extensions: all) {
            address(path.text, line)
            words(parameters.requests, line)
        }
        parser = CommandParser(line[...])
        if let (path, requests) = try? parser.rcpt(
            limits: limits, extensions: all, usesSMTPUTF8: line.count % 2 == 0)
        {
            require(!path.text.isEmpty, "empty: \(shown(line))")
            address(path.text, line)
            words(requests, line)
        }
    }

    /// What goes into a header field by words: none could end its line or be too long for it.
    private static func words(_ words: [String], _ line: [UInt8]) {
        for word in words {
            sound(word, line)
            require(!word.utf8.contains(32), "a blank: \(shown(line))")
            require(word.utf8.count <= 506, "too long: \(shown(line))")
        }
        require(words.count <= 3, "twice: \(shown(line))")
    }

    private static func address(_ text: String, _ line: [UInt8]) {
        sound(text, line)
        require(text.utf8.count <= Limits().addressOctets, "too long: \(shown(line))")
        // Whatever is outside of quotes cannot end the path or begin another one.
        if !text.utf8.contains(34) {
            require(
                !text.utf8.contains { [32, 40, 41, 44, 58, 59, 60, 62, 92].contains($0) }
                    || text.utf8.contains(91), "specials: \(shown(line))")
        }
        let isAsSent = line.indices.contains { line[$0...].starts(with: text.utf8) }
        require(isAsSent || text.isEmpty, "not as sent: \(shown(line))")
    }

    /// No control characters, and UTF-8 as it came.
    private static func sound(_ text: String, _ line: [UInt8]) {
        require(text.utf8.allSatisfy { $0 >= 32 && $0 != 127 }, "controls: \(shown(line))")
        require(
            !text.unicodeScalars.contains("\u{FFFD}") || line.contains(0xEF),
            "UTF-8: \(shown(line))")
    }
}
