internal import POSIX
internal import SMTP
internal import TLS

// Failures made on purpose: each is logged as what it is.

extension Conversation {
    /// Carries out what the triggers for the place ask for, and tells the session the outcome.
    mutating func consultChaos(_ point: ChaosPoint, address: String?) {
        let decision = resources.chaos.decide(at: point, address: address)
        for fault in decision.faults { log.chaosFailed(fault) }
        for trigger in decision.fired {
            log.chaos(trigger, address: address)
            switch trigger.effect {
            case .failure(let code): return session.chaosDecided(.failure(code: code))
            case .close: return session.chaosDecided(.drop)
            case .delay(let seconds):
                guard stall(seconds: seconds) else { return }
            }
        }
        session.chaosDecided(.nothing)
    }

    /// Sends what is pending and does nothing for a while; false where the session is over.
    private mutating func stall(seconds: Int64) -> Bool {
        flush()
        if connection.isBroken { return false }
        guard connection.waitForTermination(until: .after(seconds: seconds)) else {
            deadline = .after(seconds: resources.settings.timeoutSeconds)
            return true
        }
        connection.ignoreTermination()
        session.terminated()
        return false
    }

    /// Answers the ClientHello with an alert, or lets it come and answers nothing.
    mutating func refuseTLS(alert: UInt8?) {
        flush()
        if isOver { return }
        deadline = .after(seconds: resources.settings.timeoutSeconds)
        connection.refuseTLS(alert.map(TLSAlert.init(description:)), until: deadline)
    }
}
