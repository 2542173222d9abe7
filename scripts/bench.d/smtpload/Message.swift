/// A message of exactly so many octets, and how it goes over the wire.
///
/// Lines of 76 characters, every tenth of them with a dot in front; it takes no more memory however
/// large it is.
struct Message: Sendable {
    /// The header with its empty line; the rest of the message is lines.
    private let head: [UInt8]
    /// Lines that are sent over and over.
    private let block: [UInt8]
    private let blockCount: Int
    /// The last lines, and the end of data.
    private let tail: [UInt8]

    private static let header = Array(
        """
        From: <sender@client.example>\r
        To: <recipient1@server.example>\r
        Date: Mon, 01 Jan 2024 00:00:00 +0000\r
        Message-ID: <1@client.example>\r
        Subject: load\r
        \r\n
        """.utf8)
    private static let lineOctets = 78
    private static let linesInBlock = 1000

    /// A header, and a line of one character.
    static let minimumOctets = header.count + 3

    /// A message of `octets` as RFC 1870 counts them: with CRLF, without what dot-stuffing adds.
    init(octets: Int) {
        head = Self.header
        let bodyOctets = max(octets, Self.minimumOctets) - head.count
        var (lines, rest) = bodyOctets.quotientAndRemainder(dividingBy: Self.lineOctets)
        // A line takes a character and its end at least; what is left may be less.
        if (1...2).contains(rest), lines > 0 {
            lines -= 1
            rest += Self.lineOctets
        }
        blockCount = lines / Self.linesInBlock
        block = blockCount > 0 ? Self.lines(Self.linesInBlock) : []
        var tail = Self.lines(lines % Self.linesInBlock)
        if rest > 0 { tail += [UInt8](repeating: UInt8(ascii: "x"), count: rest - 2) + [13, 10] }
        self.tail = tail + Array(".\r\n".utf8)
    }

    private static func lines(_ count: Int) -> [UInt8] {
        var octets: [UInt8] = []
        for number in 0..<count {
            let hasDot = number % 10 == 3
            // RFC 5321 §4.5.2: a line that begins with a dot is sent with another one before it.
            if hasDot { octets += [UInt8(ascii: "."), UInt8(ascii: ".")] }
            for column in (hasDot ? 1 : 0)..<(lineOctets - 2) {
                octets.append(UInt8(ascii: "a") + UInt8((number + column) % 26))
            }
            octets += [13, 10]
        }
        return octets
    }

    /// Hands out all that is sent behind the 354, in its order, up to the dot.
    func forEachPiece(_ body: (_ piece: [UInt8], _ isLast: Bool) -> Void) {
        body(head, false)
        for _ in 0..<blockCount { body(block, false) }
        body(tail, true)
    }
}
