@testable import Activation

/// A header of the PROXY protocol: however it is cut, the same comes of it, and what stands behind it
/// is not touched.
enum ProxyTarget {
    static func run(_ input: [UInt8]) {
        let whole = parse(input, cuts: 0)
        for cuts: UInt8 in [UInt8(truncatingIfNeeded: input.count) | 1, 255] {
            let cut = parse(input, cuts: cuts)
            require(cut == whole, "cut and whole differ: \(shown(input))")
        }
    }

    /// Whom it names, or what was wrong; and how many octets were taken of one that is good so far.
    private struct Outcome: Equatable {
        var source: ProxyHeader.Source?
        var mistake: ProxyHeader.Malformed?
        var taken: Int?
    }

    private static func parse(_ input: [UInt8], cuts seed: UInt8) -> Outcome {
        var header = ProxyHeader()
        var cuts = Cuts(seed)
        var taken = 0
        while taken < input.count, header.source == nil {
            // No more than what it asks for, as it is read from a socket.
            let wanted = header.minimumOctetsToCome
            require(wanted > 0, "incomplete and wants nothing: \(shown(input))")
            let limit = seed == 0 ? wanted : min(wanted, cuts.next(upTo: input.count))
            let part = Array(input[taken...].prefix(limit))
            do throws(ProxyHeader.Malformed) {
                let count = try header.receive(part.span)
                require(count == part.count, "read too far: \(shown(input))")
                taken += count
            } catch {
                return Outcome(mistake: error)
            }
        }
        return Outcome(source: header.source, taken: taken)
    }
}
