internal import Notation

/// Octets received and not yet dealt with, and what is known of the line that they begin.
struct InputBuffer: Sendable {
    private var octets: [UInt8] = []
    private var start = 0
    /// Up to here no LF was found, so a line that comes in drips is searched only once.
    private var searched = 0
    /// The octets of a line too long to keep that were dropped so far.
    private var dropped = 0
    private var lastDroppedWasCarriageReturn = false

    /// What can end a search for a command line.
    enum Line: Equatable {
        /// There is no line end yet.
        case incomplete
        /// A line without its line end.
        case complete(ArraySlice<UInt8>, endsInCRLF: Bool)
        /// A line over the limit, dropped, its end included.
        case tooLong(endsInCRLF: Bool)
        /// A line over the limit for lines that are dropped; its end was not looked for.
        case farTooLong
    }

    var count: Int { octets.count - start }
    var rest: ArraySlice<UInt8> { octets[start...] }

    mutating func append(_ new: Span<UInt8>) {
        if start > 0 {
            octets.removeSubrange(..<start)
            searched -= start
            start = 0
        }
        octets.append(new)
    }

    mutating func consume(_ count: Int) {
        start += count
        searched = start
    }

    /// Whether a TLS record begins where a line should. RFC 8446 §5.1: type 22 for a handshake, then
    /// the version, the first octet of which is 3.
    var beginsTLS: Bool { dropped == 0 && rest.starts(with: [22, 3]) }

    /// Takes the next command line, or the response to a challenge of AUTH, its end included, as
    /// far as the limits allow.
    mutating func takeLine(_ limits: Limits, isResponse: Bool = false) -> Line {
        let end = octets.span.index(of: .lineFeed, from: max(searched, start))
        guard end < octets.count else {
            searched = octets.count
            if dropped > 0 || !fits(count, limits, isResponse) { drop(upTo: octets.count) }
            return dropped > limits.droppedLineOctets ? .farTooLong : .incomplete
        }
        let line = octets[start..<end]
        if dropped == 0, fits(line.count + 1, limits, isResponse) {
            consume(line.count + 1)
            let endsInCRLF = line.last == .carriageReturn
            return .complete(endsInCRLF ? line.dropLast() : line, endsInCRLF: endsInCRLF)
        }
        drop(upTo: end)
        let isFarTooLong = dropped + 1 > limits.droppedLineOctets
        defer { dropped = 0 }
        consume(1)
        return isFarTooLong ? .farTooLong : .tooLong(endsInCRLF: lastDroppedWasCarriageReturn)
    }

    private mutating func drop(upTo end: Int) {
        guard end > start else { return }
        lastDroppedWasCarriageReturn = octets[end - 1] == .carriageReturn
        dropped += end - start
        consume(end - start)
    }

    private func fits(_ count: Int, _ limits: Limits, _ isResponse: Bool) -> Bool {
        count <= limits.commandLineOctets
            || (count <= limits.authLineOctets && (isResponse || Verb(of: rest) == .auth))
    }
}
