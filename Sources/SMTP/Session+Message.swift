// The octets of a message: DATA (RFC 5321 §4.1.1.4) and BDAT (RFC 3030 §2).

extension Session {
    mutating func beginData(_ client: Client, _ envelope: Envelope) {
        let transfer = MessageTransfer(client, envelope, lineDiscipline ?? .crlf)
        stretchOctets = 0
        state = .data(transfer)
        if transfer.isStored { pending.append(.beginMessage(client, envelope)) }
        // RFC 5321 §4.1.1.4: a failure known already is told behind the data, not instead of them,
        // as a pipelining client may have sent them.
        answer(.startMailInput)
    }

    /// Takes the octets behind DATA, and ends the message once they are stored; false if there are
    /// none.
    mutating func takeData(_ transfer: MessageTransfer) -> Bool {
        if transfer.isEnded {
            endMessage(transfer)
            return true
        }
        guard input.count > 0 else { return false }
        var transfer = transfer
        let wasStored = transfer.isStored
        let (stored, consumed) = transfer.take(input.rest, configuration)
        input.consume(consumed)
        earnMilestone(consumed)
        store(stored, transfer, wasStored: wasStored)
        state = .data(transfer)
        return true
    }

    /// Hands on what is to be stored, or gives the message up if it has just been refused.
    private mutating func store(_ octets: [UInt8], _ transfer: MessageTransfer, wasStored: Bool) {
        if transfer.isStored {
            if !octets.isEmpty { pending.append(.appendMessage(octets)) }
        } else if wasStored {
            pending.append(.abandonMessage)
        }
    }

    /// RFC 5321 §4.1.1.4: whatever the answer to the end of the data, the transaction is over.
    private mutating func endMessage(_ transfer: MessageTransfer) {
        milestones += 1
        if transfer.verdict == nil, consultChaos(.message(transfer)) { return }
        finishMessage(transfer)
    }

    mutating func finishMessage(_ transfer: MessageTransfer) {
        if let verdict = transfer.verdict {
            state = .ready(transfer.client)
            rejectMessage(verdict, transfer)
        } else if transfer.isStored {
            state = .storing(transfer)
            pending.append(.commitMessage)
        } else {
            state = .ready(transfer.client)
            pending.append(.report(.messageDropped(transfer.envelope, octets: transfer.octets)))
            forgetCommandCount()
            answer(.queuedNowhere)
        }
    }

    mutating func rejectMessage(_ verdict: Reply, _ transfer: MessageTransfer) {
        pending.append(
            .report(.messageRejected(verdict, transfer.envelope, octets: transfer.octets)))
        answer(verdict)
    }

    /// Gives up a message that is under way, if there is one.
    mutating func abandonMessage() {
        switch state {
        case .data(let transfer), .chunk(let transfer, _, _), .betweenChunks(let transfer):
            if transfer.isStored { pending.append(.abandonMessage) }
        default:
            break
        }
    }

    /// Counts octets of a message, or of what is dropped instead of one, towards the next stretch.
    mutating func earnMilestone(_ octets: Int) {
        stretchOctets += octets
        milestones += stretchOctets / limits.dataStretchOctets
        stretchOctets %= limits.dataStretchOctets
    }
}

// MARK: - Chunks

extension Session {
    /// A BDAT that could be read: takes its payload as part of a message, or drops it because of
    /// `refusal` or because it cannot be part of one.
    mutating func beginChunk(octets: UInt64, isLast: Bool, refusal: Reply?) {
        do throws(Reply) {
            if let refusal { throw refusal }
            if let chunkVerdict { throw chunkVerdict }
            var transfer = try transferForChunk()
            if let limit = limits.messageOctets,
                octets > limit.subtractingSaturating(transfer.octets)
            {
                if transfer.isStored, case .betweenChunks = state {
                    pending.append(.abandonMessage)
                }
                transfer.reject(.messageTooLarge)
            } else if transfer.isStored, case .transaction = state {
                pending.append(.beginMessage(transfer.client, transfer.envelope))
            }
            state = .chunk(transfer, remaining: octets, isLast: isLast)
        } catch {
            let isInSequence = chunkVerdict != nil || isInTransaction
            refusedChunk = RefusedChunk(
                remaining: octets, reply: error, endsSequence: isLast || !isInSequence)
        }
    }

    private var isInTransaction: Bool {
        if case .transaction = state { true } else { false }
    }

    /// The message that a chunk is a part of.
    private func transferForChunk() throws(Reply) -> MessageTransfer {
        if case .betweenChunks(let transfer) = state { return transfer }
        let (client, envelope) = try openTransaction()
        if envelope.acceptedRecipients == 0 { throw .recipientFirst }
        return MessageTransfer(client, envelope, lineDiscipline ?? .crlf, isCounted: true)
    }

    /// Takes octets of a chunk, or answers it once they are stored; false if more are needed.
    mutating func takeChunk(
        _ transfer: MessageTransfer, remaining: UInt64, isLast: Bool
    ) -> Bool {
        if remaining == 0, transfer.isEnded || !isLast {
            endChunk(transfer, isLast: isLast)
            return true
        }
        if remaining > 0, input.count == 0 { return false }
        var transfer = transfer
        let wasStored = transfer.isStored
        let part = input.rest.prefix(Int(clamping: remaining))
        input.consume(part.count)
        earnMilestone(part.count)
        var (stored, _) = transfer.take(part, configuration)
        let left = remaining - UInt64(part.count)
        if left == 0, isLast { stored += transfer.finish(configuration) }
        store(stored, transfer, wasStored: wasStored)
        state = .chunk(transfer, remaining: left, isLast: isLast)
        return true
    }

    private mutating func endChunk(_ transfer: MessageTransfer, isLast: Bool) {
        if isLast { return endMessage(transfer) }
        milestones += 1
        guard let verdict = transfer.verdict else {
            state = .betweenChunks(transfer)
            return answer(.ok)
        }
        // RFC 3030 §2: after a failure every chunk fails until the client begins anew.
        state = .ready(transfer.client)
        chunkVerdict = verdict
        rejectMessage(verdict, transfer)
    }

    /// Drops the payload of a refused BDAT, and answers when it has come whole; false if not yet.
    mutating func skipRefusedChunk() -> Bool {
        guard var chunk = refusedChunk else { return false }
        if chunk.remaining > 0, input.count == 0 { return false }
        let count = input.rest.prefix(Int(clamping: chunk.remaining)).count
        input.consume(count)
        earnMilestone(count)
        chunk.remaining -= UInt64(count)
        guard chunk.remaining == 0 else {
            refusedChunk = chunk
            return true
        }
        refusedChunk = nil
        milestones += 1
        chunkVerdict = chunk.endsSequence ? nil : chunk.reply
        refuse(chunk.reply)
        return true
    }
}

extension UInt64 {
    fileprivate func subtractingSaturating(_ other: UInt64) -> UInt64 {
        self >= other ? self - other : 0
    }
}
