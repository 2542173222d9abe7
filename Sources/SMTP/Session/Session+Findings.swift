internal import Notation

// What is noticed about the client besides what it is answered.

extension Session {
    /// How the client's side of a connection came to its end.
    package enum Ending: Equatable, Sendable {
        /// The client said that it sends no more: within TLS by close_notify.
        case orderly
        /// The client said so, and within TLS not by close_notify.
        case truncated
        /// We have given the connection up, or it broke, so that what the client sent last may be
        /// lost. A fatal alert of the client's counts as that too: it can say nothing behind it.
        /// RFC 8446 §6.2
        case givenUp
    }

    /// What is known at this moment: of the session, of the envelope, and of the message that is
    /// about to be made durable, if there is one.
    package var findings: FindingSet {
        let known = sessionFindings.union(envelopeFindings)
        guard case .storing(let message) = state else { return known }
        return known.union(message.findings)
    }

    /// What was noticed in all: messages that were stored and envelopes that came to nothing
    /// included.
    package var allFindings: FindingSet {
        sessionFindings.union(messageFindings).union(envelopeFindings)
    }

    /// Octets were there before the greeting was sent.
    package mutating func clientSpokeEarly() {
        note(.earlyTalker)
    }

    mutating func note(_ finding: Finding) {
        sessionFindings.insert(finding)
    }

    /// A new envelope begins: what was noticed about the one before is no more told of a message.
    mutating func forgetEnvelope() {
        messageFindings.formUnion(envelopeFindings)
        envelopeFindings = FindingSet()
    }

    mutating func noteLine(endsInCRLF: Bool) {
        if !endsInCRLF { note(.bareLFCommand) }
    }

    /// Notes what the verb of a command line tells by itself.
    mutating func noteVerb(_ verb: Verb?) {
        if verb != nil { mayBeResponse = verb == .auth }
        if mayBeResponse, verb == nil { return }
        if verb == nil { note(.unknownCommand) }
        if verb == .helo { note(.helo) }
        notePlaintext(verb)
        noteFirstWithinTLS(verb)
    }

    /// Notes a command behind which the client went on without waiting for the reply, though it has
    /// to, or has not been offered PIPELINING. RFC 2920 §3.1
    ///
    /// What came together counts: what is still on its way may have been sent behind our reply.
    mutating func notePipelining(_ verb: Verb?) {
        if input.count == 0 || verb?.hasPayload == true { return }
        // TLS without STARTTLS is told as that alone.
        if input.beginsTLS, !isProtected { return }
        if !mayPipeline(state.client) || verb?.endsPipelineGroup == true {
            note(.improperPipelining)
        }
    }

    /// The same behind the end of a message or of a chunk, which is answered like a command.
    mutating func notePipelining(behindPayloadOf client: Client?) {
        if input.count > 0, !mayPipeline(client) { note(.improperPipelining) }
    }

    /// EHLO has offered it.
    private func mayPipeline(_ client: Client?) -> Bool {
        configuration.extensions.contains(.pipelining) && client?.isExtended == true
    }

    private mutating func notePlaintext(_ verb: Verb?) {
        guard !isProtected, configuration.tls != .unavailable else { return }
        if verb == .auth {
            note(.authBeforeTLS)
        } else if !(verb?.isAllowedBeforeTLS ?? false) {
            note(.commandBeforeTLS)
        }
    }

    private mutating func noteFirstWithinTLS(_ verb: Verb?) {
        guard isFreshFromSTARTTLS, verb != .noop, verb != .quit else { return }
        isFreshFromSTARTTLS = false
        if verb != .ehlo, verb != .helo { note(.noEHLOAfterTLS) }
    }

    mutating func noteHandshake(isOutdated: Bool, isServerNamed: Bool) {
        isFreshFromSTARTTLS = configuration.tls != .implicit
        if !isServerNamed { note(.noSNI) }
        if isOutdated { note(.oldTLS) }
    }

    /// Only what was seen of the client counts: nothing where we ended the session, but that it ends
    /// TLS behind its own QUIT.
    mutating func noteEnding(_ ending: Ending) {
        let hasQuit: Bool
        switch state {
        case .closed(afterQUIT: false): return
        case .closed(afterQUIT: true): hasQuit = true
        default: hasQuit = false
        }
        if ending == .truncated, isProtected { note(.noCloseNotify) }
        if ending != .givenUp, state != .negotiatingTLS, !hasQuit { note(.noQuit) }
    }
}
