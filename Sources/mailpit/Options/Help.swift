internal import TLS

/// What `--help` and `--version` print.
enum Help {
    static let version = "0.1.0"
    /// The static binary also tells whose fixes are in it.
    private static var versionText: String {
        #if MAILPIT_STATIC
            "mailpit \(version)\nwith \(OpenSSLVersion.text) in it\n"
        #else
            "mailpit \(version)\n"
        #endif
    }

    /// What the options ask to be told, or nil where they ask for nothing.
    static func answer(to values: OptionValues) -> String? {
        if values[.help] != nil { return text }
        return values[.version] != nil ? versionText : nil
    }

    /// For who starts it by hand and waits for it to listen.
    static let byHand = """
        mailpit does not listen: a super-server hands it each connection as standard input, as in

            systemd-socket-activate --accept --inetd -l 127.0.0.1:1025 \\
                mailpit --smtp-tls-cert=sans:localhost --maildir Maildir


        """

    static var text: String {
        var text = """
            Usage: mailpit [OPTION]...
                   mailpit check [--service NAME@] [OPTION]...
                   mailpit verify [OPTION]... COMMAND [ARGUMENT]...

            Receives mail on one SMTP connection, STARTTLS enforced, and stores each message as a
            file in a Maildir. Started by a super-server (systemd, xinetd, inetd, tcpserver, ssh)
            with the connection as a socket from LISTEN_FDS or as standard input and output.

            With "check" first, looks at all that sessions would depend on, and changes nothing: a
            line a fact, warnings and errors on standard error; exit status 78 if there are errors.
            With --service, as root, it is run by systemd in place of a session of that service.

            With "verify" first, it is mailpit-verify(1): runs a mail client against servers that are
            wrong, and says whether it did right.


            """
        for option in Option.table {
            text += "  \(option.synopsis)\n"
            if let variable = option.variable { text += "      \(variable)\n" }
            text += "      \(option.meaning)\n"
            if !option.defaultText.isEmpty { text += "      default: \(option.defaultText)\n" }
        }
        return text + """

            A flag beats its variable. A flag without a value stands alone or takes
            =true|false|yes|no|on|off|1|0; a variable takes one of these words.

            Exit status: 0 the session is over, 78 configuration error, 75 a message could not be
            stored, 70 a defect of the program.

            """
    }
}
