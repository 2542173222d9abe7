// The octets of a message: DATA (RFC 5321 §4.1.1.4) and BDAT (RFC 3030 §2).

extension Session {
    mutating func beginData(_ client: Client, _ envelope: Envelope) {
        let message = IncomingMessage(client, envelope, lineDiscipline ?? .crlf)
        octetsSinceDeadline = 0
        state = .data(message)
        if message.isStored { pending.append(.beginMessage(client, envelope)) }
        // RFC 5321 §4.1.1.4: a failure known already is told behind the data, not instead of them,
        // as a pipelining client may have sent them.
        answer(.startMailInput)
    }

    /// Takes the octets behind DATA, and ends the message once they are stored; false if there are
    /// none.
    mutating func takeData(_ message: IncomingMessage) -> Bool {
        if message.isEnded {
            notePipelining(behindPayloadOf: message.client)
            endMessage(message)
            return true
        }
        guard input.count > 0 else { return false }
        var message = message
        let wasStored = message.isStored
        let (stored, consumed) = message.take(input.rest, configuration)
        input.consume(consumed)
        countTowardsDeadline(consumed)
        store(stored, message, wasStored: wasStored)
        state = .data(message)
        return true
    }

    /// Hands on what is to be stored, or gives the message up if it has just been refused.
    private mutating func store(_ octets: [UInt8], _ message: IncomingMessage, wasStored: Bool) {
        if message.isStored {
            if !octets.isEmpty { pending.append(.appendMessage(octets)) }
        } else if wasStored {
            pending.append(.abandonMessage)
        }
    }

    /// RFC 5321 §4.1.1.4: whatever the answer to the end of the data, the transaction is over.
    private mutating func endMessage(_ message: IncomingMessage) {
        deadlineRenewals += 1
        if let verdict = message.verdict {
            state = .ready(message.client)
            rejectMessage(verdict, message)
        } else if message.isStored || configuration.chaos.contains(.data) {
            state = .storing(message)
            pending.append(.commitMessage)
        } else {
            dropMessage(message)
        }
    }

    /// Acknowledges a message that nobody is to get.
    mutating func dropMessage(_ message: IncomingMessage) {
        state = .ready(message.client)
        pending.append(.report(.messageDropped(message.envelope, octets: message.octets)))
        forgetCommandCount()
        answer(.queuedNowhere)
    }

    mutating func rejectMessage(_ verdict: Reply, _ message: IncomingMessage) {
        report(messageRejected: verdict, message)
        answer(verdict)
    }

    mutating func report(messageRejected reply: Reply, _ message: IncomingMessage) {
        pending.append(.report(.messageRejected(reply, message.envelope, octets: message.octets)))
    }

    /// Gives up a message that is under way, if there is one.
    mutating func abandonMessage() {
        if state.message?.isStored == true { pending.append(.abandonMessage) }
    }

    /// Counts octets of a message, or of what is dropped instead of one: so many of them earn the
    /// client another deadline.
    mutating func countTowardsDeadline(_ octets: Int) {
        octetsSinceDeadline += octets
        deadlineRenewals += octetsSinceDeadline / limits.octetsPerDeadline
        octetsSinceDeadline %= limits.octetsPerDeadline
    }
}

// MARK: - Chunks

extension Session {
    /// A BDAT that could be read: takes its payload as part of a message, or drops it because of
    /// `refusal` or because it cannot be part of one.
    mutating func beginChunk(octets: UInt64, isLast: Bool, refusal: Reply?) {
        if let refusal {
            state = .skippingChunk(remaining: octets, refusal, then: state)
            return
        }
        do throws(Reply) {
            if case .refusingChunks(let reply, _) = state { throw reply }
            var message = try messageForChunk()
            if let limit = limits.messageOctets,
                octets > limit.subtractingSaturating(message.octets)
            {
                abandonMessage()
                message.reject(.messageTooLarge)
            } else if message.isStored, case .transaction = state {
                pending.append(.beginMessage(message.client, message.envelope))
            }
            state = .chunk(message, remaining: octets, isLast: isLast)
        } catch {
            state = .skippingChunk(
                remaining: octets, error, then: stateBehindRefusedChunk(error, isLast: isLast))
        }
    }

    /// RFC 3030 §2: after a failure every chunk of the message fails until the client begins anew.
    private func stateBehindRefusedChunk(_ reply: Reply, isLast: Bool) -> State {
        switch state {
        case .refusingChunks(_, let before) where isLast: before
        case .transaction where !isLast: .refusingChunks(reply, before: state)
        default: state
        }
    }

    /// The message that a chunk is a part of.
    private func messageForChunk() throws(Reply) -> IncomingMessage {
        if case .betweenChunks(let message) = state { return message }
        let (client, envelope) = try openTransaction()
        if envelope.acceptedRecipients == 0 { throw .recipientFirst }
        return IncomingMessage(client, envelope, lineDiscipline ?? .crlf, isCounted: true)
    }

    /// Takes octets of a chunk, or answers it once they are stored; false if more are needed.
    mutating func takeChunk(
        _ message: IncomingMessage, remaining: UInt64, isLast: Bool
    ) -> Bool {
        if remaining == 0, message.isEnded || !isLast {
            notePipelining(behindPayloadOf: message.client)
            endChunk(message, isLast: isLast)
            return true
        }
        if remaining > 0, input.count == 0 { return false }
        var message = message
        let wasStored = message.isStored
        let part = input.rest.prefix(Int(clamping: remaining))
        input.consume(part.count)
        countTowardsDeadline(part.count)
        var (stored, _) = message.take(part, configuration)
        let left = remaining - UInt64(part.count)
        if left == 0, isLast { stored += message.finish(configuration) }
        store(stored, message, wasStored: wasStored)
        state = .chunk(message, remaining: left, isLast: isLast)
        return true
    }

    private mutating func endChunk(_ message: IncomingMessage, isLast: Bool) {
        if isLast { return endMessage(message) }
        deadlineRenewals += 1
        guard let verdict = message.verdict else {
            state = .betweenChunks(message)
            return answer(.ok)
        }
        state = .refusingChunks(verdict, before: .ready(message.client))
        rejectMessage(verdict, message)
    }

    /// Drops the payload of a refused BDAT, and answers when it has come whole; false if not yet.
    mutating func skipChunk(remaining: UInt64, _ reply: Reply, then next: State) -> Bool {
        if remaining > 0, input.count == 0 { return false }
        let count = input.rest.prefix(Int(clamping: remaining)).count
        input.consume(count)
        countTowardsDeadline(count)
        let left = remaining - UInt64(count)
        if left > 0 {
            state = .skippingChunk(remaining: left, reply, then: next)
        } else {
            deadlineRenewals += 1
            state = next
            notePipelining(behindPayloadOf: next.client)
            refuse(reply, to: RefusedCommand(.bdat))
        }
        return true
    }
}

extension UInt64 {
    fileprivate func subtractingSaturating(_ other: UInt64) -> UInt64 {
        self >= other ? self - other : 0
    }
}
