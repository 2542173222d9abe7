// Failures made on purpose. Whether one is made is not decided here: the session asks, and is told.

extension Session {
    /// What waits for `chaosDecided(_:)`, and is gone on with then.
    enum Consultation: Equatable, Sendable {
        case greeting
        /// EHLO, which may offer STARTTLS or not.
        case hello(Client)
        /// STARTTLS, of which it is not known yet whether it is stripped.
        case stripping
        case startTLS
        case handshake
        /// AUTH with a mechanism that is offered, and the initial response if there was one.
        case auth(Client, mechanism: String, initialResponse: [UInt8]?)
        case mail(Client, Envelope)
        case rcpt(ForwardPath)
        case message(MessageTransfer)

        var point: ChaosPoint {
            switch self {
            case .greeting: .connection
            case .hello, .stripping: .strip
            case .startTLS: .startTLS
            case .handshake: .handshake
            case .auth: .authentication
            case .mail: .sender
            case .rcpt: .recipient
            case .message: .data
            }
        }
    }

    /// What the client is let see of STARTTLS.
    enum STARTTLSOffer: Equatable, Sendable {
        case undecided
        case open
        /// It is not offered, and gets this code, as if somebody in between did not let it pass.
        case stripped(code: Int)
    }

    /// Asks whether a failure is to be made where `consultation` stands; false where none ever is.
    mutating func consultChaos(_ consultation: Consultation, address: String? = nil) -> Bool {
        let point = consultation.point
        guard configuration.chaos.contains(point) else { return false }
        self.consultation = consultation
        pending.append(.consultChaos(point, address: address))
        return true
    }

    /// What is to happen where the last `Action.consultChaos` asked.
    package mutating func chaosDecided(_ outcome: ChaosOutcome) {
        guard let consultation else { return }
        self.consultation = nil
        milestones += 1
        switch outcome {
        case .nothing: goOn(consultation)
        case .failure(let code): fail(consultation, code)
        case .drop:
            if consultation == .handshake { pending.append(.refuseTLS(alert: nil)) }
            close()
        }
    }

    private mutating func goOn(_ consultation: Consultation) {
        switch consultation {
        case .greeting: sendGreeting()
        case .hello(let client):
            offer = .open
            greet(client)
        case .stripping:
            offer = .open
            considerSTARTTLS()
        case .startTLS: grantSTARTTLS()
        case .handshake: pending.append(.startTLS)
        case .auth(let client, let mechanism, let response):
            beginAuthentication(client, mechanism, initialResponse: response)
        case .mail(let client, let envelope): beginTransaction(client, envelope)
        case .rcpt(let path): addRecipient(path)
        case .message(let transfer): finishMessage(transfer)
        }
    }

    private mutating func fail(_ consultation: Consultation, _ code: Int) {
        switch consultation {
        case .greeting: close(saying: .chaos(code, .connection))
        case .hello(let client):
            offer = .stripped(code: code)
            greet(client)
        case .stripping:
            offer = .stripped(code: code)
            considerSTARTTLS()
        case .handshake:
            pending.append(.refuseTLS(alert: UInt8(truncatingIfNeeded: code)))
            close()
        case .startTLS, .auth, .mail, .rcpt:
            sendChaos(code, consultation.point)
        case .message(let transfer):
            if transfer.isStored { pending.append(.abandonMessage) }
            let reply = Reply.chaos(code, .data)
            pending.append(
                .report(.messageRejected(reply, transfer.envelope, octets: transfer.octets)))
            state = .ready(transfer.client)
            sendChaos(code, .data)
        }
    }

    /// It counts towards no limit, as the client has done nothing wrong.
    mutating func sendChaos(_ code: Int, _ point: ChaosPoint) {
        let reply = Reply.chaos(code, point)
        // RFC 5321 §3.8: 421 announces that the connection is closed.
        code == 421 ? close(saying: reply) : send(reply)
    }
}
