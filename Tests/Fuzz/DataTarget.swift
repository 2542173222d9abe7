@testable import SMTP

/// The data decoder against the reference, in one piece and cut at random places.
enum DataTarget {
    static func run(_ input: [UInt8]) {
        guard input.count > 2 else { return }
        let wire = Array(input.dropFirst(2))
        let framings: [DataDecoder.Framing] = [.dots(.crlf), .dots(.lf), .counted]
        let framing = framings[Int(input[0]) % 3]
        let expected =
            switch framing {
            case .dots(let discipline):
                ReferenceDecoder.dotStuffed(wire, linesEndInCRLF: discipline == .crlf)
            case .counted: Optional(ReferenceDecoder.counted(wire))
            }
        for seed in [0, input[1] | 1] {
            let (decoder, decoded, consumed) = decode(wire, framing, seed)
            guard let expected else {
                require(!decoder.isEnded, "ended early: \(shown(wire))")
                continue
            }
            require(decoder.isEnded, "not ended: \(shown(wire))")
            require(decoded == expected.decoded, "\(shown(wire)) became \(shown(decoded))")
            require(consumed == expected.consumed, "\(consumed) taken of \(shown(wire))")
            require(decoder.messageOctets == expected.size, "size of \(shown(wire))")
        }
    }

    private static func decode(_ wire: [UInt8], _ framing: DataDecoder.Framing, _ seed: UInt8)
        -> (DataDecoder, [UInt8], Int)
    {
        var decoder = DataDecoder(framing: framing)
        var decoded: [UInt8] = []
        var consumed = 0
        var cuts = Cuts(seed)
        while consumed < wire.count, !decoder.isEnded {
            let part = wire[consumed...].prefix(cuts.next(upTo: wire.count))
            let (octets, count) = decoder.decode(part)
            require(count == part.count || decoder.isEnded, "octets left: \(shown(wire))")
            decoded += octets
            consumed += count
        }
        if framing == .counted { decoded += decoder.finish() }
        return (decoder, decoded, consumed)
    }
}

/// Lengths of pieces: all in one by the seed 0, one octet each by 255, others at random.
struct Cuts {
    private var state: UInt64
    private let isWhole: Bool
    private let isSingle: Bool

    init(_ seed: UInt8) {
        state = UInt64(seed) &* 0x9E37_79B9 | 1
        isWhole = seed == 0
        isSingle = seed == 255
    }

    mutating func next(upTo limit: Int) -> Int {
        if isWhole { return limit }
        if isSingle { return 1 }
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return 1 + Int(state % 7) * (state & 0x700 == 0 ? 10 : 1)
    }
}
