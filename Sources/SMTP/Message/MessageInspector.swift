/// Looks for findings in the decoded octets of a message, in constant memory.
///
/// How the octets are cut into calls makes no difference.
struct MessageInspector: Equatable, Sendable {
    private var header = HeaderInspector()
    private var hasNUL = false
    private var hasEightBitHeader = false
    private var hasEightBitBody = false
    private var lineFeeds: UInt64 = 0

    /// A line of the header ended in CR CR LF, as where a line end was translated twice.
    var hasDoubleCRInHeader: Bool { header.hasDoubleCR }

    /// Takes what comes next.
    mutating func inspect(_ decoded: [UInt8]) {
        if decoded.isEmpty { return }
        let octets = decoded.span
        let end = header.isEnded ? 0 : header.inspect(octets)
        if end > 0 {
            hasEightBitHeader =
                take(OctetSummary(octets.extracting(..<end))) || hasEightBitHeader
        }
        if end < octets.count {
            hasEightBitBody = take(OctetSummary(octets.extracting(end...))) || hasEightBitBody
        }
    }

    private mutating func take(_ summary: OctetSummary) -> Bool {
        hasNUL = hasNUL || summary.hasNUL
        lineFeeds += UInt64(summary.lineFeeds)
        return summary.hasEightBit
    }

    /// What was found in the whole of the message.
    ///
    /// `lines` has what only the decoder could see, and `envelope` what the client announced.
    func findings(
        _ lines: DataDecoder.LineFacts, _ envelope: Envelope,
        _ discipline: LineDiscipline
    ) -> FindingSet {
        var findings = header.findings
        // All line ends have come out as LF, so if there are more of them, the rest was content.
        if lineFeeds > lines.count, discipline == .crlf { findings.insert(.bareLF) }
        if lines.hasBareCR { findings.insert(.bareCR) }
        if lines.hasDoubleCR { findings.insert(.doubleCR) }
        if hasNUL { findings.insert(.nul) }
        if lines.hasLongLine { findings.insert(.longLine) }
        if lines.hasUnstuffedDot { findings.insert(.missingDotStuffing) }
        if hasEightBitHeader, !envelope.usesSMTPUTF8 { findings.insert(.eightBitHeader) }
        if hasEightBitBody, !envelope.isEightBit { findings.insert(.undeclaredEightBit) }
        return findings
    }
}
