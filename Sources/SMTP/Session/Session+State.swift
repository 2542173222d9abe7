extension Session {
    /// Where the dialogue stands: what the next octets are, or which answer is waited for.
    enum State: Equatable, Sendable {
        /// Nobody has said EHLO or HELO, in plaintext or since the handshake.
        case connected
        case ready(Client)
        case transaction(Client, Envelope)
        /// A step waits for `permitted()`; if `refused(with:)` comes instead, the state is the one
        /// before.
        indirect case asking(Step, at: ChaosPoint, from: State)
        /// RCPT waits for `recipientChecked(isAllowed:)`.
        case checkingRecipient(Client, Envelope, ForwardPath, requests: [String])
        /// The octets behind DATA.
        case data(IncomingMessage)
        /// The octets behind BDAT: so many to come.
        case chunk(IncomingMessage, remaining: UInt64, isLast: Bool)
        /// Between two chunks of a message.
        case betweenChunks(IncomingMessage)
        /// The octets behind a BDAT that is refused: so many to skip, then the reply and the state
        /// behind it.
        indirect case skippingChunk(remaining: UInt64, Reply, then: State)
        /// A chunk was refused, so every further one gets the same reply; LAST and RSET lead back.
        indirect case refusingChunks(Reply, before: State)
        /// The message has come whole and waits for `messageStored(as:)`.
        case storing(IncomingMessage)
        /// AUTH waits for `authenticationChallenged(with:)` or the end of the exchange.
        case authenticating(Client)
        /// The line with the response to a challenge of AUTH.
        case awaitingResponse(Client)
        case negotiatingTLS
        /// The session is over, by the client's QUIT or else by us or the end of the connection.
        case closed(afterQUIT: Bool)
    }

    /// What a command comes to once it is known that no failure on purpose takes its place.
    enum Step: Equatable, Sendable {
        case enter(State, saying: Reply)
        /// EHLO, which begins anew.
        case hello(Client)
        /// The reply to EHLO, whose lines are known only then.
        case offers(Client)
        /// STARTTLS, of which it is not known yet whether it is stripped.
        case offeredTLS
        case startTLS
        /// DATA, which is answered by 354.
        case data(Client, Envelope)
    }
}

extension Session.State {
    /// Who has said EHLO or HELO, if no more is under way than a transaction.
    var client: Client? {
        switch self {
        case .ready(let client), .transaction(let client, _): client
        case .betweenChunks(let message): message.client
        case .refusingChunks(_, let before): before.client
        default: nil
        }
    }

    /// The message that is under way.
    var message: IncomingMessage? {
        switch self {
        case .data(let message), .chunk(let message, _, _), .betweenChunks(let message),
            .storing(let message):
            message
        case .asking(_, _, let before): before.message
        default: nil
        }
    }
}
