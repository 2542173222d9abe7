internal import Notation

// What is noticed about the client besides what it is answered.

extension Session {
    /// How the client's side of a connection came to its end.
    package enum Ending: Equatable, Sendable {
        /// The client said that it sends no more: within TLS by close_notify.
        case orderly
        /// The client is gone without that, or has broken TLS.
        case abrupt
        /// We have given the connection up, whatever the client did.
        case givenUp
    }

    /// What is known at this moment: of the session, and of the message that is about to be made
    /// durable, if there is one.
    package var findings: FindingSet {
        guard case .storing(let message) = state else { return sessionFindings }
        return sessionFindings.union(message.findings)
    }

    /// What was noticed in all, messages that were stored included.
    package var allFindings: FindingSet { sessionFindings.union(messageFindings) }

    /// Octets were there before the greeting was sent.
    package mutating func clientSpokeEarly() {
        note(.earlyTalker)
    }

    mutating func note(_ finding: Finding) {
        sessionFindings.insert(finding)
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

    mutating func noteEnding(_ ending: Ending) {
        if ending == .givenUp { return }
        if ending == .abrupt, isProtected { note(.noCloseNotify) }
        switch state {
        case .closed, .negotiatingTLS: break
        default: note(.noQuit)
        }
    }
}
