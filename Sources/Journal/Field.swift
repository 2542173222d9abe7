/// A fact of a record beside its message, under a name that programs can look for.
package struct Field: Equatable, Sendable {
    /// The names as the journal has them; a line has them in lower case.
    package enum Name: String, CaseIterable, Sendable {
        case remoteAddress = "REMOTE_ADDR"
        case tlsVersion = "TLS_VERSION"
        case tlsCipher = "TLS_CIPHER"
        /// What was agreed on for the key exchange.
        case tlsGroup = "TLS_GROUP"
        case tlsServerName = "TLS_SNI"
        case tlsError = "TLS_ERROR"
        /// The TLS versions that the client offered, and where nothing was shared, what else.
        case tlsOffered = "TLS_OFFERED"
        case tlsClientSubject = "TLS_CLIENT_SUBJECT"
        /// Whom the client has logged in as, and the mechanism of SASL.
        case authUser = "AUTH_USER"
        case authMechanism = "AUTH_MECHANISM"
        case sender = "SMTP_FROM"
        case recipient = "SMTP_RCPT"
        /// What the client asked for by DSN and REQUIRETLS.
        case requests = "SMTP_DSN"
        case findings = "SMTP_FINDINGS"
        case messageSize = "MESSAGE_SIZE"
        case maildirFile = "MAILDIR_FILE"
        case durationMicroseconds = "MAILPIT_DURATION_USEC"
        case octetsReceived = "MAILPIT_OCTETS_RECEIVED"
        case messagesStored = "MAILPIT_MESSAGES_STORED"
        case messagesRejected = "MAILPIT_MESSAGES_REJECTED"
        case commandsRejected = "MAILPIT_COMMANDS_REJECTED"

        /// Its values are numbers in decimal, and nothing else.
        var isNumber: Bool {
            switch self {
            case .messageSize, .durationMicroseconds, .octetsReceived, .messagesStored,
                .messagesRejected, .commandsRejected:
                true
            default: false
            }
        }
    }

    package let name: Name
    /// Any text; one that is empty is not logged.
    package let value: String

    package init(_ name: Name, _ value: String) {
        self.name = name
        self.value = value
    }
}
