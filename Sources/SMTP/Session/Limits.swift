/// The numbers that bound what a client can make a session do.
package struct Limits: Equatable, Sendable {
    /// The longest command line in octets, its line end included.
    ///
    /// RFC 5321 §4.5.3.1.4 asks for 512 at least; extensions add to that, so we take four times it.
    package var commandLineOctets = 2048
    /// The same for AUTH. RFC 4954 §4: 12,288 octets, as a SASL response travels in the line.
    package var authLineOctets = 12288
    /// The longest line that is read to its end to be refused; a longer one ends the session.
    package var droppedLineOctets = 65536
    /// The longest address in octets, without its angle brackets: so many that the lines which our
    /// own header has for it keep to 998 octets (RFC 5322 §2.1.1).
    package var addressOctets = 900
    /// Recipients of one message. RFC 5321 §4.5.3.1.8: 100 at least.
    package var recipients = 100
    /// Octets of one message as RFC 1870 §3 counts them, or nil where there is no limit.
    package var messageOctets: UInt64? = 50 << 20
    /// Error replies in a row, the last of which ends the session.
    package var errorsInARow = 20
    /// Replies with 452 in a session that do not count as errors, since they only ask for patience.
    package var patientReplies = 1000
    /// Commands without a message between them, the last of which ends the session.
    package var commandsWithoutMessage = 100
    /// Octets of message data that earn the client another deadline.
    package var octetsPerDeadline = 10240

    package init() {}
}
