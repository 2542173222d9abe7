// Looking for an octet, eight at a time.

extension Span<UInt8> {
    /// The index of the first `octet` at or behind `start`, or the count where there is none.
    func index(of octet: UInt8, from start: Int) -> Int {
        let pattern = Self.everywhere(octet)
        return firstIndex(from: start, where: { $0 == octet }) { Self.zeroOctets(in: $0 ^ pattern) }
    }

    /// The same for whichever of two octets comes first.
    func index(of one: UInt8, or other: UInt8, from start: Int) -> Int {
        let (first, second) = (Self.everywhere(one), Self.everywhere(other))
        return firstIndex(from: start, where: { $0 == one || $0 == other }) {
            Self.zeroOctets(in: $0 ^ first) | Self.zeroOctets(in: $0 ^ second)
        }
    }

    /// `marks` sets the top bit of octets that are wanted in a word of eight; only the lowest one
    /// that it sets has to be right.
    @inline(__always)
    private func firstIndex(
        from start: Int, where isWanted: (UInt8) -> Bool, marks: (UInt64) -> UInt64
    ) -> Int {
        var index = start
        // Most of the way there is nothing to be found, and four words cost little more than one.
        while count - index >= 32 {
            let block = extracting(index..<index + 32)
            let (first, second) = (marks(block.word(at: 0)), marks(block.word(at: 8)))
            let (third, fourth) = (marks(block.word(at: 16)), marks(block.word(at: 24)))
            if first | second | third | fourth == 0 {
                index += 32
                continue
            }
            if first != 0 { return index + first.trailingZeroBitCount / 8 }
            if second != 0 { return index + 8 + second.trailingZeroBitCount / 8 }
            if third != 0 { return index + 16 + third.trailingZeroBitCount / 8 }
            return index + 24 + fourth.trailingZeroBitCount / 8
        }
        while count - index >= 8 {
            let found = marks(extracting(index..<index + 8).word(at: 0))
            if found != 0 { return index + found.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < count, !isWanted(self[index]) { index += 1 }
        return index
    }

    /// Eight octets as one number, the first one lowest. The compiler makes one load of it.
    @inline(__always)
    private func word(at start: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<8 { word |= UInt64(self[start + index]) << UInt64(8 * index) }
        return word
    }

    @inline(__always)
    private static func everywhere(_ octet: UInt8) -> UInt64 {
        UInt64(octet) &* 0x0101_0101_0101_0101
    }

    /// The top bit of each octet that is zero. Above the lowest one a borrow may set more.
    @inline(__always)
    private static func zeroOctets(in word: UInt64) -> UInt64 {
        (word &- everywhere(0x01)) & ~word & everywhere(0x80)
    }
}
