/// One SMTP session as a server sees it: octets in, actions out, and no I/O of its own.
///
/// Push what was read by `receive(_:)`, then pull by `next()` and carry out each action until it
/// returns nil, which means: send the pending replies and read on. What an action came to is told by
/// the events (`tlsEstablished()`, `messageStored(as:)`, …). How the octets were cut into calls makes
/// no difference to what comes out.
package struct Session: Sendable {
    /// Where the dialogue stands.
    enum State: Equatable, Sendable {
        /// Nobody has said EHLO or HELO, in plaintext or since the handshake.
        case connected
        case ready(Client)
        case transaction(Client, Envelope)
        /// RCPT waits for `recipientChecked(isAllowed:)`.
        case checkingRecipient(Client, Envelope, ForwardPath)
        /// The octets behind DATA.
        case data(MessageTransfer)
        /// The octets behind BDAT: so many to come.
        case chunk(MessageTransfer, remaining: UInt64, isLast: Bool)
        /// Between two chunks of a message.
        case betweenChunks(MessageTransfer)
        /// The message is complete and waits for `messageStored(as:)`.
        case storing(MessageTransfer)
        /// AUTH waits for `authenticationChallenged(with:)` or the end of the exchange.
        case authenticating(Client)
        /// The line with the response to a challenge of AUTH.
        case awaitingResponse(Client)
        case negotiatingTLS
        case closed
    }

    let configuration: Configuration
    var state: State = .connected
    /// TLS is in use.
    var isProtected = false
    /// The mechanisms of AUTH that are offered as things stand, by name, the strongest first.
    var mechanisms: [String]
    /// AUTH has succeeded.
    var isAuthenticated = false
    /// Actions that `next()` has still to hand out.
    var pending: [Action] = []
    var input = InputBuffer()
    /// What ends the lines of a message, once the first command line has shown it.
    var lineDiscipline: DataDecoder.LineDiscipline?
    /// A command or a message that waits for `chaosDecided(_:)`.
    var consultation: Consultation?
    var offer = STARTTLSOffer.undecided
    /// The payload of a BDAT that was refused: so many octets to skip, and what to answer then.
    var refusedChunk: RefusedChunk?
    /// What every BDAT gets since one was refused, until LAST or RSET.
    var chunkVerdict: Reply?
    /// The last verb was AUTH, so a line without one may be a response to it.
    var mayBeResponse = false
    /// What was noticed about the session so far; a handshake does not make us forget it.
    var sessionFindings = FindingSet()
    /// What was noticed about the messages that were stored.
    var messageFindings = FindingSet()
    /// STARTTLS has succeeded, and no command has shown yet whether the client begins anew.
    var isFreshFromSTARTTLS = false
    private var errorsInARow = 0
    private var commandsWithoutMessage = 0
    /// Octets of message data since the last full stretch of them.
    var stretchOctets = 0
    /// Grows with each complete command line and each full stretch of data, so whoever keeps the
    /// time gives the client another deadline when it has changed.
    package internal(set) var milestones = 0

    struct RefusedChunk: Equatable, Sendable {
        var remaining: UInt64
        let reply: Reply
        let endsSequence: Bool
    }

    package init(_ configuration: Configuration) {
        self.configuration = configuration
        mechanisms = configuration.plaintextMechanisms
        if configuration.tls == .implicit {
            state = .negotiatingTLS
            negotiateTLS()
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
        if consultation != nil { return false }
        if refusedChunk != nil { return skipRefusedChunk() }
        switch state {
        case .connected, .ready, .transaction, .betweenChunks:
            return takeCommandLine()
        case .data(let transfer):
            return takeData(transfer)
        case .chunk(let transfer, let remaining, let isLast):
            return takeChunk(transfer, remaining: remaining, isLast: isLast)
        case .awaitingResponse(let client):
            return takeResponse(client)
        case .checkingRecipient, .storing, .authenticating, .negotiatingTLS, .closed:
            return false
        }
    }
}

// MARK: - Replies

extension Session {
    mutating func greet() {
        if !consultChaos(.greeting) { sendGreeting() }
    }

    mutating func sendGreeting() {
        send(.greeting(hostname: configuration.hostname, label: configuration.label))
    }

    /// Sends a reply that the limits on commands have no say in.
    mutating func send(_ reply: Reply) {
        pending.append(.reply(reply))
    }

    /// Answers a command or a message, and ends the session if that was one too many.
    mutating func answer(_ reply: Reply) {
        send(reply)
        if !reply.isError {
            forgetErrors()
        } else if reply.countsAsError {
            errorsInARow += 1
        }
        if errorsInARow >= limits.errorsInARow {
            refuseAndClose(.tooManyErrors)
        } else if commandsWithoutMessage >= limits.commandsWithoutMessage {
            refuseAndClose(.tooManyCommands)
        }
    }

    mutating func refuse(_ reply: Reply) {
        pending.append(.report(.commandRejected(reply)))
        answer(reply)
    }

    mutating func refuseAndClose(_ reply: Reply) {
        pending.append(.report(.commandRejected(reply)))
        close(saying: reply)
    }

    mutating func close(saying reply: Reply? = nil) {
        abandonMessage()
        if let reply { send(reply) }
        refusedChunk = nil
        consultation = nil
        input = InputBuffer()
        state = .closed
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
