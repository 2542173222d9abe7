/// What a session has seen that its operator may want to know.
package enum Incident: Equatable, Sendable {
    /// A command line without its line end, as it came but for credentials. Reported only when
    /// asked for.
    case commandReceived([UInt8])
    /// A command was refused: which one, where the reply is to one and it was read at all.
    case commandRejected(Reply, RefusedCommand?)
    /// The octets of a message, or of a chunk of it, were read to their end, and the message was
    /// refused. So many octets had come until then, counted as in RFC 1870 §3.
    case messageRejected(Reply, Envelope, octets: UInt64)
    /// A message was acknowledged and is not stored, as each of its recipients is to be dropped.
    case messageDropped(Envelope, octets: UInt64)
    /// A TLS record came where a command was expected; the client was answered and is turned away.
    case tlsWithoutSTARTTLS
    /// So many octets stood behind STARTTLS in plaintext (CVE-2011-0411).
    case startTLSInjection(octets: Int)
}

/// What the log may tell of a command that was refused: nothing that could be a credential.
package enum RefusedCommand: Equatable, Sendable {
    /// A line that begins with no verb that we know; of its text nothing is told.
    case unknown
    /// The address stands without brackets, and is nil where it could not be read.
    case mail(from: String?)
    case rcpt(to: String?)
    /// Any other, by its verb alone.
    case other(verb: String)

    init(_ verb: Verb) {
        self = .other(verb: verb.rawValue.text)
    }

    /// Reads once more what was refused, since a command may be refused before it is read.
    init(_ line: ArraySlice<UInt8>, _ verb: Verb?, _ limits: Limits) {
        var parser = CommandParser(line)
        parser.takeVerb()
        switch verb {
        case nil: self = .unknown
        case .mail: self = .mail(from: try? parser.sender(limits).text)
        case .rcpt: self = .rcpt(to: try? parser.recipient(limits).text)
        case let verb?: self.init(verb)
        }
    }
}
