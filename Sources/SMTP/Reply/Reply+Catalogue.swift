// Every reply there is, in the order of the codes. The enhanced status codes are those of RFC 3463;
// RFC 2034 §4 has them on every 2yz, 4yz and 5yz reply but the greeting and those to HELO and EHLO.

extension Reply {
    static var help: Reply { Reply(214, "2.0.0 See RFC 5321; EHLO lists what is offered") }

    static func greeting(hostname: String, label: String?) -> Reply {
        Reply(220, "\(hostname) ESMTP Mailpit" + (label.map { " (\($0))" } ?? ""))
    }
    static var readyToStartTLS: Reply { Reply(220, "2.0.0 Ready to start TLS") }
    static var closing: Reply { Reply(221, "2.0.0 Bye") }

    static var authenticationSucceeded: Reply { Reply(235, "2.7.0 Authentication successful") }
    static func hello(_ lines: [String]) -> Reply { Reply(250, lines: lines) }
    static var ok: Reply { Reply(250, "2.0.0 Ok") }
    static func stored(as name: String, _ findings: FindingSet) -> Reply {
        let text = "2.0.0 Ok: queued as \(name)"
        if findings.isEmpty { return Reply(250, text) }
        let room = maximumOctets - "250  (findings: )\r\n".utf8.count - text.utf8.count
        return Reply(250, "\(text) (findings: \(findings.text(maximumOctets: room)))")
    }
    /// RFC 5321 §4.5.3.1.5: a reply line, its end included.
    private static var maximumOctets: Int { 512 }
    /// Every recipient was dropped without a word, so there is no file to name.
    static var queuedNowhere: Reply { Reply(250, "2.0.0 Ok: queued") }
    static var senderOk: Reply { Reply(250, "2.1.0 Ok") }
    static var recipientOk: Reply { Reply(250, "2.1.5 Ok") }
    static var cannotVerify: Reply { Reply(252, "2.0.0 Cannot verify the user") }

    /// RFC 4954 §4: a challenge in base64, which may be empty.
    static func challenge(_ base64: String) -> Reply { Reply(334, base64) }
    static var startMailInput: Reply { Reply(354, "End data with <CR><LF>.<CR><LF>") }

    /// What a client gets of a fault in our configuration; the reason is for the log alone.
    package static func configurationError(hostname: String) -> Reply {
        Reply(421, "4.3.5 \(hostname) Server configuration error")
    }
    static var shuttingDown: Reply { Reply(421, "4.3.2 Shutting down") }
    static var timeout: Reply { Reply(421, "4.4.2 Timeout") }
    static var tooManyErrors: Reply { Reply(421, "4.7.0 Too many errors") }
    static var tooManyCommands: Reply { Reply(421, "4.7.0 Too many commands without a message") }
    static var lineFarTooLong: Reply { Reply(421, "4.7.0 Line too long") }
    static var notHTTP: Reply { Reply(421, "4.7.0 This is no web server") }
    static var storageError: Reply { Reply(451, "4.3.0 Cannot store the message") }
    static var storageFull: Reply { Reply(452, "4.3.1 Insufficient system storage") }
    static var tooManyRecipients: Reply { Reply(452, "4.5.3 Too many recipients") }

    static var lineTooLong: Reply { Reply(500, "5.5.2 Line too long") }
    static var unknownCommand: Reply { Reply(500, "5.5.2 Command not recognized") }
    static var badSender: Reply { Reply(501, "5.1.7 Bad sender address syntax") }
    static var badRecipient: Reply { Reply(501, "5.1.3 Bad recipient address syntax") }
    static var badBase64: Reply { Reply(501, "5.5.2 Cannot decode base64") }
    static var authenticationCancelled: Reply { Reply(501, "5.7.0 Authentication cancelled") }
    static var badSyntax: Reply { Reply(501, "5.5.4 Syntax error in parameters or arguments") }
    static var notImplemented: Reply { Reply(502, "5.5.1 Command not implemented") }
    static var tlsNotAvailable: Reply { Reply(502, "5.5.1 STARTTLS is not available") }
    static var alreadyInTLS: Reply { Reply(503, "5.5.1 TLS is already in use") }
    static var helloFirst: Reply { Reply(503, "5.5.1 Send EHLO first") }
    static var mailFirst: Reply { Reply(503, "5.5.1 Send MAIL first") }
    static var recipientFirst: Reply { Reply(503, "5.5.1 Send RCPT first") }
    static var nestedMail: Reply { Reply(503, "5.5.1 Sender already given") }
    static var withinChunks: Reply { Reply(503, "5.5.1 A message is being sent by BDAT") }
    static var alreadyAuthenticated: Reply { Reply(503, "5.5.1 Already authenticated") }
    static var authenticationInTransaction: Reply {
        Reply(503, "5.5.1 AUTH cannot be used in a mail transaction")
    }
    static var unknownMechanism: Reply {
        Reply(504, "5.5.4 Unrecognized authentication mechanism")
    }
    static var authenticationRequired: Reply { Reply(530, "5.7.0 Authentication required") }
    /// RFC 3207 §4: to all but NOOP, EHLO, STARTTLS and QUIT while TLS is required and not in use.
    static var mustStartTLS: Reply { Reply(530, "5.7.0 Must issue a STARTTLS command first") }
    static var badCredentials: Reply { Reply(535, "5.7.8 Authentication credentials invalid") }
    static var encryptionRequired: Reply {
        Reply(538, "5.7.11 Encryption required for requested authentication mechanism")
    }
    static var recipientNotAllowed: Reply { Reply(550, "5.1.1 Recipient not allowed") }
    static var malformedHeader: Reply {
        Reply(550, "5.6.0 Message header has a line ended by CR CR LF")
    }
    static var messageTooLarge: Reply { Reply(552, "5.3.4 Message size exceeds the limit") }
    static var needsSMTPUTF8: Reply { Reply(553, "5.6.7 Address needs SMTPUTF8") }
    static var plaintextInjection: Reply { Reply(554, "5.5.0 Nothing may follow STARTTLS") }
    static var unknownParameter: Reply { Reply(555, "5.5.4 Parameter not recognized") }
}
