internal import Notation

/// Who the client says it is: what its last EHLO or HELO told.
package struct Client: Equatable, Sendable {
    /// The argument as it was sent: printable, but not necessarily a host name.
    package let name: String
    /// It said EHLO, not HELO.
    package let isExtended: Bool

    package init(name: String, isExtended: Bool) {
        self.name = name
        self.isExtended = isExtended
    }
}

extension Client {
    /// Whether the name is what RFC 5321 §4.1.1.1 asks for: a domain in ASCII, here also with
    /// underscores, or a literal.
    var hasValidName: Bool {
        var parser = CommandParser(Array(name.utf8)[...])
        guard name.utf8.count <= 255, name.utf8.allSatisfy({ !$0.isBeyondASCII }) else {
            return false
        }
        let isMatched =
            name.utf8.first == UInt8(ascii: "[") ? parser.addressLiteral() : parser.domain()
        return isMatched && parser.isAtEnd
    }

    /// Whether the name is a domain with an underscore in it.
    var hasUnderscore: Bool { name.utf8.contains(.underscore) && hasValidName }

    private var hasDottedName: Bool {
        guard let last = name.utf8.split(separator: .dot).last else { return false }
        // RFC 3696 §2: no top-level domain is all digits, so this is an address without brackets.
        return name.utf8.contains(.dot) && !last.allSatisfy { $0.isDigit }
    }

    /// Whether the name is a host name with a dot in it or an address literal.
    var isFullyNamed: Bool {
        hasValidName && (name.utf8.first == UInt8(ascii: "[") || hasDottedName)
    }
}
