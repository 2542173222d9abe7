extension Catalogue {
    static let tolerances = [
        sound("long-greeting", "RFC 5321 §4.2", "read replies of several lines everywhere") {
            let reply = "220-{host} ESMTP\r\n220-No unsolicited mail\r\n220 Go ahead\r\n"
            $0.twists = [Twist(.greeting, .replace(reply))]
        },
        sound(
            "lower-case-ehlo", "RFC 5321 §4.1.1.1", "compare EHLO keywords without regard to case"
        ) { $0.twists = [Twist(.ehlo, .lowerCase)] },
        sound("slow-greeting", "RFC 5321 §4.5.3.2.1", "wait for the greeting for five minutes") {
            $0.twists = [Twist(.greeting, .slow)]
        },
        sound("slow-handshake", "RFC 5321 §4.5.3.2", "wait longer for the handshake") {
            $0.handshake = .slow
        },
    ]

    private static func sound(
        _ id: String, _ clause: String, _ hint: String, _ change: (inout Script) -> Void
    ) -> Scenario {
        Scenario(id, .tolerance, .low, clause, .delivers, hint: hint, change)
    }
}
