// Failures on purpose. Whether there is one is decided elsewhere: it is the answer to an action,
// and takes the place of what the action asked for.

extension Session {
    /// Whether EHLO shows STARTTLS.
    enum STARTTLSOffer: Equatable, Sendable {
        case undecided
        case open
        /// It does not, and STARTTLS gets this reply, as if an attacker had stripped it.
        case stripped(Reply)
    }

    /// Takes a step, or first asks whether a failure is wanted at this point in place of it.
    mutating func take(
        _ step: Step, unlessFailingAt point: ChaosPoint,
        addresses: @autoclosure () -> [String] = []
    ) {
        guard configuration.chaos.contains(point) else { return take(step) }
        state = .asking(step, at: point, from: state)
        pending.append(.ask(point, addresses: addresses()))
    }

    /// Takes a step that shows whether STARTTLS is stripped, which is decided once a session.
    mutating func takeUnlessStripping(_ step: Step) {
        offer == .undecided ? take(step, unlessFailingAt: .strip) : take(step)
    }

    private mutating func take(_ step: Step) {
        switch step {
        case .enter(let next, let reply):
            state = next
            answer(reply)
        case .hello(let client): beginAnew(client)
        case .offers(let client): answerHello(client)
        case .offeredTLS:
            if case .stripped(let reply) = offer { return fail(reply) }
            take(.startTLS, unlessFailingAt: .startTLS)
        case .startTLS: grantSTARTTLS()
        case .data(let client, let envelope): beginData(client, envelope)
        }
    }

    /// No failure is wanted where the last `Action.ask` asked.
    package mutating func permitted() {
        guard case .asking(let step, let point, let before) = state else { return }
        state = before
        if point == .strip { offer = .open }
        take(step)
    }

    /// A failure is wanted in place of what the last action asked for: the client gets this reply,
    /// which counts towards no limit, since the client has done nothing wrong.
    package mutating func refused(with reply: Reply) {
        switch state {
        case .asking(_, at: .connection, _): return close(saying: reply)
        case .asking(let step, at: .strip, let before):
            state = before
            offer = .stripped(reply)
            return take(step)
        case .asking(_, _, let before): state = before
        case .checkingRecipient(let client, let envelope, _, _):
            state = .transaction(client, envelope)
        case .authenticating(let client): state = .ready(client)
        case .storing(let message):
            abandonMessage()
            report(messageRejected: reply, message)
            state = .ready(message.client)
        default: return
        }
        fail(reply)
    }

    private mutating func fail(_ reply: Reply) {
        // RFC 5321 §3.8: 421 announces that the connection is closed.
        reply.code == 421 ? close(saying: reply) : send(reply)
    }
}
