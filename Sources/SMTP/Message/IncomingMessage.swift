/// A message whose octets are being received, and what is to become of it.
struct IncomingMessage: Equatable, Sendable {
    let client: Client
    let envelope: Envelope
    private var decoder: DataDecoder
    /// What the message will be refused with; it is read to its end all the same.
    private(set) var verdict: Reply?
    private var firstLine = FirstLine()
    private var inspector = MessageInspector()
    /// What ends lines in the session that the message is a part of.
    private let discipline: LineDiscipline

    /// A message by DATA, or by BDAT if `isCounted`.
    init(
        _ client: Client, _ envelope: Envelope, _ discipline: LineDiscipline,
        isCounted: Bool = false
    ) {
        self.client = client
        self.envelope = envelope
        self.discipline = discipline
        decoder = DataDecoder(framing: isCounted ? .counted : .dots(discipline))
    }

    /// The end of the message has been seen.
    var isEnded: Bool { decoder.isEnded }

    /// The octets of the message so far as RFC 1870 §3 counts them.
    var octets: UInt64 { decoder.messageOctets }

    /// What was noticed about the message, once it has come whole and is stored.
    var findings: FindingSet {
        var findings = inspector.findings(decoder.lines, envelope, discipline)
        if let declared = envelope.declaredOctets, octets > declared {
            findings.insert(.wrongSize)
        }
        return findings
    }

    /// Whether there is a file that the octets go to.
    var isStored: Bool { verdict == nil && !envelope.forwardPaths.isEmpty }

    /// The first verdict stands, but too large is too large: which of two was seen first must not
    /// depend on how the octets were cut.
    mutating func reject(_ reply: Reply) {
        if verdict == nil || verdict == .malformedHeader && reply == .messageTooLarge {
            verdict = reply
        }
    }

    /// Decodes what belongs to the message, applies the rules for its content, and returns what is
    /// to be stored.
    mutating func take(_ input: ArraySlice<UInt8>, _ configuration: Session.Configuration)
        -> (stored: [UInt8], consumed: Int)
    {
        let (decoded, consumed) = decoder.decode(input)
        return (inspect(decoded, configuration), consumed)
    }

    /// The same for what was held back when the client has said that the message is at its end.
    mutating func finish(_ configuration: Session.Configuration) -> [UInt8] {
        let stored = inspect(decoder.finish(), configuration)
        return isStored ? stored + firstLine.finish() : []
    }

    private mutating func inspect(_ decoded: [UInt8], _ configuration: Session.Configuration)
        -> [UInt8]
    {
        if let limit = configuration.limits.messageOctets, octets > limit {
            reject(.messageTooLarge)
        }
        // What is to be dropped without a word is refused for its header all the same.
        let mustRefuse = configuration.refusesDoubleCarriageReturns
        if isStored || mustRefuse { inspector.inspect(decoded) }
        if mustRefuse, inspector.hasDoubleCRInHeader { reject(.malformedHeader) }
        guard isStored else { return [] }
        return firstLine.pass(decoded)
    }
}
