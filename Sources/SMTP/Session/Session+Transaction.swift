// RFC 5321 §3.3: a mail transaction, and RFC 3030 §2: BDAT.

extension Session {
    mutating func mail(_ parser: inout CommandParser) throws(Reply) {
        let client = try clientReadyForMail()
        // RFC 4954 §6.
        if mustAuthenticate { throw .authenticationRequired }
        forgetEnvelope()
        let (path, parameters) = try parser.mail(limits: limits, extensions: extensions)
        if !path.isASCII && !parameters.usesSMTPUTF8 { throw .needsSMTPUTF8 }
        if let size = parameters.size, let limit = limits.messageOctets, size > limit {
            // RFC 1870 §6.1: no need to send what would be refused.
            throw .messageTooLarge
        }
        if isProtected, configuration.hasUnverifiableCertificate { note(.unverifiableCertificate) }
        var envelope = Envelope(reversePath: path)
        envelope.declaredOctets = parameters.size
        envelope.usesSMTPUTF8 = parameters.usesSMTPUTF8
        envelope.isEightBit = parameters.body == .eightBit
        envelope.requests = parameters.requests
        take(
            .enter(.transaction(client, envelope), saying: .senderOk), unlessFailingAt: .sender,
            addresses: [path.text])
    }

    private func clientReadyForMail() throws(Reply) -> Client {
        switch state {
        case .ready(let client): return client
        case .transaction: throw .nestedMail
        case .betweenChunks, .refusingChunks: throw .withinChunks
        default: throw .helloFirst
        }
    }

    mutating func rcpt(_ parser: inout CommandParser) throws(Reply) {
        let (path, requests) = try recipient(&parser)
        guard case .transaction(let client, var envelope) = state else { return }
        if configuration.recipients != .all || configuration.chaos.contains(.recipient) {
            state = .checkingRecipient(client, envelope, path, requests: requests)
            pending.append(.checkRecipient(path))
            return
        }
        state = .ready(client)  // Lets go of the envelope, so that it can grow in place.
        envelope.accept(path, requests)
        state = .transaction(client, envelope)
        answer(.recipientOk)
    }

    private func recipient(_ parser: inout CommandParser) throws(Reply) -> (
        ForwardPath, requests: [String]
    ) {
        let (_, envelope) = try openTransaction()
        let (path, requests) = try parser.rcpt(
            limits: limits, extensions: extensions, usesSMTPUTF8: envelope.usesSMTPUTF8)
        if !path.isASCII && !envelope.usesSMTPUTF8 { throw .needsSMTPUTF8 }
        if envelope.acceptedRecipients >= limits.recipients { throw .tooManyRecipients }
        return (path, requests)
    }

    mutating func data(_ parser: inout CommandParser) throws(Reply) {
        let (client, envelope) = try openTransaction()
        if envelope.acceptedRecipients == 0 { throw .recipientFirst }
        try parser.expectEnd()
        take(.data(client, envelope), unlessFailingAt: .begin)
    }

    /// The transaction that RCPT, DATA and the first BDAT need.
    func openTransaction() throws(Reply) -> (Client, Envelope) {
        switch state {
        case .transaction(let client, let envelope): return (client, envelope)
        case .betweenChunks, .refusingChunks: throw .withinChunks
        case .ready: throw .mailFirst
        default: throw .helloFirst
        }
    }

    /// What every BDAT gets as things stand, if it cannot be used at all.
    private var chunkRefusal: Reply? {
        if isGated { return .mustStartTLS }
        return extensions.contains(.chunking) ? nil : .unknownCommand
    }

    mutating func bdat(_ parser: inout CommandParser) throws(Reply) {
        let refusal = chunkRefusal
        let octets: UInt64
        let isLast: Bool
        do throws(Reply) {
            (octets, isLast) = try parser.bdat()
        } catch {
            // Where the payload ends is not known, so nothing behind this line can be trusted to
            // be a command.
            return refuseAndClose(refusal ?? error, to: RefusedCommand(.bdat))
        }
        beginChunk(octets: octets, isLast: isLast, refusal: refusal)
    }
}
