extension Catalogue {
    private static let requireTLS =
        "set TLS to required, not to opportunistic or automatic, and let its lack be an error"
    private static let checkReply = "go on only if the reply to STARTTLS is 220"
    private static let noFallback = "do not connect again without TLS where it has failed"

    static let downgrades = [
        Scenario(
            "starttls-stripped", .downgrade, .critical, "RFC 8314 §5.2, RFC 3207 §6", .stops,
            hint: requireTLS
        ) { $0.startTLS = .stripped },
        Scenario(
            "starttls-stripped-auth", .downgrade, .critical, "RFC 8314 §5.2, RFC 3207 §6", .stops,
            hint: requireTLS, strip),
        refused("454", .critical, "454 4.7.0 TLS not available due to temporary reason"),
        refused("502", .critical, "502 5.5.1 Command not implemented"),
        refused("354", .high, "354 Go ahead"),
        refused("250", .high, "250 2.0.0 Ok"),
        Scenario(
            "plaintext-after-220", .downgrade, .critical, "RFC 3207 §4, §6", .stops,
            hint: "after the 220 speak TLS or end the connection"
        ) {
            refuse(&$0, "220 2.0.0 Ready to start TLS")
            $0.twists.append(Twist(.startTLS, .refuse))
        },
        Scenario(
            "ehlo-refused", .downgrade, .critical, "RFC 3207 §6", .stops, hint: requireTLS
        ) {
            strip(&$0)
            $0.twists = [Twist(.ehlo, .replace("502 5.5.1 Command not implemented\r\n"))]
        },
        Scenario(
            "handshake-alert", .downgrade, .critical, "RFC 3207 §6", .stops, hint: noFallback
        ) {
            $0.handshake = .alert(40)
        } later: {
            strip(&$0)
        },
        Scenario(
            "handshake-closed", .downgrade, .critical, "RFC 3207 §6", .stops, hint: noFallback
        ) {
            $0.handshake = .closed
        } later: {
            strip(&$0)
        },
        Scenario(
            "auth-before-tls", .downgrade, .critical, "RFC 8314 §5.2", .isFree,
            expected: "says STARTTLS before AUTH",
            hint: "say STARTTLS whenever it is offered, before anything else"
        ) {
            $0.startTLS = .optional
            $0.offersAuthInPlaintext = true
        },
    ]

    /// STARTTLS is offered and gets this reply, and plaintext goes on.
    private static func refused(_ code: String, _ severity: Severity, _ reply: String) -> Scenario {
        Scenario(
            "starttls-\(code)", .downgrade, severity, "RFC 3207 §4, §6", .stops, hint: checkReply
        ) { refuse(&$0, reply) }
    }

    private static func refuse(_ script: inout Script, _ reply: String) {
        strip(&script)
        script.twists = [Twist(.ehlo, .offerSTARTTLS), Twist(.startTLS, .replace("\(reply)\r\n"))]
    }

    /// As an attacker has it who wants the password.
    private static func strip(_ script: inout Script) {
        script.startTLS = .stripped
        script.offersAuthInPlaintext = true
    }
}
