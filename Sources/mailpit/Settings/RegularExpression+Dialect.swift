internal import POSIX

extension RegularExpression {
    /// Compiles a pattern as an option has it, as far as `Dialect` can say it.
    init(_ pattern: String) throws(SyntaxError) {
        let dialect = try Dialect(pattern)
        try self.init(extended: dialect.extended, ignoresCase: dialect.ignoresCase)
    }

    /// A pattern of an option in the words of regex(7).
    ///
    /// Options like `--smtp-allowed-recipients` come from a program that has RE2 for them, where a
    /// good deal reads otherwise: `\d` would be the letter d here, and `[\w.]` a backslash, a w and a
    /// dot. What means the same there can be said here is said so: `(?i)` at the start, `(?:`, `\d`
    /// `\D` `\w` `\W` `\s` `\S` `\b` `\B` `\A` `\z`, escapes in brackets, and `*?` and the like,
    /// which differ from `*` only in how much they match. All else that RE2 does not share with
    /// regex(7) is refused, so that no pattern quietly means something else.
    struct Dialect {
        private(set) var extended = ""
        private(set) var ignoresCase = false
        private var rest: Substring

        init(_ pattern: String) throws(SyntaxError) {
            rest = pattern[...]
            if take("(?i)") { ignoresCase = true }
            while let character = rest.popFirst() { try translate(character) }
        }

        private mutating func translate(_ character: Character) throws(SyntaxError) {
            switch character {
            case "\\": extended += try Self.escape(rest.popFirst())
            case "[": try bracket()
            case "(" where rest.first == "?":
                guard take("?:") else { throw SyntaxError("(? is not supported there") }
                extended += "("
            case "*", "+", "?", "}":
                extended.append(character)
                _ = take("?")
            default: extended.append(character)
            }
        }

        private mutating func take(_ word: String) -> Bool {
            guard rest.hasPrefix(word) else { return false }
            rest = rest.dropFirst(word.count)
            return true
        }

        /// What stands behind a backslash outside of brackets.
        private static func escape(_ character: Character?) throws(SyntaxError) -> String {
            switch character {
            case nil: return "\\"  // For the C library to complain about.
            case "d": return "[0-9]"
            case "D": return "[^0-9]"
            case "A": return "^"
            case "z": return "$"
            case "w", "W", "s", "S", "b", "B": return "\\\(character!)"
            // With a backslash these have a meaning to the C library, and without one they have none.
            case "<", ">", "'", "`": return "\(character!)"
            case let character?:
                guard !character.isLetter, !character.isNumber else { throw unknown(character) }
                return "\\\(character)"
            }
        }

        private static func unknown(_ character: Character) -> SyntaxError {
            SyntaxError("\\\(character) is not supported")
        }

        /// `[…]`, in which regex(7) has no escapes.
        private mutating func bracket() throws(SyntaxError) {
            var isNegated = false
            if take("^") { isNegated = true }
            // Where these stand decides what they mean.
            var (hasBracket, hasHyphen) = (take("]"), false)
            var content = ""
            while true {
                guard let character = rest.popFirst() else {
                    throw SyntaxError("[ has no end")
                }
                if character == "]" { break }
                if character == "[", let kind = rest.first, ":.=".contains(kind) {
                    content += "[" + takeClass()
                } else if character != "\\" {
                    content.append(character)
                } else if take("]") {
                    hasBracket = true
                } else if take("-") {
                    hasHyphen = true
                } else {
                    content += try Self.escapeInBracket(rest.popFirst())
                }
            }
            if content.first == "^", !isNegated, !hasBracket {
                throw SyntaxError("[\\^ is not supported")
            }
            extended += "[\(isNegated ? "^" : "")\(hasBracket ? "]" : "")\(content)"
            extended += "\(hasHyphen ? "-" : "")]"
        }

        /// The rest of `[:alpha:]` and the like.
        private mutating func takeClass() -> String {
            let end = rest.firstIndex(of: "]").map { rest.index(after: $0) } ?? rest.endIndex
            defer { rest = rest[end...] }
            return String(rest[..<end])
        }

        private static func escapeInBracket(_ character: Character?) throws(SyntaxError) -> String {
            switch character {
            case nil: return ""
            case "d": return "0-9"
            case "w": return "A-Za-z0-9_"
            case "s": return "[:space:]"
            case let character?:
                guard !character.isLetter, !character.isNumber else { throw unknown(character) }
                return String(character)
            }
        }
    }
}
