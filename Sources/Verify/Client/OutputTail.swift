/// The end of what a client has printed: what an error message stands in.
///
/// It takes any amount and never holds more than twice what it keeps.
struct OutputTail: Equatable {
    static let keptOctets = 4 << 10

    private(set) var octets: [UInt8] = []
    /// Whether there was more before it.
    private(set) var isCut = false

    mutating func append(_ more: ArraySlice<UInt8>) {
        octets += more.suffix(Self.keptOctets)
        let surplus = octets.count - Self.keptOctets
        if surplus > 0 || more.count > Self.keptOctets { isCut = true }
        if surplus > 0 { octets.removeFirst(surplus) }
    }

    /// As text, octets that are no UTF-8 replaced; from the beginning of a line where it was cut.
    var text: String {
        var kept = octets[...]
        if isCut, let end = kept.firstIndex(of: UInt8(ascii: "\n")) { kept = kept[(end + 1)...] }
        return String(decoding: kept, as: UTF8.self)
    }
}
