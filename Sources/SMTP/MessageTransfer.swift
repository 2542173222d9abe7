/// A message whose octets are being received, and what is to become of it.
struct MessageTransfer: Equatable, Sendable {
    let envelope: Envelope
    var decoder: DataDecoder
    /// What the message will be refused with; it is read to its end all the same.
    private(set) var verdict: Reply?
    private var header = HeaderScanner()
    private var isAtFirstOctet = true

    init(_ envelope: Envelope, framing: DataDecoder.Framing) {
        self.envelope = envelope
        decoder = DataDecoder(framing: framing)
    }

    /// Whether there is a file that the octets go to.
    var isStored: Bool { verdict == nil && !envelope.forwardPaths.isEmpty }

    mutating func reject(_ reply: Reply) {
        if verdict == nil { verdict = reply }
    }

    /// Decodes what belongs to the message, applies the rules for its content, and returns what is
    /// to be stored.
    mutating func take(_ input: ArraySlice<UInt8>, _ configuration: Session.Configuration)
        -> (stored: [UInt8], consumed: Int)
    {
        let (decoded, consumed) = decoder.decode(input)
        return (inspect(decoded, configuration), consumed)
    }

    /// The same for what the decoder held back when the message came to its end.
    mutating func finish(_ configuration: Session.Configuration) -> [UInt8] {
        inspect(decoder.finish(), configuration)
    }

    private mutating func inspect(_ decoded: [UInt8], _ configuration: Session.Configuration)
        -> [UInt8]
    {
        if let limit = configuration.limits.messageOctets, decoder.messageOctets > limit {
            reject(.messageTooLarge)
        }
        if configuration.refusesDoubleCarriageReturns, header.hasDoubleCarriageReturn(in: decoded) {
            reject(.malformedHeader)
        }
        guard isStored, let first = decoded.first else { return [] }
        defer { isAtFirstOctet = false }
        // RFC 5322 §2.2.3: a first line that begins with white space would continue the last header
        // field that we put before it.
        let continuesOurHeader = isAtFirstOctet && (first == .space || first == .tab)
        return continuesOurHeader ? [.lineFeed] + decoded : decoded
    }
}
