internal import Notation

/// Whether there is a NUL or an octet beyond ASCII among octets, and how many LF.
///
/// Every octet of every message comes by here, so it is one plain loop without a branch, of which
/// the compiler makes vector instructions.
struct OctetSummary: Equatable {
    private(set) var hasNUL = false
    /// There is an octet beyond ASCII.
    private(set) var hasEightBit = false
    private(set) var lineFeeds = 0

    /// As many octets as can be counted in one octet, and fill vectors of any size.
    private static let block = 224

    init(_ octets: Span<UInt8>) {
        var all: UInt8 = 0
        var nuls: UInt8 = 0
        var start = 0
        while start < octets.count {
            let block = octets.extracting(start..<min(start + Self.block, octets.count))
            var lineFeeds: UInt8 = 0
            for index in block.indices {
                let octet = block[index]
                all |= octet
                nuls |= Self.isZero(octet)
                lineFeeds &+= Self.isZero(octet ^ .lineFeed)
            }
            self.lineFeeds += Int(lineFeeds)
            start += block.count
        }
        hasNUL = nuls != 0
        hasEightBit = all.isBeyondASCII
    }

    /// `octet == 0 ? 1 : 0` without a branch.
    @inline(__always)
    private static func isZero(_ octet: UInt8) -> UInt8 {
        ((octet &- 1) & ~octet) &>> 7
    }
}
