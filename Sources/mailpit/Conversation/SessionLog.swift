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
    /// The client has to begin with TLS, not to wait for a greeting.
    let isTLSImplicit: Bool
    private let started = Clock.monotonicNanoseconds()
    var octetsReceived: UInt64 = 0
    private var messagesStored = 0
    private var messagesRejected = 0
    private var commandsRejected = 0
    private var protocolErrors = 0
    /// Why the connection was lost, if no line has told it.
    private var untoldLoss: String?

    /// So many protocol errors of a session are logged; the last line tells how many there were.
    private static let maximumProtocolErrors = 100

    init(_ journal: consuming Journal, isTLSImplicit: Bool) {
        self.journal = journal
        self.isTLSImplicit = isTLSImplicit
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
            .sessionClosed, priority: .info, text(duration, findings),
            [
                Field(.durationMicroseconds, "\(duration)"),
                Field(.octetsReceived, "\(octetsReceived)"),
                Field(.messagesStored, "\(messagesStored)"),
                Field(.messagesRejected, "\(messagesRejected)"),
                Field(.commandsRejected, "\(commandsRejected)"),
                Field(.findings, findings.text),
            ])
    }

    private func text(_ duration: Int64, _ findings: FindingSet) -> String {
        let counts = "\(messagesStored) stored, \(messagesRejected) rejected"
        let commands = commandsRejected == 1 ? "1 command" : "\(commandsRejected) commands"
        let loss = untoldLoss.map { ", the connection was lost (\(logText($0)))" } ?? ""
        return "session closed: \(counts), \(commands) refused\(loss), "
            + "\(octetsReceived) octets in \(duration / 1000) ms\(Self.text(findings))"
    }

    mutating func record(_ incident: Incident) {
        switch incident {
        case .commandReceived(let line):
            journal.record(.dialogue, priority: .debug, "C: \(logText(line))")
        case .commandRejected(let reply, let command):
            commandsRejected += 1
            recordProtocolError(
                "answered \(reply)\(command.map { " to \(Self.text($0))" } ?? "")")
        case .messageRejected(let reply, let envelope, let octets):
            messagesRejected += 1
            journal.record(
                .messageRejected, priority: .notice,
                "answered \(reply): \(Self.text(envelope, octets: octets))",
                Self.fields(envelope, octets: octets))
        case .messageDropped(let envelope, let octets):
            journal.record(
                .messageRejected, priority: .info,
                "acknowledged and dropped: \(Self.text(envelope, octets: octets))",
                Self.fields(envelope, octets: octets))
        case .tlsWithoutSTARTTLS:
            journal.record(
                .protocolError, priority: .notice,
                "the client began TLS without STARTTLS, as for a port of implicit TLS")
        case .startTLSInjection(let octets):
            journal.record(
                .startTLSInjection, priority: .warning,
                "\(octets) octets came behind STARTTLS in plaintext; none of them was executed")
        }
    }

    /// Records a protocol error, unless the client has made so many that it floods the log; false
    /// then.
    @discardableResult
    private mutating func recordProtocolError(
        _ message: @autoclosure () -> String
    ) -> Bool {
        protocolErrors += 1
        if protocolErrors > Self.maximumProtocolErrors { return false }
        journal.record(.protocolError, priority: .notice, message())
        return true
    }

    func sent(_ reply: Reply) {
        guard journal.records(.debug) else { return }
        journal.record(.dialogue, priority: .debug, "S: \(reply)")
    }
}

// MARK: - AUTH

extension SessionLog {
    func authenticated(_ login: DeliveryHeader.Login) {
        let name = login.user.isEmpty ? "somebody without a name" : logText(login.user)
        journal.record(
            .authSucceeded, priority: .info, "\(name) by \(login.mechanism)", Self.fields(login))
    }

    /// Tells the operator what the client must not know.
    func authenticationFailed(_ failure: Failure, by mechanism: String) {
        let name = failure.user.map { " (\(logText($0)))" } ?? ""
        journal.record(
            .authFailed, priority: .notice, "\(mechanism): \(failure.reason)\(name)",
            Self.fields(.init(user: failure.user ?? "", mechanism: mechanism)))
    }
}

// MARK: - TLS and the connection

extension SessionLog {
    func tlsEstablished(_ facts: TLSSessionFacts) {
        var fields = Self.fields(facts)
        if let subject = facts.clientSubject { fields.append(Field(.tlsClientSubject, subject)) }
        let fault = facts.clientCertificateFault.map { "; client certificate: \($0)" } ?? ""
        journal.record(.tlsEstablished, priority: .info, Self.text(facts) + fault, fields)
    }

    private func tlsFailed(_ reason: String, _ facts: TLSSessionFacts) {
        let versions = facts.offeredVersions.joined(separator: " ")
        let offered = ([versions] + facts.offeredLists).joined(separator: ", ")
        let offer = offered.isEmpty ? "" : "; the client offered \(offered)"
        let name = facts.serverName.map { ", and asked for \(logText($0))" } ?? ""
        journal.record(
            .tlsFailed, priority: .notice, reason + silence(facts) + offer + name,
            Self.fields(facts) + [Field(.tlsError, reason), Field(.tlsOffered, offered)])
    }

    /// What to say of a client that was to begin with TLS and has not begun at all.
    private func silence(_ facts: TLSSessionFacts) -> String {
        if facts.hasClientBegun { return "" }
        let cause =
            isTLSImplicit
            ? ", as from a client that waits for a greeting, as on a STARTTLS port" : ""
        return "; not one octet came\(cause)"
    }

    /// The connection, the handshake or TLS ended before the session did.
    mutating func lost(_ reason: String, _ facts: TLSSessionFacts?) {
        guard let facts else {
            if !recordProtocolError("connection lost: \(reason)") { untoldLoss = reason }
            return
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

    /// The deadline has passed, in the handshake or in what it led to if there are facts of one.
    func timedOut(_ facts: TLSSessionFacts?) {
        var text = "the deadline has passed"
        if let facts { text += silence(facts) }
        journal.record(.timeout, priority: .notice, text)
    }
}

// MARK: - Messages

extension SessionLog {
    mutating func stored(
        _ message: StoredMessage, _ envelope: Envelope, _ findings: FindingSet,
        _ login: DeliveryHeader.Login?
    ) {
        messagesStored += 1
        let octets = UInt64(message.octets)
        journal.record(
            .messageStored, priority: .info,
            Self.text(message, envelope, findings),
            [Field(.maildirFile, message.fileName), Field(.findings, findings.text)]
                + (login.map(Self.fields) ?? []) + Self.fields(envelope, octets: octets))
    }

    mutating func storingFailed(_ error: MaildirError) {
        journal.record(.storageError, priority: .error, error.description)
    }
}
