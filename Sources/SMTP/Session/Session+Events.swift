// What became of the actions, and what happened to the connection. An event that the state of the
// session does not ask for changes nothing.

extension Session {
    /// Why a message could not be stored.
    package enum StorageFailure: Equatable, Sendable {
        /// The disk or the quota is used up: there may be room later.
        case full
        case other
    }

    /// The handshake is done. RFC 3207 §4.2: nothing the client said before it counts any more.
    ///
    /// - Parameters:
    ///   - isOutdated: Whether the TLS version agreed on is older than 1.2. RFC 8996 §2 has done
    ///     away with these.
    ///   - isServerNamed: Whether the client told which server it means to talk to (SNI).
    ///   - mechanisms: Those of AUTH that are offered from now on.
    package mutating func tlsEstablished(
        isOutdated: Bool = false, isServerNamed: Bool = true, mechanisms: [String] = []
    ) {
        guard state == .negotiatingTLS else { return }
        isProtected = true
        noteHandshake(isOutdated: isOutdated, isServerNamed: isServerNamed)
        self.mechanisms = mechanisms
        isAuthenticated = false
        state = .connected
        lineDiscipline = nil
        deadlineRenewals += 1
        if configuration.tls == .implicit { greet() }
    }

    /// The recipient of the last RCPT is wanted, or is not.
    package mutating func recipientChecked(isAllowed: Bool) {
        guard case .checkingRecipient(let client, var envelope, let path, let requests) = state
        else { return }
        if isAllowed {
            envelope.accept(path, requests)
        } else if configuration.recipients == .checkedDroppingOthers {
            envelope.droppedPaths.append(path)
        }
        state = .transaction(client, envelope)
        if isAllowed || configuration.recipients == .checkedDroppingOthers {
            answer(.recipientOk)
        } else {
            refuse(.recipientNotAllowed, to: .rcpt(to: path.text))
        }
    }

    /// The envelope of the message that is under way, if one is.
    package var envelope: Envelope? { state.message?.envelope }

    /// The message is durable under this name, or there was nothing to be stored: each of its
    /// recipients is to be dropped.
    package mutating func messageStored(as name: String?) {
        guard case .storing(let message) = state else { return }
        guard let name else { return dropMessage(message) }
        let findings = findings
        messageFindings.formUnion(message.findings)
        state = .ready(message.client)
        forgetCommandCount()
        take(
            .enter(state, saying: .stored(as: name, findings)), unlessFailingAt: .stored,
            addresses: message.envelope.recipients)
    }

    /// The message could not be begun, extended or made durable. The rest of it is read and dropped.
    package mutating func storingFailed(_ failure: StorageFailure) {
        let verdict: Reply =
            switch failure {
            case .full: .storageFull
            case .other: .storageError
            }
        switch state {
        case .storing(let message):
            state = .ready(message.client)
            rejectMessage(verdict, message)
        case .data(var message):
            message.reject(verdict)
            state = .data(message)
        case .chunk(var message, let remaining, let isLast):
            message.reject(verdict)
            state = .chunk(message, remaining: remaining, isLast: isLast)
        default:
            return
        }
    }

    /// The deadline has passed. Between the 220 to STARTTLS and TLS nothing can be said.
    package mutating func timedOut() {
        end(saying: .timeout)
    }

    /// The operator wants the process to end.
    package mutating func terminated() {
        end(saying: .shuttingDown)
    }

    /// There is nobody left to talk to. It may be told once more of a session that is over, when
    /// the client's side of the connection has ended, too.
    package mutating func disconnected(_ ending: Ending = .orderly) {
        noteEnding(ending)
        end(saying: nil)
    }

    private mutating func end(saying reply: Reply?) {
        switch state {
        case .closed: return
        case .negotiatingTLS:
            pending.removeAll()
            close()
        default:
            pending.removeAll()
            close(saying: reply)
        }
    }
}
