/// What a session wants done, in the order in which it has to happen.
///
/// Plain data: it tells what, never how, so that a test can compare it. To `ask`, `checkRecipient`,
/// `beginAuthentication`, `continueAuthentication` and `commitMessage` a failure on purpose is an
/// answer, too: `refused(with:)`.
package enum Action: Equatable, Sendable {
    /// Append the reply to what is to be sent. It need not leave before `next()` returns nil.
    case reply(Reply)
    /// Send what is pending, shake hands, then tell `tlsEstablished()` or end the session silently.
    case startTLS
    /// Tell `permitted()`, or `refused(with:)` if a failure is wanted here. The addresses are that
    /// of the sender, or those of the message's recipients, without brackets.
    case ask(ChaosPoint, addresses: [String])
    /// Look whether mail for the address is wanted, then tell `recipientChecked(isAllowed:)`.
    case checkRecipient(ForwardPath)
    /// Begin an exchange of SASL, then tell `authenticationChallenged(with:)`,
    /// `authenticationSucceeded()` or `authenticationFailed()`. The initial response is nil where the
    /// client sent none.
    case beginAuthentication(mechanism: String, initialResponse: [UInt8]?)
    /// Go on with the client's response to the last challenge, and tell the same.
    case continueAuthentication(response: [UInt8])
    /// Forget the exchange: the client has cancelled it, or sent what is no response.
    case abandonAuthentication
    /// Open a message for the envelope, from this client; if that fails tell `storingFailed(_:)`.
    case beginMessage(Client, Envelope)
    /// Add octets to the message; if that fails tell `storingFailed(_:)`.
    case appendMessage([UInt8])
    /// Make the message durable, if one was opened, then tell `messageStored(as:)` or
    /// `storingFailed(_:)`.
    case commitMessage
    /// Remove every trace of the message.
    case abandonMessage
    /// Note something for the log that only the session knows.
    case report(Incident)
    /// Send what is pending and end the connection; nothing comes after it.
    case close
}
