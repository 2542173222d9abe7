internal import Journal
internal import Maildir
internal import POSIX
internal import SASL
internal import SMTP
internal import TLS

/// What the log has to tell of one session: turns what happened into records with the fields that
/// the manual lists, and counts for the last one.
struct SessionLog: ~Copyable {
    let journal: Journal
    private let started = Clock.monotonicNanoseconds()
    var octetsReceived: UInt64 = 0
    private var messagesStored = 0
    private var messagesRejected = 0
    private var commandsRejected = 0

    init(_ journal: consuming Journal) {
        self.journal = journal
    }

    /// Whoever leaves a key log on by mistake is to find it by looking for warnings.
    func opened(keyLogFile: String?) {
        guard let keyLogFile else {
            return journal.record(.sessionOpened, priority: .info, "session opened")
        }
        journal.record(
            .sessionOpened, priority: .warning,
            "session opened, and what can decrypt it goes to \(keyLogFile)")
    }

    func closed(_ findings: FindingSet) {
        let duration = (Clock.monotonicNanoseconds() - started) / 1000
        journal.record(
            .sessionClosed, priority: .info,
            "session closed: \(messagesStored) stored, \(messagesRejected) rejected",
            [
                Field(.durationMicroseconds, "\(duration)"),
                Field(.octetsReceived, "\(octetsReceived)"),
                Field(.messagesStored, "\(messagesStored)"),
                Field(.messagesRejected, "\(messagesRejected)"),
                Field(.commandsRejected, "\(commandsRejected)"),
                Field(.findings, findings.text),
            ])
    }

    mutating func record(_ incident: Incident) {
        switch incident {
        case .commandReceived(let line):
            journal.record(.dialogue, priority: .debug, "C: \(logText(line))")
        case .commandRejected(let reply):
            commandsRejected += 1
            journal.record(.protocolError, priority: .notice, "answered \(reply)")
        case .messageRejected(let reply, let envelope, let octets):
            messagesRejected += 1
            journal.record(
                .messageRejected, priority: .notice, "answered \(reply)",
                Self.fields(envelope, octets: octets))
        case .messageDropped(let envelope, let octets):
            journal.record(
                .messageRejected, priority: .info,
                "acknowledged and dropped",
                Self.fields(envelope, octets: octets))
        case .startTLSInjection(let octets):
            journal.record(
                .startTLSInjection, priority: .warning,
                "\(octets) octets came behind STARTTLS in plaintext; none of them was executed")
        }
    }

    func sent(_ reply: Reply) {
        guard journal.records(.debug) else { return }
        journal.record(.dialogue, priority: .debug, "S: \(reply)")
    }
}

// MARK: - AUTH

extension SessionLog {
    func authenticated(as user: String, by mechanism: String) {
        let name = user.isEmpty ? "somebody without a name" : logText(user)
        journal.record(.authSucceeded, priority: .info, "\(name) by \(mechanism)")
    }

    /// Tells the operator what the client must not know.
    func authenticationFailed(_ failure: Failure, by mechanism: String) {
        let name = failure.user.map { " (\(logText($0)))" } ?? ""
        journal.record(.authFailed, priority: .notice, "\(mechanism): \(failure.reason)\(name)")
    }
}

// MARK: - TLS and the connection

extension SessionLog {
    func tlsEstablished(_ facts: TLSSessionFacts) {
        var fields = Self.fields(facts)
        if let subject = facts.clientSubject { fields.append(Field(.tlsClientSubject, subject)) }
        let resumed = facts.isResumed ? ", resumed" : ""
        let fault = facts.clientCertificateFault.map { "; client certificate: \($0)" } ?? ""
        journal.record(
            .tlsEstablished, priority: .info,
            "\(facts.version?.name ?? "TLS") with \(facts.cipher ?? "an unknown cipher")\(resumed)\(fault)",
            fields)
    }

    private func tlsFailed(_ reason: String, _ facts: TLSSessionFacts) {
        let offered = facts.offeredVersions.joined(separator: " ")
        let offer = offered.isEmpty ? "" : "; the client offered \(offered)"
        journal.record(
            .tlsFailed, priority: .notice, reason + offer,
            Self.fields(facts) + [Field(.tlsError, reason), Field(.tlsOffered, offered)])
    }

    /// The connection, the handshake or TLS ended before the session did.
    func lost(_ reason: String, _ facts: TLSSessionFacts?) {
        guard let facts else {
            return journal.record(.protocolError, priority: .notice, "connection lost: \(reason)")
        }
        if facts.version == nil { return tlsFailed(reason, facts) }
        journal.record(
            .tlsFailed, priority: .notice, "TLS ended early: \(reason)",
            Self.fields(facts) + [Field(.tlsError, reason)])
    }

    /// A trigger has fired.
    func chaos(_ trigger: ChaosTrigger, address: String?) {
        let name: Field.Name = trigger.point == .sender ? .sender : .recipient
        journal.record(
            .chaos, priority: .notice, "\(trigger.text) has fired",
            address.map { [Field(name, "<\($0)>")] } ?? [])
    }

    /// Whether a trigger has to fire cannot be told.
    func chaosFailed(_ error: SystemError) {
        journal.record(.chaos, priority: .warning, "a trigger cannot fire: \(error)")
    }

    func timedOut() {
        journal.record(.timeout, priority: .notice, "the deadline has passed")
    }

    private static func fields(_ facts: TLSSessionFacts) -> [Field] {
        var fields: [Field] = []
        if let version = facts.version { fields.append(Field(.tlsVersion, version.name)) }
        if let cipher = facts.cipher { fields.append(Field(.tlsCipher, cipher)) }
        if let name = facts.serverName { fields.append(Field(.tlsServerName, logText(name))) }
        return fields
    }
}

// MARK: - Messages

extension SessionLog {
    mutating func stored(
        _ message: StoredMessage, _ envelope: Envelope, _ findings: FindingSet
    ) {
        messagesStored += 1
        journal.record(
            .messageStored, priority: .info, "message stored",
            [Field(.maildirFile, message.fileName), Field(.findings, findings.text)]
                + Self.fields(envelope, octets: UInt64(message.octets)))
    }

    private static func fields(_ envelope: Envelope, octets: UInt64) -> [Field] {
        [
            Field(.messageSize, "\(octets)"),
            Field(.sender, "<\(envelope.reversePath.text)>"),
            // Last, as there may be so many that the line is cut.
            Field(.recipient, Self.list(envelope.forwardPaths)),
        ]
    }

    /// The paths with blanks between them. `joined` is generic: the runtime would look up by name
    /// what it works on, which costs as much as all other fields together.
    private static func list(_ paths: [ForwardPath]) -> String {
        var text = ""
        for path in paths { text += text.isEmpty ? "<\(path.text)>" : " <\(path.text)>" }
        return text
    }

    mutating func storingFailed(_ error: MaildirError) {
        journal.record(.storageError, priority: .error, error.description)
    }
}
