internal import POSIX
internal import SASL
internal import SMTP
internal import TLS

// Failures made on purpose: each is logged as what it is.

extension Conversation {
    mutating func ask(_ point: ChaosPoint, _ addresses: [String]) throws(Interruption) {
        if try !failsOnPurpose(at: point, addresses) { session.permitted() }
    }

    /// Whether a failure is wanted there; the session has been told of it then.
    mutating func failsOnPurpose(at point: ChaosPoint, _ addresses: [String] = [])
        throws(Interruption) -> Bool
    {
        try make(failure(at: point, addresses), at: point)
    }

    /// Tells the session of a failure, if there is one; whether there is.
    private mutating func make(_ failure: ChaosTrigger.Failure?, at point: ChaosPoint) -> Bool {
        switch failure {
        case .code(let code, let text):
            session.refused(with: .chaos(code, at: point, saying: text))
        case .close: session.disconnected(.givenUp)
        case .reset: reset()
        case nil: return false
        }
        return true
    }

    /// Ends the connection as a crash of ours would.
    private mutating func reset() {
        connection.reset()
        session.disconnected(.givenUp)
    }

    /// The failure that is wanted there, if any, once the delays are over that are.
    private mutating func failure(at point: ChaosPoint, _ addresses: [String] = [])
        throws(Interruption) -> ChaosTrigger.Failure?
    {
        let decision = resources.chaos.decide(at: point, addresses: addresses)
        for fault in decision.faults { log.chaosFailed(fault) }
        for (trigger, address) in decision.fired {
            log.chaos(trigger, address: address)
            switch trigger.effect {
            case .failure(let failure): return failure
            case .delay(let seconds): try stall(seconds: seconds)
            }
        }
        return nil
    }

    /// Sends what is pending and does nothing for a while.
    private mutating func stall(seconds: Int64) throws(Interruption) {
        try flush()
        try connection.stall(until: .after(seconds: seconds))
        renewDeadline()
    }

    /// Whether AUTH is to fail; the session has been told of it then.
    mutating func refusesLoginOnPurpose(by mechanism: Mechanism?, hasResponse: Bool)
        throws(Interruption) -> Bool
    {
        let failure = try failure(at: .authentication)
        guard case .code(535, let text)? = failure, mechanism?.takesToken == true else {
            return make(failure, at: .authentication)
        }
        let reply = Reply.chaos(535, at: .authentication, saying: text)
        refuse(TokenRefusal(reply: reply, hasToken: hasResponse))
        return true
    }

    /// Answers the ClientHello with an alert, or lets it come and answers nothing, if such a failure
    /// is wanted.
    mutating func refusesTLSOnPurpose() throws(Interruption) -> Bool {
        guard let failure = try failure(at: .handshake) else { return false }
        renewDeadline()
        switch failure {
        case .code(let description, _):
            connection.refuseTLS(
                TLSAlert(description: UInt8(truncatingIfNeeded: description)), until: deadline)
        case .close: connection.refuseTLS(nil, until: deadline)
        case .reset:
            connection.refuseTLS(nil, until: deadline)
            connection.reset()
        }
        session.disconnected(.givenUp)
        return true
    }
}
