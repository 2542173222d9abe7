extension Session {
    /// What the operator has chosen, as far as the dialogue is concerned.
    package struct Configuration: Equatable, Sendable {
        /// How STARTTLS is dealt with.
        package enum TLS: Equatable, Sendable {
            /// Nothing but NOOP, EHLO, STARTTLS and QUIT before it. RFC 3207 §4.
            case required
            /// Offered, and the client may go on without.
            case optional
            /// There is no certificate, so it is neither offered nor possible.
            case unavailable
            /// The handshake comes before the greeting. RFC 8314 §3.3.
            case implicit
        }

        /// Which recipients there is mail for.
        package enum Recipients: Equatable, Sendable {
            case all
            /// Each is asked for by `Action.checkRecipient`; those not wanted get 550.
            case checkedRefusingOthers
            /// The same, but those not wanted get 250 and are dropped.
            case checkedDroppingOthers
        }

        /// What AUTH is for. RFC 4954
        package enum Authentication: Equatable, Sendable {
            /// There is nothing to hold credentials against: AUTH is not implemented.
            case unavailable
            case optional
            /// No mail without it.
            case required
        }

        /// Our name: printable ASCII without blanks.
        package var hostname: String
        /// A text for the greeting, printable ASCII.
        package var label: String?
        package var tls: TLS
        package var authentication = Authentication.unavailable
        /// The mechanisms of AUTH that are offered without TLS, by name, the strongest first; those
        /// within TLS come with `tlsEstablished(mechanisms:)`.
        package var plaintextMechanisms: [String] = []
        /// The mechanisms that EHLO shows where STARTTLS is stripped, as an attacker leaves them there
        /// who wants the password. None of them can be used.
        package var mechanismsWhereStripped = ["PLAIN", "LOGIN"]
        package var recipients = Recipients.all
        /// No client can have verified our certificate: it is made for this session alone, or out of
        /// its time.
        package var hasUnverifiableCertificate = false
        /// A message whose header has a line ended by CR CR LF is refused.
        package var refusesDoubleCarriageReturns = false
        /// Where failures may be made on purpose; nobody is asked anywhere else.
        package var chaos: [ChaosPoint] = []
        /// Each command line is reported, for a log of the dialogue.
        package var reportsCommands = false
        /// What EHLO offers, and what may be used.
        package var extensions = Extensions.standard
        package var limits = Limits()

        package init(hostname: String, tls: TLS) {
            self.hostname = hostname
            self.tls = tls
        }
    }
}
