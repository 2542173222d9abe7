internal import Notation

/// The first word of a command, with the facts about it that do not depend on the session.
enum Verb: Keyword, Sendable, CaseIterable {
    case auth = "AUTH"
    case bdat = "BDAT"
    case data = "DATA"
    case ehlo = "EHLO"
    case expn = "EXPN"
    case helo = "HELO"
    case help = "HELP"
    case mail = "MAIL"
    case noop = "NOOP"
    case quit = "QUIT"
    case rcpt = "RCPT"
    case rset = "RSET"
    case starttls = "STARTTLS"
    case vrfy = "VRFY"

    /// The verb that a command line begins with, in letters of either case, or nil for any other.
    init?(of line: ArraySlice<UInt8>) {
        guard let word = Keyword(line.prefix { !$0.isBlank }) else { return nil }
        self.init(rawValue: word)
    }

    /// May be used while TLS is required and not yet in use. RFC 3207 §4.
    var isAllowedBeforeTLS: Bool {
        switch self {
        case .noop, .ehlo, .starttls, .quit: true
        default: false
        }
    }

    /// The client has to wait for the reply before it sends anything more. RFC 2920 §3.1, and
    /// RFC 4954 §4 for AUTH; STARTTLS is a matter of its own, as nothing behind it is ever run.
    var endsPipelineGroup: Bool {
        switch self {
        case .auth, .data, .ehlo, .expn, .helo, .noop, .quit, .vrfy: true
        default: false
        }
    }

    /// Announces octets that are no command lines, whether or not it is accepted.
    var hasPayload: Bool { self == .bdat }

    /// Counts towards the commands that a session may spend without sending a message.
    var countsTowardsCommandLimit: Bool {
        switch self {
        case .rcpt, .data, .bdat, .auth: false
        default: true
        }
    }
}
