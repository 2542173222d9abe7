/// What a session has seen that its operator may want to know.
package enum Incident: Equatable, Sendable {
    /// A command line without its line end, as it came but for credentials. Reported only when
    /// asked for.
    case commandReceived([UInt8])
    /// A command was refused.
    case commandRejected(Reply)
    /// The octets of a message, or of a chunk of it, were read to their end, and the message was
    /// refused. So many octets had come until then, counted as in RFC 1870 §3.
    case messageRejected(Reply, Envelope, octets: UInt64)
    /// A message was acknowledged and is not stored, as each of its recipients is to be dropped.
    case messageDropped(Envelope, octets: UInt64)
    /// So many octets stood behind STARTTLS in plaintext (CVE-2011-0411).
    case startTLSInjection(octets: Int)
}
