internal import Activation
internal import Maildir
internal import POSIX
internal import SMTP
internal import TLS

extension Conversation {
    mutating func checkRecipient(_ path: ForwardPath) throws(Interruption) {
        if try failsOnPurpose(at: .recipient, [path.text]) { return }
        session.recipientChecked(isAllowed: resources.filter?.matches(path.text) ?? true)
    }

    mutating func begin(_ client: Client, _ envelope: Envelope) {
        do throws(MaildirError) {
            var delivery = try resources.maildir.begin()
            var trace = DeliveryHeader(
                client: client, envelope: envelope, origin: origin,
                hostname: resources.settings.hostname,
                id: delivery.name, cipherSuite: connection.tlsFacts?.cipher,
                clientSubject: connection.tlsFacts?.clientSubject,
                login: login, time: Clock.now().seconds)
            trace.findings = session.findings
            let header = trace.octets
            try delivery.append(header.span)
            self.delivery = consume delivery
        } catch {
            storingFailed(error)
        }
    }

    mutating func append(_ octets: [UInt8]) {
        do throws(MaildirError) {
            try delivery?.append(octets.span)
        } catch {
            storingFailed(error)
        }
    }

    mutating func commit() throws(Interruption) {
        if resources.settings.session.chaos.contains(.data),
            try failsOnPurpose(at: .data, session.envelope?.recipients ?? [])
        {
            return
        }
        guard let delivery = delivery.take() else { return session.messageStored(as: nil) }
        do throws(MaildirError) {
            let stored = try delivery.commit()
            if let envelope = session.envelope {
                log.stored(stored, envelope, session.findings, login)
            }
            session.messageStored(as: stored.name)
        } catch {
            storingFailed(error)
        }
    }

    private mutating func storingFailed(_ error: MaildirError) {
        delivery = nil
        status = .temporaryFailure
        log.storingFailed(error)
        session.storingFailed(error.kind == .full ? .full : .other)
    }
}

extension DeliveryHeader.Origin {
    init(_ peer: Peer) {
        switch peer {
        case .ipv4(let address, _): self = .address(address)
        case .ipv6(let address, _): self = .address("IPv6:\(address)")
        case .local(let uid, _): self = .user(uid)
        case .unknown: self = .unknown
        }
    }
}
