/// Reads what is encoded by DER, element by element. X.690 §8 and §10.1
struct DERReader {
    enum Tag: UInt8 {
        case integer = 0x02
        case bitString = 0x03
        case octetString = 0x04
        case objectIdentifier = 0x06
        case utf8String = 0x0C
        case printableString = 0x13
        case utcTime = 0x17
        case sequence = 0x30
        case set = 0x31
        /// Those of a certificate, RFC 5280 §4.1: [3].
        case extensions = 0xA3
    }

    private var rest: ArraySlice<UInt8>

    init(_ octets: ArraySlice<UInt8>) { rest = octets }

    var isAtEnd: Bool { rest.isEmpty }

    /// Takes the next element, if it has this tag, and returns what is in it: at most 65,535 octets, their
    /// number encoded in as few as can be.
    mutating func take(_ tag: Tag) -> ArraySlice<UInt8>? {
        var next = rest
        guard next.popFirst() == tag.rawValue, let first = next.popFirst() else { return nil }
        var count = Int(first)
        if first >= 0x80 {
            guard first == 0x81 || first == 0x82 else { return nil }
            count = 0
            for _ in 0x80..<first {
                guard let octet = next.popFirst() else { return nil }
                count = count << 8 | Int(octet)
            }
            guard count >= (first == 0x81 ? 0x80 : 0x100) else { return nil }
        }
        guard next.count >= count else { return nil }
        rest = next.dropFirst(count)
        return next.prefix(count)
    }

    /// The same, to be read in turn.
    mutating func reader(_ tag: Tag) -> DERReader? { take(tag).map { DERReader($0) } }

    /// Takes these octets, if they are next.
    mutating func skip(_ octets: [UInt8]) -> Bool {
        guard rest.starts(with: octets) else { return false }
        rest = rest.dropFirst(octets.count)
        return true
    }

    /// Takes all that is left, if it is so much.
    mutating func takeRest(_ count: Int) -> ArraySlice<UInt8>? {
        guard rest.count == count else { return nil }
        defer { rest = [] }
        return rest
    }

    /// Takes an object identifier. X.690 §8.19.2: each of its numbers ends with an octet below 0x80, and none
    /// begins with 0x80.
    mutating func skipIdentifier() -> Bool {
        guard let octets = take(.objectIdentifier) else { return false }
        var isAtStart = true
        for octet in octets {
            if isAtStart, octet == 0x80 { return false }
            isAtStart = octet < 0x80
        }
        return isAtStart && !octets.isEmpty
    }
}

// RFC 5480 §2.1.1 and §2.2
extension DERReader {
    static let identifierOfP256: [UInt8] = [
        0x06, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07,
    ]
    /// What kind of key it is, and on which curve.
    static let algorithmOfP256: [UInt8] =
        [0x30, 0x13, 0x06, 7, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01] + identifierOfP256
    /// What stands before X and Y.
    static let headOfPoint: [UInt8] = [0x03, 0x42, 0, 0x04]
}
