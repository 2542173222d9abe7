/// Something that a client did and that a stricter server would mind.
///
/// Findings are always listed in the order of the cases.
package enum Finding: UInt32, CaseIterable, Sendable {
    // What was noticed about the session.

    /// In plaintext, where TLS is required or offered, came another command than EHLO, NOOP,
    /// STARTTLS and QUIT, known or not. AUTH is left to `authBeforeTLS`. RFC 3207 §4
    case commandBeforeTLS
    /// In plaintext, where TLS is required or offered, came AUTH, whatever it was answered: if
    /// there were credentials in it, anybody in between knows them now. RFC 4954 §4
    case authBeforeTLS
    /// The client said HELO, by which no extension can be used, STARTTLS included. RFC 5321 §2.2.1
    case helo
    /// The first command behind a STARTTLS handshake was neither EHLO nor HELO; NOOP and QUIT are
    /// let pass. RFC 3207 §4.2
    case noEHLOAfterTLS
    /// The name in an EHLO or HELO, in plaintext or not, was neither a host name with a dot in it
    /// nor a valid address literal. An address without its brackets is neither. RFC 5321 §4.1.1.1
    case ehloNotFQDN
    /// The client did not tell in the handshake which server it means to talk to. It cannot where
    /// it connects to an address and not to a name. RFC 6066 §3
    case noSNI
    /// The TLS version agreed on is older than 1.2. RFC 8996
    case oldTLS
    /// The connection ended without the client's having ended TLS by close_notify, be it before or
    /// after QUIT. Where the client does not end it within our patience, nothing is known.
    /// RFC 8446 §6.1
    case noCloseNotify
    /// The client ended the connection without QUIT; one that we ended, or that never got beyond a
    /// failed handshake, does not count. RFC 5321 §4.1.1.10
    case noQuit
    /// Octets were there before our greeting was sent. Not looked for with implicit TLS, where the
    /// client speaks first. RFC 5321 §3.1
    case earlyTalker
    /// A command line ended in LF without CR, be it in a session where all do. RFC 5321 §2.3.8
    case bareLFCommand
    /// A command line began with no verb that we know, an empty one included. Not counted is a
    /// line behind AUTH, which may be a response to it.
    case unknownCommand
    /// The client began TLS where a command was expected, without STARTTLS or behind one that was
    /// refused. What its ClientHello would have been as commands is no finding. RFC 3207 §2
    case tlsWithoutSTARTTLS
    /// Octets stood behind a command whose reply the client has to wait for, before that reply had
    /// left: `Verb.endsPipelineGroup` and the responses of AUTH, and any command or message of a
    /// client that has not been offered PIPELINING. RFC 2920 §3.1
    case improperPipelining
    /// MAIL came within TLS that had a certificate nobody can have verified: one made for this
    /// session alone, or out of its time. RFC 9525 §1.1, RFC 5280 §6.1.3
    case unverifiableCertificate
    /// A domain of HELO, EHLO, MAIL or RCPT has a label with an underscore. RFC 5321 §4.1.2
    case underscoreInDomain

    // What was noticed about the envelope of a message.

    /// A blank stood between the colon of MAIL FROM: or RCPT TO: and the address. RFC 5321 §3.3
    case spaceAfterColon
    /// An address has an encoded-word before its at sign: it was encoded as if it were the text of a
    /// header field. RFC 2047 §5
    case encodedWordAddress
    /// A local-part has more than 64 octets. RFC 5321 §4.5.3.1.1
    case longLocalPart

    // What was noticed about a message.

    /// An LF without a CR before it. In a session whose command lines end in LF it is a line end
    /// like any other, and not noted: `bareLFCommand` has told. RFC 5321 §2.3.8
    case bareLF
    /// A CR that neither LF nor CR LF follows. RFC 5321 §2.3.8
    case bareCR
    /// A line ended by CR CR LF, as where a line end was translated twice.
    case doubleCR
    /// An octet 0. RFC 5322 §2.2 has no place for one, RFC 5321 §4.5.2 neither.
    case nul
    /// A line of more than 998 octets, line end and stuffed dot not counted. RFC 5322 §2.1.1
    case longLine
    /// An octet beyond ASCII in the header, without SMTPUTF8 in MAIL. RFC 6532 §3
    case eightBitHeader
    /// An octet beyond ASCII behind the header, without BODY=8BITMIME in MAIL. RFC 6152 §3
    case undeclaredEightBit
    /// A line of DATA began with a dot that neither another dot nor the end of the data followed, so
    /// that the dot is lost. RFC 5321 §4.5.2
    case missingDotStuffing
    /// SIZE in MAIL was less than what came. RFC 1870 §6
    case wrongSize
    /// A field is there twice that may be there once. RFC 5322 §3.6
    case duplicateHeader
    /// A line of the header is no field, a field has blanks before its colon, or a Date or Message-ID
    /// cannot be read. RFC 5322 §2.2, §3.3 and §3.6.4
    case malformedHeader
    /// The header has no From field. RFC 5322 §3.6
    case missingFrom
    /// The header has no Date field. RFC 5322 §3.6
    case missingDate
    /// The header has no Message-ID field. RFC 5322 §3.6.4
    case missingMessageID
    /// The message does not begin with a header field; what it then lacks besides is not listed.
    case noHeader

    /// What replies, header fields and logs call it; a name never changes its meaning.
    package var name: String {
        switch self {
        case .commandBeforeTLS: "command-before-tls"
        case .authBeforeTLS: "auth-before-tls"
        case .helo: "helo"
        case .noEHLOAfterTLS: "no-ehlo-after-tls"
        case .ehloNotFQDN: "ehlo-not-fqdn"
        case .noSNI: "no-sni"
        case .oldTLS: "old-tls"
        case .noCloseNotify: "no-close-notify"
        case .noQuit: "no-quit"
        case .earlyTalker: "early-talker"
        case .bareLFCommand: "bare-lf-command"
        case .unknownCommand: "unknown-command"
        case .tlsWithoutSTARTTLS: "tls-without-starttls"
        case .improperPipelining: "improper-pipelining"
        case .unverifiableCertificate: "unverifiable-certificate"
        case .underscoreInDomain: "underscore-in-domain"
        case .spaceAfterColon: "space-after-colon"
        case .encodedWordAddress: "encoded-word-address"
        case .longLocalPart: "long-local-part"
        case .bareLF: "bare-lf"
        case .bareCR: "bare-cr"
        case .doubleCR: "crcrlf"
        case .nul: "nul"
        case .longLine: "long-line"
        case .eightBitHeader: "8bit-header"
        case .undeclaredEightBit: "undeclared-8bit"
        case .missingDotStuffing: "missing-dot-stuffing"
        case .wrongSize: "wrong-size"
        case .duplicateHeader: "duplicate-header"
        case .malformedHeader: "malformed-header"
        case .missingFrom: "missing-from"
        case .missingDate: "missing-date"
        case .missingMessageID: "missing-message-id"
        case .noHeader: "no-header"
        }
    }
}
