internal import Notation

/// A word of the protocol of one to eight ASCII octets, its letters as capitals.
///
/// It is one number, so that looking a word up costs neither memory nor a comparison of texts.
struct Keyword: Equatable, Sendable, ExpressibleByStringLiteral {
    private let packed: UInt64

    /// The word that the octets spell, or nil where no keyword could be that long, or is empty.
    init?(_ octets: ArraySlice<UInt8>) {
        // A NUL in front would leave no trace in the number.
        guard (1...8).contains(octets.count), octets.first != 0 else { return nil }
        packed = Self.pack(octets)
    }

    /// The word in capitals.
    var text: String {
        var octets: [UInt8] = []
        for shift in stride(from: 56, through: 0, by: -8) where packed >> shift != 0 {
            octets.append(UInt8(truncatingIfNeeded: packed >> shift))
        }
        return String(decoding: octets, as: UTF8.self)
    }

    @inline(__always)
    init(stringLiteral word: String) {
        packed = Self.pack(word.utf8)
    }

    @inline(__always)
    private static func pack(_ octets: some Sequence<UInt8>) -> UInt64 {
        var packed: UInt64 = 0
        for octet in octets { packed = packed << 8 | UInt64(octet.uppercased) }
        return packed
    }
}
