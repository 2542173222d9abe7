/// One connection of the client, from the greeting to QUIT.
final class ClientSession {
    private let client: Client
    private let connection: ClientConnection
    private var offers: [String] = []

    private static let message = "From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\n\r\nx\r\n"

    init(_ client: Client) {
        self.client = client
        connection = ClientConnection(
            port: client.port, takesPartOfReply: client.has(.takesPartOfReply))
    }

    func deliver(isProtected: Bool) throws {
        if client.isImplicit {
            try secure()
            try greet()
        } else {
            try greet()
            if isProtected { try startTLS() } else { try hello(isAgain: false) }
        }
        if isProtected, connection.isInTLS { try hello(isAgain: true) }
        try logIn()
        try send()
    }

    private func has(_ mistake: Mistake) -> Bool { client.has(mistake) }

    private func greet() throws {
        if has(.isImpatientForGreeting) { connection.patience(Client.impatienceMilliseconds) }
        let code =
            has(.readsOneLineOfGreeting)
            ? try connection.line().code : try connection.reply().code
        connection.patience(Client.patienceMilliseconds)
        if code != 220 { throw ClientFailure.refusedGreeting }
    }

    private func hello(isAgain: Bool) throws {
        var reply = try connection.command("EHLO client.example")
        if reply.code != 250, has(.fallsBackToHELO) {
            reply = try connection.command("HELO client.example")
        }
        guard reply.code == 250 else { throw ClientFailure.refused }
        let remembered = isAgain && has(.remembersOffers) ? offers : []
        offers =
            remembered
            + reply.lines.dropFirst().map { has(.comparesCase) ? $0 : $0.uppercased() }
    }

    private func offers(_ keyword: String) -> Bool {
        offers.contains { $0 == keyword || $0.hasPrefix("\(keyword) ") }
    }

    private func expect(_ code: Int, _ command: String) throws {
        if try connection.command(command).code != code { throw ClientFailure.refused }
    }
}

// MARK: - TLS

extension ClientSession {
    private func startTLS() throws {
        try hello(isAgain: false)
        if offers.isEmpty, has(.fallsBackToHELO) { return }
        if has(.alwaysLogsInBeforeTLS) || (has(.logsInBeforeTLS) && offers("AUTH")) {
            _ = try connection.command(Self.login)
        }
        guard offers("STARTTLS") else {
            if has(.goesOnWithoutSTARTTLS) { return }
            throw ClientFailure.refused
        }
        guard try connection.command("STARTTLS").code == 220 else {
            if has(.goesOnAfterRefusedSTARTTLS) { return }
            throw ClientFailure.refused
        }
        // RFC 3207 §6: nothing that came in plaintext may be taken for a part of TLS.
        if !connection.isBufferEmpty, !has(.keepsBuffer) {
            guard client.discardsBuffer else { throw ClientFailure.refused }
            connection.discardBuffer()
        }
        try secure()
    }

    private func secure() throws {
        if has(.isImpatientForHandshake) { connection.patience(Client.impatienceMilliseconds) }
        let minimum = has(.lacksTLS1_2) ? 0x0304 : 0x0303
        let maximum = has(.lacksTLS1_3) ? 0x0303 : 0x0304
        let old = has(.allowsTLS1_0) ? 0x0301 : has(.allowsTLS1_1) ? 0x0302 : nil
        let isDone = connection.handshake(
            host: client.host, minimum: old ?? minimum, maximum: maximum)
        connection.patience(Client.patienceMilliseconds)
        guard isDone else {
            guard has(.goesOnAfterFailedHandshake) else { throw ClientFailure.insecure }
            connection.leaveTLS()
            _ = try connection.command("MAIL FROM:<a@b.example>")
            throw ClientFailure.refused
        }
        guard connection.certificateIsGood(for: client) else { throw ClientFailure.insecure }
    }
}

// MARK: - Mail

extension ClientSession {
    /// The user `user` and the password `secret`.
    private static let login = "AUTH PLAIN AHVzZXIAc2VjcmV0"

    private func logIn() throws {
        guard offers("AUTH") || (has(.ignoresOffers) && connection.isInTLS) else { return }
        let code = try connection.command(Self.login).code
        if code != 235, offers("AUTH"), !has(.goesOnWithoutLogin) { throw ClientFailure.refused }
    }

    private func send() throws {
        if let size = offers.first(where: { $0.hasPrefix("SIZE ") })?.dropFirst(5),
            Int(size) ?? 0 < Self.message.utf8.count
        {
            if has(.hidesTooLargeMessage) { return }
            throw ClientFailure.refused
        }
        try expect(250, "MAIL FROM:<a@b.example>")
        let code = try connection.command("RCPT TO:<c@d.example>").code
        if code / 100 == 5, has(.hidesRefusedRecipient) { return }
        if code / 100 == 4, has(.hidesDeferredRecipient) { return }
        if code != 250 { throw ClientFailure.refused }
        try expect(354, "DATA")
        try finish()
        // What the answer is, and whether it comes, changes nothing any more.
        _ = try? connection.command("QUIT")
        connection.close()
    }

    private func finish() throws {
        do {
            let code = try connection.command(Self.message + ".").code
            if code != 250, !has(.ignoresFinalReply) { throw ClientFailure.refused }
        } catch ClientFailure.lost where has(.needsNoFinalReply) {
            return
        }
    }
}
