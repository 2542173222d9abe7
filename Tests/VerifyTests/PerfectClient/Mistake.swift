/// One thing that a client does wrong. Each makes a mutant of the perfect client.
enum Mistake: String, CaseIterable, Sendable {
    // Before TLS.

    /// It goes on in plaintext where STARTTLS is not offered.
    case goesOnWithoutSTARTTLS
    /// It says HELO where EHLO is refused, and goes on in plaintext.
    case fallsBackToHELO
    /// It goes on in plaintext where STARTTLS gets another reply than 220.
    case goesOnAfterRefusedSTARTTLS
    /// It goes on in plaintext on a connection whose handshake has failed.
    case goesOnAfterFailedHandshake
    /// It connects again without TLS where a handshake has failed.
    case retriesInPlaintext
    /// It connects again without TLS where a connection was lost.
    case retriesLossInPlaintext
    /// It logs in before STARTTLS where AUTH is offered.
    case logsInBeforeTLS
    /// It logs in before STARTTLS, offered or not.
    case alwaysLogsInBeforeTLS

    // The certificate.

    case acceptsEveryCertificate
    case acceptsExpired
    case acceptsFuture
    case acceptsSelfSigned
    case acceptsUnknownAuthority
    case acceptsLeafAsAuthority
    case acceptsCertificateOfClient
    case acceptsUnknownCriticalExtension
    case acceptsShortKey
    case acceptsWeakDigest

    // Whom the certificate is for.

    case acceptsEveryName
    /// A name that contains the host is the host.
    case comparesPartOfName
    /// The common name counts like the alternative ones.
    case looksAtCommonName
    /// The common name counts where there are no alternative ones.
    case fallsBackToCommonName
    /// A domain stands for all hosts in it.
    case acceptsParent
    case acceptsLoneStar
    case acceptsStarForLabels
    case acceptsStarInLabel
    case knowsNoWildcards

    // Versions.

    /// And what lies between it and 1.2.
    case allowsTLS1_0
    case allowsTLS1_1
    case lacksTLS1_2
    case lacksTLS1_3

    // What came in plaintext.

    /// What it has read behind the 220 it takes for what comes within TLS.
    case keepsBuffer
    /// What EHLO has offered before TLS it believes to be offered still.
    case remembersOffers
    /// It uses AUTH within TLS, offered or not.
    case ignoresOffers

    // Failures.

    /// It exits with 0 where the server does not greet it.
    case hidesRefusedGreeting
    /// It exits with 0 where the connection is lost.
    case hidesLoss
    /// It goes on where its credentials are refused.
    case goesOnWithoutLogin
    /// It exits with 0 where a recipient is refused for good.
    case hidesRefusedRecipient
    /// It exits with 0 where a recipient is refused for now.
    case hidesDeferredRecipient
    /// Every reply to the end of the data is a good one.
    case ignoresFinalReply
    /// No reply to the end of the data is a good one, too.
    case needsNoFinalReply
    /// A reply need not have come to its end.
    case takesPartOfReply
    /// It exits with 0 where the message is too large for the server.
    case hidesTooLargeMessage
    /// It exits with 1 where it has delivered.
    case exitsWithOne
    case deliversTwice

    // What is unusual.

    case readsOneLineOfGreeting
    case comparesCase
    case isImpatientForGreeting
    case isImpatientForHandshake
}
