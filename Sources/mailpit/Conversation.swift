internal import Activation
internal import Maildir
internal import POSIX
internal import SASL
internal import SMTP
internal import TLS

/// Carries out what the session decides: the only type that sees both it and the world.
///
/// Faults of the connection, TLS and the Maildir end here: each is logged with its cause and told
/// to the session as one event, and the session chooses the reply.
struct Conversation: ~Copyable {
    var session: Session
    var connection: Connection
    var resources: Resources
    let origin: TraceField.Origin
    var log: SessionLog

    /// The message that is coming in.
    var delivery: Delivery?
    var envelope: Envelope?
    private var output: [UInt8] = []
    private var input = [UInt8](repeating: 0, count: firstInputOctets)
    var deadline: Deadline
    private var milestones = -1
    /// What the handshake came to; nil before it.
    private(set) var tls: TLSSessionFacts?
    /// The exchange that the client is in, and the mechanism of it.
    var exchange: (Exchange, Mechanism)?
    var isAuthenticated = false
    private(set) var isOver = false
    var status = ExitStatus.success

    /// Replies that a client does not fetch are held back up to here, then waited for.
    private static let outputOctets = 8 << 10
    /// What is read at once: enough for commands, so that it costs an idle client little memory,
    /// and more for one that has filled it: RFC 8446 §5.1, as much as TLS ever gives at once.
    private static let firstInputOctets = 4 << 10
    private static let fullInputOctets = 16 << 10

    init(
        _ resources: consuming Resources, connection: consuming Connection, peer: Peer,
        log: consuming SessionLog
    ) {
        var configuration = resources.settings.session
        configuration.plaintextMechanisms = Self.offered(resources.policy, over: Channel())
        session = Session(configuration)
        deadline = .after(seconds: resources.settings.timeoutSeconds)
        self.resources = resources
        self.connection = connection
        origin = TraceField.Origin(peer)
        self.log = log
    }

    /// Leads the session to its end.
    mutating func run() -> ExitStatus {
        log.opened(keyLogFile: resources.settings.tls.keyLogFile)
        carryOutActions()
        if !isOver { lookForEarlyInput() }
        while true {
            carryOutActions()
            if isOver { break }
            if output.isEmpty {
                prepareTLS()
                receive()
            } else {
                flush()
            }
        }
        log.closed(session.allFindings)
        return status
    }

    private mutating func carryOutActions() {
        while let action = session.next() { carryOut(action) }
    }

    private mutating func carryOut(_ action: Action) {
        switch action {
        case .reply(let reply): send(reply)
        case .startTLS: startTLS()
        case .refuseTLS(let alert): refuseTLS(alert: alert)
        case .consultChaos(let point, let address): consultChaos(point, address: address)
        case .checkRecipient(let path):
            session.recipientChecked(isAllowed: resources.filter?.matches(path.text) ?? true)
        case .beginAuthentication(let mechanism, let response):
            beginAuthentication(mechanism, initialResponse: response)
        case .continueAuthentication(let response): continueAuthentication(response)
        case .abandonAuthentication: exchange = nil
        case .beginMessage(let client, let envelope): begin(client, envelope)
        case .appendMessage(let octets): append(octets)
        case .commitMessage: commit()
        case .abandonMessage: delivery = nil
        case .report(let incident): log.record(incident)
        case .close: close()
        }
    }
}

// MARK: - The connection

extension Conversation {
    private mutating func send(_ reply: Reply) {
        log.sent(reply)
        reply.append(to: &output)
        if output.count >= Self.outputOctets { flush() }
    }

    /// Sends all pending replies in one write.
    mutating func flush() {
        defer { output.removeAll(keepingCapacity: true) }
        if output.isEmpty || connection.isBroken { return }
        renewDeadline()
        switch connection.write(output, until: deadline) {
        case .done: return
        case .lost(let reason): lose(reason)
        case .timedOut:
            log.timedOut()
            giveUp()
        case .terminated: session.terminated()
        }
    }

    private mutating func renewDeadline() {
        guard session.milestones != milestones else { return }
        milestones = session.milestones
        deadline = .after(seconds: resources.settings.timeoutSeconds)
    }

    private mutating func receive() {
        renewDeadline()
        switch connection.read(into: &input, until: deadline) {
        case .octets(let count):
            log.octetsReceived += UInt64(count)
            Self.feed(&session, input, count)
            if count == input.count, count < Self.fullInputOctets {
                input = [UInt8](repeating: 0, count: Self.fullInputOctets)
            }
        case .end: session.disconnected()
        case .lost(let reason): lose(reason)
        case .timedOut:
            log.timedOut()
            session.timedOut()
        case .terminated:
            connection.ignoreTermination()
            session.terminated()
        }
    }

    /// Takes what is there before the greeting has left: from a client that should wait for it.
    private mutating func lookForEarlyInput() {
        if resources.settings.session.tls == .implicit { return }
        let count = connection.readArrived(into: &input)
        guard count > 0 else { return }
        session.clientSpokeEarly()
        log.octetsReceived += UInt64(count)
        Self.feed(&session, input, count)
    }

    private static func feed(_ session: inout Session, _ input: [UInt8], _ count: Int) {
        session.receive(input.span.extracting(..<count))
    }

    /// The client cannot be reached any more.
    private mutating func lose(_ reason: String) {
        connection.isBroken = true
        log.lost(reason, connection.tlsFacts)
        session.disconnected(.abrupt)
    }

    private mutating func giveUp() {
        connection.isBroken = true
        session.disconnected(.givenUp)
    }

    private mutating func close() {
        if isOver { return }
        isOver = true
        if !output.isEmpty, !connection.isBroken {
            // The last words: whether they arrive changes nothing any more.
            connection.ignoreTermination()
            _ = connection.write(output, until: .after(seconds: Connection.closingSeconds))
        }
        if let ending = connection.close() { session.disconnected(ending) }
    }

    /// Makes the TLS context while the client is busy with the greeting.
    private mutating func prepareTLS() {
        // What goes wrong here goes wrong again, and is told, when the client wants TLS.
        if tls == nil { try? resources.acceptor?.prepare() }
    }

    private mutating func startTLS() {
        flush()
        if connection.isBroken || connection.isTerminating { return }
        deadline = .after(seconds: resources.settings.timeoutSeconds)
        switch resources.acceptor!.secure(&connection, until: deadline) {
        case .done:
            let facts = connection.tlsFacts ?? TLSSessionFacts()
            tls = facts
            isAuthenticated = false
            log.tlsEstablished(facts)
            session.tlsEstablished(
                version: facts.version ?? "", isServerNamed: facts.serverName != nil,
                mechanisms: Self.offered(resources.policy, over: channel))
        case .failed(let reason):
            log.tlsFailed(reason, connection.tlsFacts)
            session.disconnected(.givenUp)
        case .timedOut:
            log.timedOut()
            session.timedOut()
        case .terminated:
            session.terminated()
        }
    }
}
