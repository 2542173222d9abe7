import TestSupport

extension SMTPClient {
    /// Goes as far as the reply to DATA.
    @discardableResult
    func beginData(
        from sender: String = "alice@example.org", to recipients: [String] = ["bob@example.org"]
    ) -> [String] {
        command("MAIL FROM:<\(sender)>")
        for recipient in recipients { command("RCPT TO:<\(recipient)>") }
        return command("DATA")
    }

    /// Sends a message of whole lines ended by CR LF, none of which begins with a dot, and takes
    /// the last reply.
    func deliver(_ message: String, to recipients: [String] = ["bob@example.org"]) -> String {
        let reply = beginData(to: recipients)
        guard reply.starts(with: "354 ") else { return reply.first ?? "" }
        send(message)
        return command(".").first ?? ""
    }

    /// Takes the greeting and goes over to TLS.
    func begin() {
        _ = reply()
        enterTLS()
    }

    /// Ends the session in order.
    func quit() {
        command("QUIT")
        close()
        _ = rest()
    }
}

extension [String] {
    /// Whether the first line, as of a reply, begins so; not where there is none.
    func starts(with text: String) -> Bool { first?.hasPrefix(text) == true }
}

extension Mailpit {
    /// Options to do without TLS, where it is in the way of looking at octets.
    static let withoutTLS = ["--smtp-tls-required=false"]

    /// Whether it is the one that is meant to be measured.
    static let isRelease = !binary.contains("/debug/")
}
