internal import Maildir
internal import POSIX
internal import SMTP
internal import TLS

extension Conversation {
    mutating func begin(_ client: Client, _ envelope: Envelope) {
        do throws(MaildirError) {
            var delivery = try resources.maildir.begin()
            var trace = TraceField(
                client: client, envelope: envelope, origin: origin,
                hostname: resources.settings.hostname,
                id: delivery.name, cipherSuite: tls?.cipher, clientSubject: tls?.clientSubject,
                isAuthenticated: isAuthenticated, time: Clock.now().seconds)
            trace.findings = session.findings
            let text = Array(trace.text.utf8)
            try delivery.append(text.span)
            self.delivery = consume delivery
            self.envelope = envelope
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

    mutating func commit() {
        guard let delivery = delivery.take(), let envelope = envelope.take() else { return }
        do throws(MaildirError) {
            let stored = try delivery.commit()
            log.stored(stored, envelope, session.findings)
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
