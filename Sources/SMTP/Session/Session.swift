/// One SMTP session as a server sees it: octets in, actions out, and no I/O of its own.
///
/// Push what was read by `receive(_:)`, then pull by `next()` and carry out each action until it
/// returns nil, which means: send the pending replies and read on. What an action came to is told by
/// the events (`tlsEstablished()`, `messageStored(as:)`, …). How the octets were cut into calls makes
/// no difference to what comes out.
package struct Session: Sendable {
    let configuration: Configuration
    var state: State = .connected
    /// TLS is in use.
    var isProtected = false
    /// The mechanisms of AUTH that are offered as things stand, by name, the strongest first.
    var mechanisms: [String]
    /// AUTH has succeeded.
    package internal(set) var isAuthenticated = false
    /// Actions that `next()` has still to hand out.
    var pending: [Action] = []
    var input = InputBuffer()
    /// What ends the lines of a message, once the first command line has shown it.
    var lineDiscipline: LineDiscipline?
    var offer = STARTTLSOffer.undecided
    /// The last verb was AUTH, so a line without one may be a response to it.
    var mayBeResponse = false
    /// What was noticed about the session so far; a handshake does not make us forget it.
    var sessionFindings = FindingSet()
    /// What was noticed about the messages that were stored, and about envelopes before this one.
    var messageFindings = FindingSet()
    /// What was noticed about the envelope since MAIL, and in commands that were refused since.
    var envelopeFindings = FindingSet()
    /// STARTTLS has succeeded, and no command has shown yet whether the client begins anew.
    var isFreshFromSTARTTLS = false
    private var errorsInARow = 0
    private var commandsWithoutMessage = 0
    private var patientReplies = 0
    /// Octets of message data since they last earned the client another deadline.
    var octetsSinceDeadline = 0
    /// Counts what earns the client another deadline: each complete command line, and each
    /// `Limits.octetsPerDeadline` of data. Whoever keeps the time looks whether it has changed.
    package internal(set) var deadlineRenewals = 0

    package init(_ configuration: Configuration) {
        self.configuration = configuration
        mechanisms = configuration.plaintextMechanisms
        if configuration.tls == .implicit {
            state = .negotiatingTLS
            pending.append(.startTLS)
        } else {
            greet()
        }
    }

    var limits: Limits { configuration.limits }

    /// Takes octets that the client sent. Pull `next()` until it is nil before the next call.
    ///
    /// Octets that come before the end of a handshake, or behind the end of the session, are dropped:
    /// RFC 3207 §6 and CVE-2011-0411, nothing said in plaintext may be taken for a part of TLS.
    package mutating func receive(_ octets: Span<UInt8>) {
        switch state {
        case .negotiatingTLS, .closed: break
        default: input.append(octets)
        }
    }

    /// The next thing to be done, or nil when there is nothing more to be had from the octets so
    /// far.
    package mutating func next() -> Action? {
        while pending.isEmpty {
            guard step() else { return nil }
        }
        return pending.removeFirst()
    }

    /// Gets on with the input by one command, chunk or stretch of data; false if it cannot.
    private mutating func step() -> Bool {
        switch state {
        case .connected, .ready, .transaction, .betweenChunks, .refusingChunks:
            return takeCommandLine()
        case .data(let message):
            return takeData(message)
        case .chunk(let message, let remaining, let isLast):
            return takeChunk(message, remaining: remaining, isLast: isLast)
        case .skippingChunk(let remaining, let reply, let next):
            return skipChunk(remaining: remaining, reply, then: next)
        case .awaitingResponse(let client):
            return takeResponse(client)
        case .asking, .checkingRecipient, .storing, .authenticating, .negotiatingTLS, .closed:
            return false
        }
    }
}

// MARK: - Replies

extension Session {
    mutating func greet() {
        let reply = Reply.greeting(hostname: configuration.hostname, label: configuration.label)
        take(.enter(.connected, saying: reply), unlessFailingAt: .connection)
    }

    /// Sends a reply without counting it towards any limit.
    mutating func send(_ reply: Reply) {
        pending.append(.reply(reply))
    }

    /// Answers a command or a message, and ends the session if that was one too many.
    mutating func answer(_ reply: Reply) {
        send(reply)
        if !reply.isError {
            forgetErrors()
        } else if countsAsError(reply) {
            errorsInARow += 1
        }
        if errorsInARow >= limits.errorsInARow {
            refuseAndClose(.tooManyErrors)
        } else if commandsWithoutMessage >= limits.commandsWithoutMessage {
            refuseAndClose(.tooManyCommands)
        }
    }

    /// All 4yz and 5yz replies do but 452, which only asks for patience, until there were too many.
    private mutating func countsAsError(_ reply: Reply) -> Bool {
        if reply.code == 452 { patientReplies += 1 }
        return reply.code != 452 || patientReplies > limits.patientReplies
    }

    /// Answers a command with a failure, and tells the log of it.
    mutating func refuse(_ reply: Reply, to command: RefusedCommand? = nil) {
        pending.append(.report(.commandRejected(reply, command)))
        answer(reply)
    }

    mutating func refuseAndClose(_ reply: Reply, to command: RefusedCommand? = nil) {
        pending.append(.report(.commandRejected(reply, command)))
        close(saying: reply)
    }

    mutating func close(saying reply: Reply? = nil, afterQUIT: Bool = false) {
        abandonMessage()
        if let reply { send(reply) }
        input = InputBuffer()
        state = .closed(afterQUIT: afterQUIT)
        pending.append(.close)
    }

    mutating func countCommand(_ verb: Verb?) {
        if verb?.countsTowardsCommandLimit ?? true { commandsWithoutMessage += 1 }
    }

    mutating func forgetCommandCount() {
        commandsWithoutMessage = 0
    }

    mutating func forgetErrors() {
        errorsInARow = 0
    }
}
