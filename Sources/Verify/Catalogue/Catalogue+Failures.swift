extension Catalogue {
    private static let checkReplies = "look at the code of every reply, and tell of failures"
    private static let awaitReply = "a message is delivered when a whole 250 to its end has come"

    static let failures = [
        failing("greeting-421", .high, "RFC 5321 §3.1", checkReplies) {
            let reply = "421 4.3.2 {host} Service not available\r\n"
            $0.twists = [Twist(.greeting, .replace(reply)), Twist(.greeting, .close)]
        },
        failing("greeting-closed", .high, "RFC 5321 §3.1", checkReplies) {
            $0.twists = [Twist(.greeting, .cut(octets: 0))]
        },
        failing("auth-535", .high, "RFC 4954 §4, §6", checkReplies) {
            $0.acceptsCredentials = false
        },
        failing("rcpt-550", .high, "RFC 5321 §4.2", checkReplies) { $0.acceptsRecipients = false },
        failing("rcpt-451", .high, "RFC 5321 §4.2", checkReplies, refuseForNow),
        failing("data-554", .high, "RFC 5321 §4.2", checkReplies) {
            $0.storesMessages = false
            $0.twists = [Twist(.message, .replace("554 5.6.0 Message refused\r\n"))]
        },
        failing("dropped-after-dot", .high, "RFC 5321 §4.2, §4.5.4.1", awaitReply) {
            $0.storesMessages = false
            $0.twists = [Twist(.message, .cut(octets: 0))]
        },
        failing("truncated-250", .medium, "RFC 5321 §4.2", awaitReply) {
            $0.storesMessages = false
            let reply = "250 2.0.0 Ok: queued\r\n"
            $0.twists = [Twist(.message, .replace(reply)), Twist(.message, .cut(octets: 9))]
        },
        failing("size-exceeded", .medium, "RFC 1870 §6", checkReplies) {
            // Less than any message has; RFC 1870 §6: 0 would be no limit.
            $0.maximumMessageOctets = 1
        },
        Scenario(
            "temporary-then-ok", .failure, .note, "RFC 5321 §4.5.4.1", .isFree,
            expected: "tries again later", refuseForNow, later: { _ in }),
        Scenario(
            "lost-answer", .failure, .note, "RFC 5321 §4.5.4.1, §6.1", .isFree,
            expected: "tries again, with the same Message-ID"
        ) {
            $0.twists = [Twist(.message, .cut(octets: 0))]
        } later: { _ in
        },
    ]

    private static func failing(
        _ id: String, _ severity: Severity, _ clause: String, _ hint: String,
        _ change: (inout Script) -> Void
    ) -> Scenario {
        Scenario(id, .failure, severity, clause, .fails, hint: hint, change)
    }

    private static func refuseForNow(_ script: inout Script) {
        script.acceptsRecipients = false
        script.twists = [Twist(.rcpt, .replace("451 4.3.0 Try again later\r\n"))]
    }
}
