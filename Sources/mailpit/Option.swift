internal import Notation

/// An option: one row of the table that the command line, the environment, `--help` and the README
/// all come from.
struct Option {
    enum Name: Int, CaseIterable {
        case maildir, hostname, label
        case tlsCertificate, tlsKey, tlsRequired, requireSTARTTLS, implicitTLS
        case tlsMinimumVersion, tlsMaximumVersion, tlsCiphers, tlsCiphersuites, tlsGroups
        case tlsClientCA, tlsClientAuthentication, tlsTicketKey, tlsKeyLog
        case authFile, authAcceptAny, authMechanisms, authAllowInsecure
        case maximumRecipients, maximumMessageSize
        case allowedRecipients, ignoreRejectedRecipients, strictRFCHeaders
        case timeout, enableChaos, chaosTriggers, proxyProtocol
        case sandbox, logFile, quiet, verbose, disableRDNS
        case help, version
    }

    /// What an option takes.
    enum Argument: Equatable {
        /// Nothing, or `=true|false|yes|no|on|off|1|0`.
        case flag
        /// A value, by the word that stands for it in the help, or by its choices: `auto|off`.
        case value(String)
        /// Nothing at all, and no variable either: it makes the program say something and end.
        case command
    }

    let name: Name
    /// The long name without its hyphens.
    let flag: StaticString
    let letter: Character?
    let argument: Argument
    /// The default, in words for the reader.
    let defaultText: String
    let meaning: String

    private init(
        _ name: Name, _ flag: StaticString, letter: Character? = nil,
        _ argument: Argument, default defaultText: String, _ meaning: String
    ) {
        self.name = name
        self.flag = flag
        self.letter = letter
        self.argument = argument
        self.defaultText = defaultText
        self.meaning = meaning
    }

    /// The variable that stands for the option in the environment, as in `MP_SMTP_TLS_CERT`.
    var variable: String? {
        if argument == .command { return nil }
        let octets = flag.description.utf8.map(Self.inVariable)
        return Self.variablePrefix + String(decoding: octets, as: UTF8.self)
    }

    /// The option whose variable has the name, an octet string without its end.
    static func named(byVariable name: ArraySlice<UInt8>) -> Option? {
        guard name.starts(with: variablePrefix.utf8) else { return nil }
        let rest = name.dropFirst(variablePrefix.utf8.count)
        return table.first { option in
            option.argument != .command && option.flag.utf8CodeUnitCount == rest.count
                && rest.elementsEqual(option.flag.description.utf8.lazy.map(inVariable))
        }
    }

    private static let variablePrefix = "MP_"

    /// An octet of a flag as it stands in the variable: a capital, and `_` for `-`.
    private static func inVariable(_ octet: UInt8) -> UInt8 {
        octet == .hyphen ? .underscore : octet.uppercased
    }

    /// All options, in the order of the help.
    static let table: [Option] = [
        Option(
            .maildir, "maildir", .value("DIR"),
            default: "$STATE_DIRECTORY/Maildir, else $HOME/Maildir",
            "where messages go; created with cur, new and tmp, for the owner only"),
        Option(
            .hostname, "hostname", .value("NAME"), default: "the machine's",
            "the name in the greeting, in Received and in file names"),
        Option(
            .label, "label", .value("TEXT"), default: "none",
            "a text for the greeting: Mailpit (TEXT)"),
        Option(
            .tlsCertificate, "smtp-tls-cert", .value("FILE"),
            default: "$CREDENTIALS_DIRECTORY/smtp-tls-cert, if there",
            "certificate chain in PEM, read by each session; sans:a,b makes one for those names"),
        Option(
            .tlsKey, "smtp-tls-key", .value("FILE"),
            default: "$CREDENTIALS_DIRECTORY/smtp-tls-key, if there",
            "private key in PEM, read by each session; not needed with sans:"),
        Option(
            .tlsRequired, "smtp-tls-required", .flag, default: "true",
            "refuse everything but NOOP, EHLO, STARTTLS and QUIT before TLS"),
        Option(
            .requireSTARTTLS, "smtp-require-starttls", .flag, default: "true",
            "the same as --smtp-tls-required"),
        Option(
            .implicitTLS, "smtp-require-tls", .flag, default: "false",
            "implicit TLS, as on port 465: the handshake comes before the greeting"),
        Option(
            .tlsMinimumVersion, "smtp-tls-min-version", .value("1.0|1.1|1.2|1.3"), default: "1.2",
            "the oldest TLS version spoken"),
        Option(
            .tlsMaximumVersion, "smtp-tls-max-version", .value("1.0|1.1|1.2|1.3"), default: "1.3",
            "the newest TLS version spoken"),
        Option(
            .tlsCiphers, "smtp-tls-ciphers", .value("LIST"), default: "Mozilla intermediate",
            "cipher suites up to TLS 1.2, as an OpenSSL list"),
        Option(
            .tlsCiphersuites, "smtp-tls-ciphersuites", .value("LIST"),
            default: "Mozilla intermediate", "cipher suites of TLS 1.3, as an OpenSSL list"),
        Option(
            .tlsGroups, "smtp-tls-groups", .value("LIST"), default: "Mozilla intermediate",
            "key exchange groups, as an OpenSSL list"),
        Option(
            .tlsClientCA, "smtp-tls-client-ca", .value("FILE"), default: "none",
            "certificate authorities that client certificates are verified against, in PEM"),
        Option(
            .tlsClientAuthentication, "smtp-tls-client-auth", .value("none|request|require"),
            default: "none",
            "client certificates; with request a missing or unknown one is only noted"
        ),
        Option(
            .tlsTicketKey, "smtp-tls-ticket-key", .value("FILE"), default: "none",
            "let clients resume TLS, by tickets under this key of 80 octets and others behind it"),
        Option(
            .tlsKeyLog, "smtp-tls-keylog", .value("FILE"), default: "none",
            "append the secrets of TLS to this file, for Wireshark; each session warns in the log"),
        Option(
            .authFile, "smtp-auth-file", .value("FILE"), default: "none",
            "htpasswd lines; AUTH becomes mandatory. Inline: MP_SMTP_AUTH=\"user:hash user2:hash2\""
        ),
        Option(
            .authAcceptAny, "smtp-auth-accept-any", .flag, default: "false",
            "any credentials are accepted, and none are needed"),
        Option(
            .authMechanisms, "smtp-auth-mechanisms", .value("LIST"), default: "all that apply",
            "the mechanisms of AUTH that may be offered"),
        Option(
            .authAllowInsecure, "smtp-auth-allow-insecure", .flag, default: "false",
            "AUTH without TLS; has no effect while TLS is required"),
        Option(
            .maximumRecipients, "smtp-max-recipients", .value("N"), default: "100",
            "recipients of one message"),
        Option(
            .maximumMessageSize, "max-message-size", .value("MB"), default: "50",
            "size of one message in MiB; 0 for no limit"),
        Option(
            .allowedRecipients, "smtp-allowed-recipients", .value("REGEX"), default: "all",
            "refuse recipients that the POSIX extended regular expression does not match"),
        Option(
            .ignoreRejectedRecipients, "smtp-ignore-rejected-recipients", .flag, default: "false",
            "accept those recipients and drop them"),
        Option(
            .strictRFCHeaders, "smtp-strict-rfc-headers", .flag, default: "false",
            "refuse a message whose header has a line ended by CR CR LF"),
        Option(
            .timeout, "smtp-timeout", .value("SECONDS"), default: "300",
            "deadline for a whole command line, and for each 10 KiB of a message"),
        Option(
            .enableChaos, "enable-chaos", .flag, default: "true if there are triggers",
            "make failures on purpose; false disarms the triggers"),
        Option(
            .chaosTriggers, "chaos-triggers", .value("LIST"), default: "none",
            "which failures, as in Sender:451:5,Recipient=REGEX:550:100,StartTLS:454:first3"
        ),
        Option(
            .proxyProtocol, "smtp-proxy-protocol", .flag, default: "false",
            "require a PROXY protocol header (version 1 or 2), which tells who the client is"),
        Option(
            .sandbox, "sandbox", .value("auto|require|off"), default: "auto",
            "give up what a session does not need; auto is as far as the kernel can"
        ),
        Option(
            .logFile, "log-file", .value("FILE"), default: "none",
            "append the log to this file instead of journal, syslog or stderr"),
        Option(.quiet, "quiet", letter: "q", .flag, default: "false", "log errors only"),
        Option(
            .verbose, "verbose", letter: "v", .flag, default: "false",
            "log the dialogue too"),
        Option(
            .disableRDNS, "smtp-disable-rdns", .flag, default: "false",
            "accepted without effect: names are never looked up"),
        Option(.help, "help", letter: "h", .command, default: "", "print this text"),
        Option(.version, "version", .command, default: "", "print the version"),
    ]
}
