internal import Notation

// Paths and what they are made of. RFC 5321 §4.1.2 and §4.1.3, extended by RFC 6531 §3.3.

extension CommandParser {
    /// `Path / "<>"`
    mutating func reversePath(maximumOctets: Int) throws(Reply) -> ReversePath {
        guard take(.less) else { throw .badSender }
        if take(.greater) { return .null }
        guard let mailbox = mailbox(maximumOctets: maximumOctets), take(.greater) else {
            throw .badSender
        }
        return .mailbox(mailbox)
    }

    /// `"<Postmaster>" / Path`, where Postmaster may also stand with a domain, as any other.
    mutating func forwardPath(maximumOctets: Int) throws(Reply) -> ForwardPath {
        guard take(.less) else { throw .badRecipient }
        let name = rest.prefix(10)
        if take(word: "POSTMASTER>") {
            return .postmaster(String(decoding: name, as: UTF8.self))
        }
        guard let mailbox = mailbox(maximumOctets: maximumOctets), take(.greater) else {
            throw .badRecipient
        }
        return .mailbox(mailbox)
    }

    /// `[ A-d-l ":" ] Local-part "@" ( Domain / address-literal )`, the source route left out:
    /// RFC 5321 §4.1.1.3 has servers ignore it.
    private mutating func mailbox(maximumOctets: Int) -> Mailbox? {
        guard sourceRoute() else { return nil }
        let start = rest
        guard localPart() else { return nil }
        noteLocalPart(start[..<rest.startIndex])
        guard take(.at), domain() || addressLiteral() else { return nil }
        let taken = start[..<rest.startIndex]
        guard taken.count <= maximumOctets, let text = taken.printableText else { return nil }
        return Mailbox(text: text)
    }

    /// `[ "@" Domain *( "," "@" Domain ) ":" ]`, in ASCII: it is older than RFC 6531 by far, and
    /// what is not kept would go unchecked.
    private mutating func sourceRoute() -> Bool {
        guard rest.first == .at else { return true }
        let route = rest.prefix { $0 != .colon }
        if route.contains(where: { $0.isBeyondASCII }) { return false }
        repeat {
            guard take(.at), domain() else { return false }
        } while take(.comma)
        return take(.colon)
    }

    /// `Dot-string / Quoted-string`
    private mutating func localPart() -> Bool {
        if take(.quote) { return quotedRemainder() }
        repeat {
            if takeWhile({ $0.isAtomText }).isEmpty { return false }
        } while take(.dot)
        return true
    }

    /// `*QcontentSMTP DQUOTE`
    private mutating func quotedRemainder() -> Bool {
        while let octet = takeOctet() {
            switch octet {
            case .quote: return true
            case .backslash:
                // quoted-pairSMTP: a backslash quotes any printable ASCII character, no other.
                guard let quoted = takeOctet(), !quoted.isControl, !quoted.isBeyondASCII
                else { return false }
            case _ where octet.isControl: return false
            default: continue
            }
        }
        return false
    }

    private mutating func noteLocalPart(_ part: ArraySlice<UInt8>) {
        if part.count > 64 { findings.insert(.longLocalPart) }
        if part.containsEncodedWord { findings.insert(.encodedWordAddress) }
    }

    /// `sub-domain *("." sub-domain)`, where a sub-domain is letters, digits and inner hyphens, or
    /// a U-label of RFC 5890. Underscores are taken too, and noted: names of containers have them.
    mutating func domain() -> Bool {
        repeat {
            let label = takeWhile {
                $0.isLetterOrDigit || $0 == .hyphen || $0 == .underscore || $0.isBeyondASCII
            }
            if label.isEmpty || label.first == .hyphen || label.last == .hyphen { return false }
            if label.contains(.underscore) { findings.insert(.underscoreInDomain) }
        } while take(.dot)
        return true
    }

    /// `"[" ( IPv4-address-literal / IPv6-address-literal / General-address-literal ) "]"`
    mutating func addressLiteral() -> Bool {
        guard take(UInt8(ascii: "[")) else { return false }
        let isValid: Bool
        if take(word: "IPV6:") {
            isValid = IPAddressSyntax.isIPv6(takeWhile { $0 != UInt8(ascii: "]") })
        } else {
            isValid = IPAddressSyntax.isIPv4(takeWhile { $0 != UInt8(ascii: "]") })
        }
        // No tag but IPv6 was ever registered for General-address-literal, so any other is refused.
        return isValid && take(UInt8(ascii: "]"))
    }
}

extension ArraySlice<UInt8> {
    /// Whether an encoded-word is part of it: `=?charset?encoding?text?=`, where the encoding is B or
    /// Q in letters of either case. RFC 2047 §2
    fileprivate var containsEncodedWord: Bool {
        let mark = UInt8(ascii: "?")
        guard contains(mark) else { return false }
        let parts = split(separator: mark, omittingEmptySubsequences: false)
        return parts.indices.dropLast(4).contains { index in
            let encoding = parts[index + 2].map { $0.uppercased }
            return parts[index].last == .equals && !parts[index + 1].isEmpty
                && (encoding == [UInt8(ascii: "B")] || encoding == [UInt8(ascii: "Q")])
                && parts[index + 4].first == .equals
        }
    }
}

extension UInt8 {
    /// atext of RFC 5322 §3.2.3, with the characters that RFC 6531 §3.3 adds.
    var isAtomText: Bool {
        if isLetterOrDigit || isBeyondASCII { return true }
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"),
            UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "?"),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "{"),
            UInt8(ascii: "|"), UInt8(ascii: "}"), UInt8(ascii: "~"):
            return true
        default:
            return false
        }
    }
}
