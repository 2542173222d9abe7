/// Turns the octets of a message on the wire into the octets of a file: a line at a time ended by
/// LF, the dots that only protected a line taken away, and the end of the data found.
///
/// A line end split over two calls is seen as one, so how the octets were cut makes no difference.
struct DataDecoder: Equatable, Sendable {
    /// What ends a line of the data.
    enum LineDiscipline: Equatable, Sendable {
        /// CRLF and nothing else; a CR or LF by itself is content. RFC 5321 §2.3.8.
        case crlf
        /// LF, with or without a CR before it, as a person at a keyboard sends it.
        case lf
    }

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

    private let framing: Framing
    private var state: State = .lineStart
    /// The octets of the message so far as RFC 1870 §3 counts them: line ends as two if they came
    /// as two, stuffed dots and the end of the data not at all.
    private(set) var messageOctets: UInt64 = 0

    init(framing: Framing) {
        self.framing = framing
        if framing == .counted { state = .line }
    }

    /// The end of the data has been seen.
    var isEnded: Bool { state == .ended }

    /// Decodes up to the end of `input` or of the data, and says how many octets that took.
    mutating func decode(_ input: ArraySlice<UInt8>) -> (decoded: [UInt8], consumed: Int) {
        var consumed = 0
        let source = input.span
        // At most one octet, a CR held back before, comes out on top of what goes in.
        let decoded = [UInt8](capacity: source.count + 1) { output in
            while consumed < source.count, state != .ended {
                if state == .line {
                    consumed = copyRun(of: source, from: consumed, &output)
                    if consumed == source.count { break }
                }
                step(source[consumed], &output)
                consumed += 1
            }
        }
        return (decoded, consumed)
    }

    /// Copies what is content whatever follows it, and returns the index behind it.
    ///
    /// All but a few octets of a message go this way, many at a time; `step` alone would do as well.
    private mutating func copyRun(
        of source: Span<UInt8>, from start: Int, _ output: inout OutputSpan<UInt8>
    ) -> Int {
        let end =
            framing == .dots(.lf)
            ? source.index(of: .carriageReturn, or: .lineFeed, from: start)
            : source.index(of: .carriageReturn, from: start)
        for index in start..<end { output.append(source[index]) }
        messageOctets += UInt64(end - start)
        return end
    }

    /// What was held back when the client has said that the message is at its end.
    mutating func finish() -> [UInt8] {
        defer { state = .ended }
        guard state == .carriageReturn else { return [] }
        messageOctets += 1
        return [.carriageReturn]
    }

    private mutating func step(_ octet: UInt8, _ output: inout OutputSpan<UInt8>) {
        switch state {
        case .line:
            content(octet, &output)
        case .carriageReturn:
            // A CR that no LF followed is content.
            if octet != .lineFeed { emit(.carriageReturn, &output) }
            octet == .lineFeed ? endLine(octets: 2, &output) : content(octet, &output)
        case .lineStart:
            // RFC 5321 §4.5.2: a dot that begins a line is not part of it.
            if octet == .dot { state = .dot } else { content(octet, &output) }
        case .dot:
            if octet == .carriageReturn {
                state = .dotCarriageReturn
            } else if octet == .lineFeed, framing == .dots(.lf) {
                state = .ended
            } else {
                content(octet, &output)
            }
        case .dotCarriageReturn:
            if octet == .lineFeed {
                state = .ended
            } else {
                emit(.carriageReturn, &output)
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
        messageOctets += octets
        state = framing == .counted ? .line : .lineStart
    }

    private mutating func emit(_ octet: UInt8, _ output: inout OutputSpan<UInt8>) {
        output.append(octet)
        messageOctets += 1
    }
}
