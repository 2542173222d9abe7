/// What ends a line of the data in a session.
///
/// The first command line of the client fixes it, after the greeting and again after the handshake.
/// Later ones, which might come out of a message that a relay passes on, cannot change it
/// (CVE-2023-51764).
enum LineDiscipline: Equatable, Sendable {
    /// CRLF and nothing else; a CR or LF by itself is content. RFC 5321 §2.3.8.
    case crlf
    /// LF, with or without a CR before it, as a person at a keyboard sends it.
    case lf

    init(firstLineEndsInCRLF: Bool) {
        self = firstLineEndsInCRLF ? .crlf : .lf
    }
}
