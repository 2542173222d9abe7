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
    let origin: DeliveryHeader.Origin
    var log: SessionLog

    /// The message that is coming in.
    var delivery: Delivery?
    private var output: [UInt8] = []
    private var input = [UInt8](repeating: 0, count: firstInputOctets)
    /// So many octets at the front of `input` came before the greeting had left.
    private var earlyOctets = 0
    var deadline: Deadline
    private var deadlineRenewals = -1
    /// The exchange that the client is in.
    var authentication: Authentication?
    /// The token that is being refused.
    var tokenRefusal: TokenRefusal?
    /// The last login that has succeeded.
    var lastLogin: DeliveryHeader.Login?
    private var isOver = false
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
        if configuration.chaos.contains(.strip) {
            let offered = Self.offered(resources.policy, over: Channel(isProtected: true))
            if !offered.isEmpty { configuration.mechanismsWhereStripped = offered }
        }
        session = Session(configuration)
        deadline = .after(seconds: resources.settings.timeoutSeconds)
        self.resources = resources
        self.connection = connection
        origin = DeliveryHeader.Origin(peer)
        self.log = log
    }

    /// Says the greeting, where there is one in plaintext. Nothing that the client sends is looked into.
    mutating func greet() {
        log.opened(keyLogFile: resources.settings.tls.keyLogFile)
        if resources.settings.session.tls == .implicit { return }
        withInterruptionsTold { (conversation) throws(Interruption) in
            try conversation.carryOutActions()
            conversation.readEarlyInput()
            try conversation.flush()
        }
    }

    /// Leads the session to its end, from behind the greeting on.
    mutating func run() -> ExitStatus {
        if earlyOctets > 0 { take(earlyOctets) }
        while !isOver {
            withInterruptionsTold { (conversation) throws(Interruption) in
                try conversation.goOn()
            }
        }
        log.closed(session.allFindings)
        return status
    }

    private mutating func goOn() throws(Interruption) {
        try carryOutActions()
        if isOver { return }
        if output.isEmpty {
            try receive()
        } else {
            try flush()
        }
    }

    /// The one place that tells the session why the connection did not do what it should.
    private mutating func withInterruptionsTold(
        _ body: (inout Conversation) throws(Interruption) -> Void
    ) {
        do throws(Interruption) {
            try body(&self)
        } catch .lost(let reason, let ending) {
            log.lost(reason, connection.tlsFacts)
            session.disconnected(ending)
        } catch .timedOut {
            log.timedOut(connection.tlsFacts)
            connection.state.isDead ? session.disconnected(.givenUp) : session.timedOut()
        } catch {
            connection.ignoreTermination()
            session.terminated()
        }
    }

    private mutating func carryOutActions() throws(Interruption) {
        while let action = session.next() { try carryOut(action) }
    }

    private mutating func carryOut(_ action: Action) throws(Interruption) {
        switch action {
        case .reply(let reply): try send(reply)
        case .startTLS: try startTLS()
        case .ask(let point, let addresses): try ask(point, addresses)
        case .checkRecipient(let path): try checkRecipient(path)
        case .beginAuthentication(let mechanism, let response):
            try beginAuthentication(mechanism, initialResponse: response)
        case .continueAuthentication(let response): continueAuthentication(response)
        case .abandonAuthentication: (authentication, tokenRefusal) = (nil, nil)
        case .beginMessage(let client, let envelope): begin(client, envelope)
        case .appendMessage(let octets): append(octets)
        case .commitMessage: try commit()
        case .abandonMessage: delivery = nil
        case .report(let incident): log.record(incident)
        case .close: close()
        }
    }
}

// MARK: - The connection

extension Conversation {
    private mutating func send(_ reply: Reply) throws(Interruption) {
        log.sent(reply)
        reply.append(to: &output)
        if output.count >= Self.outputOctets { try flush() }
    }

    /// Sends all pending replies in one write.
    mutating func flush() throws(Interruption) {
        if output.isEmpty { return }
        defer { output.removeAll(keepingCapacity: true) }
        try connection.write(output, until: currentDeadline())
    }

    private mutating func currentDeadline() -> Deadline {
        if session.deadlineRenewals != deadlineRenewals {
            deadlineRenewals = session.deadlineRenewals
            renewDeadline()
        }
        return deadline
    }

    mutating func renewDeadline() {
        deadline = .after(seconds: resources.settings.timeoutSeconds)
    }

    private mutating func receive() throws(Interruption) {
        let count = try connection.read(into: &input, until: currentDeadline())
        if count == 0 { return session.disconnected() }
        take(count)
        if count == input.count, count < Self.fullInputOctets {
            input = [UInt8](repeating: 0, count: Self.fullInputOctets)
        }
    }

    private mutating func take(_ count: Int) {
        log.octetsReceived += UInt64(count)
        let input = input
        session.receive(input.span.extracting(..<count))
    }

    /// Reads what is there before the greeting has left: from a client that should wait for it.
    private mutating func readEarlyInput() {
        if isOver { return }
        earlyOctets = connection.readArrived(into: &input)
        if earlyOctets > 0 { session.clientSpokeEarly() }
    }

    private mutating func close() {
        if isOver { return }
        isOver = true
        if !output.isEmpty {
            // The last words: whether they arrive changes nothing any more.
            connection.ignoreTermination()
            try? connection.write(output, until: .after(seconds: Connection.closingSeconds))
        }
        if let ending = connection.close() { session.disconnected(ending) }
    }

    private mutating func startTLS() throws(Interruption) {
        try flush()
        if try refusesTLSOnPurpose() { return }
        guard let acceptor = resources.acceptor.take() else {
            return session.disconnected(.givenUp)
        }
        renewDeadline()
        let facts = try connection.secure(by: acceptor, until: deadline)
        log.tlsEstablished(facts)
        session.tlsEstablished(
            isOutdated: facts.version?.isOutdated ?? true,
            isServerNamed: facts.serverName != nil,
            mechanisms: Self.offered(resources.policy, over: channel))
    }
}
