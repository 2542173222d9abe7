/// What a transaction has gathered before the message itself. RFC 5321 §2.3.1.
package struct Envelope: Equatable, Sendable {
    package var reversePath: ReversePath
    /// The recipients that the message is stored for, in the order they were given.
    package var forwardPaths: [ForwardPath] = []
    /// Recipients that were answered like the others and then dropped.
    package var droppedPaths: [ForwardPath] = []
    /// The client asked for SMTPUTF8 in this transaction. RFC 6531 §3.4.
    package var usesSMTPUTF8 = false
    /// The client said BODY=8BITMIME. RFC 6152 §3.
    package var isEightBit = false
    /// The octets that the client said the message would have (SIZE), if it did. RFC 1870 §6
    package var declaredOctets: UInt64?
    /// What the client asked for by DSN and REQUIRETLS, as words in the form of parameters: those of
    /// MAIL, then for each recipient that has some its address in angle brackets, and those of RCPT.
    package var requests: [String] = []

    /// The addresses of all that RCPT was answered with 250 for, without brackets.
    package var recipients: [String] { (forwardPaths + droppedPaths).map { $0.text } }

    /// How many RCPT commands were answered with 250.
    var acceptedRecipients: Int { forwardPaths.count + droppedPaths.count }

    /// Adds a recipient that the message is stored for, and what was asked for with it.
    mutating func accept(_ path: ForwardPath, _ requests: [String]) {
        forwardPaths.append(path)
        if !requests.isEmpty { self.requests += ["<\(path.text)>"] + requests }
    }

    package init(reversePath: ReversePath) {
        self.reversePath = reversePath
    }
}
