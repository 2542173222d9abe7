internal import Notation

/// Turns the octets of a message on the wire into the octets of a file: a line at a time ended by
/// LF, the dots that only protected a line taken away, and the end of the data found.
///
/// A line end split over two calls is seen as one, so how the octets were cut makes no difference.
struct DataDecoder: Equatable, Sendable {
    enum Framing: Equatable, Sendable {
        /// DATA: dots are stuffed, and a lone dot ends the message. RFC 5321 §4.5.2.
        case dots(LineDiscipline)
        /// BDAT: the client says where the message ends, and a dot is a dot. RFC 3030 §2.
        case counted
    }

    /// What has been seen of the current line.
    private enum State: Equatable, Sendable {
        /// Nothing: the octet before was a line end, or the data begins.
        case lineStart
        /// Something, the last octet of which was no CR that might belong to a line end.
        case line
        /// A CR that is held back, as an LF may follow.
        case carriageReturn
        /// "." at the start of a line.
        case dot
        /// "." CR at the start of a line.
        case dotCarriageReturn
        /// The whole of the message.
        case ended
    }

    /// What only shows while line ends are still as they came.
    struct LineFacts: Equatable, Sendable {
        /// How many line ends there were.
        var count: UInt64 = 0
        /// There was a line of more than 998 octets, counted as in RFC 1870 §3, its end left out.
        var hasLongLine = false
        /// A CR came out that neither LF nor CR LF followed.
        var hasBareCR = false
        /// A CR came out that CR LF followed.
        var hasDoubleCR = false
        /// A dot that began a line was taken away, and the next octet was none: nobody had put the
        /// dot there to protect the line.
        var hasUnstuffedDot = false
    }

    private let framing: Framing
    private var state: State = .lineStart
    /// The octets of the message so far as RFC 1870 §3 counts them: line ends as two if they came
    /// as two, stuffed dots and the end of the data not at all.
    private(set) var messageOctets: UInt64 = 0
    private var completeLines = LineFacts()
    /// `messageOctets` at the start of the current line.
    private var lineStart: UInt64 = 0
    /// The CR that is held back follows a CR.
    private var heldFollowsCR = false

    init(framing: Framing) {
        self.framing = framing
        if framing == .counted { state = .line }
    }

    /// The end of the data has been seen.
    var isEnded: Bool { state == .ended }

    /// What is known of the lines so far, the current one included.
    var lines: LineFacts {
        var lines = completeLines
        if isLong { lines.hasLongLine = true }
        return lines
    }

    /// The current line is longer than RFC 5322 §2.1.1 lets it be.
    private var isLong: Bool { messageOctets - lineStart > 998 }

    /// Decodes up to the end of `input` or of the data, and says how many octets that took.
    mutating func decode(_ input: ArraySlice<UInt8>) -> (decoded: [UInt8], consumed: Int) {
        var consumed = 0
        let source = input.span
        var lineEnd = framing == .dots(.lf) ? -1 : source.count
        // At most one octet, a CR held back before, comes out on top of what goes in.
        let decoded = [UInt8](capacity: source.count + 1) { output in
            while consumed < source.count, state != .ended {
                // RFC 5321 §4.5.2: only a dot that begins a line is no part of it.
                if state == .lineStart, source[consumed] != .dot { state = .line }
                if state == .line {
                    consumed = copyRun(of: source, from: consumed, &lineEnd, &output)
                    if consumed == source.count { break }
                }
                step(source[consumed], &output)
                consumed += 1
            }
        }
        return (decoded, consumed)
    }

    /// Copies what is content whatever follows it, and returns the index behind it. `lineEnd` is kept
    /// from run to run: where LF ends lines it is the next one, else the end of what there is.
    ///
    /// All but a few octets of a message go this way, many at a time.
    private mutating func copyRun(
        of source: Span<UInt8>, from start: Int, _ lineEnd: inout Int,
        _ output: inout OutputSpan<UInt8>
    ) -> Int {
        // Each LF is looked for once, however many CR come before it.
        if lineEnd < start { lineEnd = source.index(of: .lineFeed, from: start) }
        let end = source.extracting(..<lineEnd).index(of: .carriageReturn, from: start)
        output.append(source.extracting(start..<end))
        messageOctets += UInt64(end - start)
        return end
    }

    /// What was held back when the client has said that the message is at its end.
    mutating func finish() -> [UInt8] {
        defer { state = .ended }
        guard state == .carriageReturn else { return [] }
        completeLines.hasBareCR = true
        messageOctets += 1
        return [.carriageReturn]
    }

    private mutating func step(_ octet: UInt8, _ output: inout OutputSpan<UInt8>) {
        switch state {
        case .line:
            content(octet, &output)
        case .carriageReturn:
            if octet == .lineFeed {
                endLine(octets: 2, &output)
            } else {
                emitHeld(before: octet, &output)
                content(octet, &output)
            }
        case .lineStart:
            state = .dot  // Whatever else begins a line was seen before.
        case .dot:
            if octet == .carriageReturn {
                state = .dotCarriageReturn
            } else if octet == .lineFeed, framing == .dots(.lf) {
                state = .ended
            } else {
                if octet != .dot { completeLines.hasUnstuffedDot = true }
                content(octet, &output)
            }
        case .dotCarriageReturn:
            if octet == .lineFeed {
                state = .ended
            } else {
                completeLines.hasUnstuffedDot = true
                emitHeld(before: octet, &output)
                content(octet, &output)
            }
        case .ended:
            break
        }
    }

    /// An octet of a line that is under way, or of one that it begins.
    private mutating func content(_ octet: UInt8, _ output: inout OutputSpan<UInt8>) {
        if octet == .carriageReturn {
            state = .carriageReturn
        } else if octet == .lineFeed, framing == .dots(.lf) {
            endLine(octets: 1, &output)
        } else {
            emit(octet, &output)
            state = .line
        }
    }

    private mutating func endLine(octets: UInt64, _ output: inout OutputSpan<UInt8>) {
        output.append(.lineFeed)
        completeLines.count += 1
        if isLong { completeLines.hasLongLine = true }
        if heldFollowsCR {
            completeLines.hasDoubleCR = true
            heldFollowsCR = false
        }
        messageOctets += octets
        lineStart = messageOctets
        state = framing == .counted ? .line : .lineStart
    }

    /// A CR that no LF followed is content.
    private mutating func emitHeld(before octet: UInt8, _ output: inout OutputSpan<UInt8>) {
        // One more CR may yet belong to a line end, which makes it CR CR LF.
        if heldFollowsCR || octet != .carriageReturn { completeLines.hasBareCR = true }
        heldFollowsCR = octet == .carriageReturn
        emit(.carriageReturn, &output)
    }

    private mutating func emit(_ octet: UInt8, _ output: inout OutputSpan<UInt8>) {
        output.append(octet)
        messageOctets += 1
    }
}
