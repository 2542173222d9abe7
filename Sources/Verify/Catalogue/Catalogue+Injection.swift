extension Catalogue {
    private static let emptyBuffer =
        "before the handshake throw away what was read behind the reply to STARTTLS, or end the"
        + " connection if there is anything"

    static let injections = [
        Scenario(
            "injected-reply", .injection, .critical, "RFC 3207 §4.2, §6", .staysSilent,
            hint: emptyBuffer
        ) { inject(&$0, "250 {host}\r\n", within: .silence) },
        Scenario(
            "forged-session", .injection, .critical, "RFC 3207 §4.2, §6", .fails, hint: emptyBuffer
        ) { inject(&$0, "250 {host}\r\n" + transaction, within: .mute) },
        Scenario(
            "forged-session-auth", .injection, .critical, "RFC 3207 §4.2, §6", .fails,
            hint: emptyBuffer
        ) {
            let hello = "250-{host}\r\n250 AUTH {mechanism}\r\n"
            inject(&$0, hello + "{exchange}" + transaction, within: .mute)
        },
        Scenario(
            "injected-fragment", .injection, .medium, "RFC 3207 §4.2", .sendsNoCredentials,
            hint: emptyBuffer
        ) {
            $0.offersAuthInTLS = false
            let fragment = "250-{host}\r\n250-AUTH {mechanisms} "
            $0.twists = [Twist(.startTLS, .append(fragment))]
        },
        Scenario(
            "auth-gone-after-tls", .injection, .medium, "RFC 3207 §4.2", .sendsNoCredentials,
            hint: "forget after the handshake what EHLO has offered before, and say EHLO again"
        ) {
            $0.startTLS = .optional
            $0.offersAuthInPlaintext = true
            $0.offersAuthInTLS = false
        },
    ]

    /// What a client gets that delivers one message to one recipient.
    private static let transaction =
        "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n"
        + "250 2.0.0 Ok: queued\r\n221 2.0.0 Bye\r\n"

    /// The text stands in plaintext behind the 220.
    private static func inject(
        _ script: inout Script, _ text: String, within change: Twist.Change
    ) {
        script.twists = [Twist(.startTLS, .append(text)), Twist(.firstInTLS, change)]
    }
}
