internal import Journal
internal import Maildir
internal import SASL
internal import SMTP
internal import Sandbox
internal import TLS

extension Option {
    /// All options, in the order of the help. A default is what `Choices` begins with.
    static let table: [Option] = [
        Option(
            .maildir, "maildir", "DIR",
            "where messages go; created with cur, new and tmp",
            default: { $0.maildir ?? "$STATE_DIRECTORY/Maildir, else $HOME/Maildir" },
            set: { $0.maildir = $1.text }),
        Option(
            .maildirAccess, "maildir-access", words(of: Maildir.Access.self),
            "who can read and move messages: the owner alone, or the group too",
            default: { $0.maildirAccess.rawValue },
            set: { choices, value throws(ConfigurationError) in
                choices.maildirAccess = try value.word()
            }),
        Option(
            .hostname, "hostname", "NAME",
            "the name in the greeting, in Received and in file names",
            default: { $0.hostname?.text ?? "the machine's" },
            set: { $0.hostname = $1 }),
        Option(
            .label, "label", "TEXT", "a text for the greeting: Mailpit (TEXT)",
            default: { $0.label ?? "none" },
            set: { choices, value throws(ConfigurationError) in
                choices.label = try value.label()
            }),

        Option(
            .tlsCertificate, "smtp-tls-cert", "FILE",
            "certificate chain in PEM, read by each session; sans:a,b makes one for those names",
            default: { $0.certificate ?? "$CREDENTIALS_DIRECTORY/smtp-tls-cert, if there" },
            set: { $0.certificate = $1.text }),
        Option(
            .tlsKey, "smtp-tls-key", "FILE",
            "private key in PEM, read by each session; not needed with sans:",
            default: { $0.key ?? "$CREDENTIALS_DIRECTORY/smtp-tls-key, if there" },
            set: { $0.key = $1.text }),
        Option(
            .tlsRequired, "smtp-tls-required",
            "refuse everything but NOOP, EHLO, STARTTLS and QUIT before TLS",
            default: { $0.requiresTLS ?? Choices.requiresTLSByDefault },
            set: { $0.requiresTLS = $1 }),
        Option(
            .requireSTARTTLS, "smtp-require-starttls", "the same as --smtp-tls-required",
            default: { $0.requiresSTARTTLS ?? Choices.requiresTLSByDefault },
            set: { $0.requiresSTARTTLS = $1 }),
        Option(
            .implicitTLS, "smtp-require-tls",
            "implicit TLS, as on port 465: the handshake comes before the greeting",
            default: { $0.hasImplicitTLS },
            set: { $0.hasImplicitTLS = $1 }),
        Option(
            .tlsMinimumVersion, "smtp-tls-min-version", words(of: TLSVersion.self),
            "the oldest TLS version spoken",
            default: { $0.tls.minimumVersion.rawValue },
            set: { choices, value throws(ConfigurationError) in
                choices.tls.minimumVersion = try value.word()
            }),
        Option(
            .tlsMaximumVersion, "smtp-tls-max-version", words(of: TLSVersion.self),
            "the newest TLS version spoken",
            default: { $0.tls.maximumVersion.rawValue },
            set: { choices, value throws(ConfigurationError) in
                choices.tls.maximumVersion = try value.word()
            }),
        Option(
            .tlsCiphers, "smtp-tls-ciphers", "LIST",
            "cipher suites up to TLS 1.2, as an OpenSSL list",
            default: { $0.tls.ciphers ?? "Mozilla intermediate" },
            set: { $0.tls.ciphers = $1.text }),
        Option(
            .tlsCiphersuites, "smtp-tls-ciphersuites", "LIST",
            "cipher suites of TLS 1.3, as an OpenSSL list",
            default: { $0.tls.ciphersuites ?? "Mozilla intermediate" },
            set: { $0.tls.ciphersuites = $1.text }),
        Option(
            .tlsGroups, "smtp-tls-groups", "LIST", "key exchange groups, as an OpenSSL list",
            default: { $0.tls.groups ?? "Mozilla intermediate, behind X25519MLKEM768 if there" },
            set: { $0.tls.groups = $1.text }),
        Option(
            .tlsClientCA, "smtp-tls-client-ca", "FILE",
            "certificate authorities that client certificates are verified against, in PEM",
            default: { $0.tls.clientCAFile ?? "none" },
            set: { $0.tls.clientCAFile = $1.text }),
        Option(
            .tlsClientAuthentication, "smtp-tls-client-auth",
            words(of: TLSConfiguration.ClientAuthentication.self),
            "client certificates; with request a missing or unknown one is only noted",
            default: { $0.tls.clientAuthentication.rawValue },
            set: { choices, value throws(ConfigurationError) in
                choices.tls.clientAuthentication = try value.word()
            }),
        Option(
            .tlsTicketKey, "smtp-tls-ticket-key", "FILE",
            "let clients resume TLS, by tickets under this key of 80 octets and others behind it",
            default: { $0.tls.ticketKeyFile ?? "none" },
            set: { $0.tls.ticketKeyFile = $1.text }),
        Option(
            .tlsKeyLog, "smtp-tls-keylog", "FILE",
            "append the secrets of TLS to this file, for Wireshark; each session warns in the log",
            default: { $0.tls.keyLogFile ?? "none" },
            set: { $0.tls.keyLogFile = $1.text }),

        Option(
            .authFile, "smtp-auth-file", "FILE",
            "htpasswd lines; AUTH becomes mandatory. Inline: MP_SMTP_AUTH=\"user:hash user2:hash2\"",
            default: { $0.authFile ?? "none" },
            set: { $0.authFile = $1.text }),
        Option(
            .authAcceptAny, "smtp-auth-accept-any",
            "any credentials are accepted, and none are needed",
            default: { $0.acceptsAnyCredentials },
            set: { $0.acceptsAnyCredentials = $1 }),
        Option(
            .authMechanisms, "smtp-auth-mechanisms", "LIST",
            "the mechanisms of AUTH that may be offered",
            default: { _ in "all that apply but CRAM-MD5" },
            set: { choices, value throws(ConfigurationError) in
                choices.mechanisms = try value.mechanisms()
            }),
        Option(
            .authAllowInsecure, "smtp-auth-allow-insecure",
            "AUTH without TLS; has no effect while TLS is required",
            default: { $0.allowsInsecureAuthentication },
            set: { $0.allowsInsecureAuthentication = $1 }),

        Option(
            .extensions, "smtp-extensions", "LIST",
            "keywords of EHLO to leave out or add, as in -CHUNKING,-PIPELINING,+DSN,+REQUIRETLS",
            default: { _ in "all but DSN and REQUIRETLS" },
            set: { choices, value throws(ConfigurationError) in
                choices.extensions = try value.extensions()
            }),
        Option(
            .maximumRecipients, "smtp-max-recipients", "N", "recipients of one message",
            default: { "\($0.limits.recipients)" },
            set: { choices, value throws(ConfigurationError) in
                choices.limits.recipients =
                    try value.integer(1...Int(Int32.max), "a number of recipients")
            }),
        Option(
            .maximumMessageSize, "max-message-size", "MB",
            "size of one message in MiB; 0 for no limit",
            default: { "\(($0.limits.messageOctets ?? 0) >> 20)" },
            set: { choices, value throws(ConfigurationError) in
                let mebibytes = try value.integer(0...Int(UInt32.max), "a number of MiB")
                choices.limits.messageOctets = mebibytes == 0 ? nil : UInt64(mebibytes) << 20
            }),
        Option(
            .allowedRecipients, "smtp-allowed-recipients", "REGEX",
            "refuse recipients that the POSIX extended regular expression does not match",
            default: { $0.allowedRecipients ?? "all" },
            set: { $0.allowedRecipients = $1.text }),
        Option(
            .ignoreRejectedRecipients, "smtp-ignore-rejected-recipients",
            "accept those recipients and drop them",
            default: { $0.dropsOtherRecipients },
            set: { $0.dropsOtherRecipients = $1 }),
        Option(
            .strictRFCHeaders, "smtp-strict-rfc-headers",
            "refuse a message whose header has a line ended by CR CR LF",
            default: { $0.refusesDoubleCarriageReturns },
            set: { $0.refusesDoubleCarriageReturns = $1 }),
        Option(
            .timeout, "smtp-timeout", "SECONDS",
            "deadline for a whole command line, and for each 10 KiB of a message",
            default: { "\($0.timeoutSeconds)" },
            set: { choices, value throws(ConfigurationError) in
                let seconds = try value.integer(1...Int(Int32.max), "a number of seconds")
                choices.timeoutSeconds = Int64(seconds)
            }),

        Option(
            .enableChaos, "enable-chaos",
            .flag { $0.isChaosEnabled = $1 },
            "make failures on purpose; false disarms the triggers",
            preset: { _ in "true if there are triggers" }),
        Option(
            .chaosTriggers, "chaos-triggers", "LIST",
            "which failures, as in Sender:451:5,Recipient=REGEX:550:100,StartTLS:454:first3",
            default: { _ in "none" },
            set: { choices, value throws(ConfigurationError) in
                choices.chaosTriggers = try ChaosTrigger.list(value)
            }),
        Option(
            .proxyProtocol, "smtp-proxy-protocol",
            "require a PROXY protocol header (version 1 or 2), which tells who the client is",
            default: { $0.requiresProxyHeader },
            set: { $0.requiresProxyHeader = $1 }),
        Option(
            .sandbox, "sandbox", words(of: Sandbox.Mode.self),
            "give up what a session does not need; auto is as far as the kernel can",
            default: { $0.sandbox.rawValue },
            set: { choices, value throws(ConfigurationError) in
                choices.sandbox = try value.word()
            }),
        Option(
            .logFile, "log-file", "FILE",
            "append the log to this file instead of journal, syslog or stderr",
            default: { $0.logFile ?? "none" },
            set: { $0.logFile = $1.text }),
        Option(
            .logFormat, "log-format", words(of: Journal.Format.self),
            "what a line of the log is: json is an object a line; the journal keeps its fields",
            default: { $0.logFormat.rawValue },
            set: { choices, value throws(ConfigurationError) in
                choices.logFormat = try value.word()
            }),
        Option(
            .quiet, "quiet", letter: "q", "log errors only",
            default: { $0.isQuiet },
            set: { $0.isQuiet = $1 }),
        Option(
            .verbose, "verbose", letter: "v", "log the dialogue too",
            default: { $0.isVerbose },
            set: { $0.isVerbose = $1 }),
        Option(
            .disableRDNS, "smtp-disable-rdns",
            "accepted without effect: names are never looked up",
            default: { _ in false },
            set: { _, _ in }),
        Option(.help, "help", letter: "h", .command, "print this text"),
        Option(.version, "version", .command, "print the version"),
    ]
}

/// The words that stand for the cases of a type, as in `auto|require|off`.
private func words<Words: CaseIterable & RawRepresentable<String>>(of _: Words.Type) -> String {
    Words.allCases.map { $0.rawValue }.joined(separator: "|")
}
