import COpenSSL
import POSIX
import TestSupport

/// Why a session did not go as it should; failures of the same text are of one kind.
struct SessionFailure: Error, Hashable, CustomStringConvertible {
    /// What was being done: a command, or a word like `handshake`.
    let stage: String
    let reason: String

    var description: String { "\(stage): \(reason)" }
}

/// One SMTP session from the connection to its end, and what it cost.
struct LoadSession: ~Copyable {
    private let options: LoadOptions
    private let message: Message
    private let client: SMTPClient
    private let begun: Int64
    private(set) var samples = Samples()

    /// Begins on a fresh connection; `begun` is the moment before it was made.
    init(_ options: LoadOptions, _ message: Message, _ client: SMTPClient, begun: Int64) {
        self.options = options
        self.message = message
        self.client = client
        self.begun = begun
    }

    var isResumed: Bool { client.tls != nil && SSL_session_reused(client.tls) == 1 }
    var ticket: TLSTicket? { client.tls == nil ? nil : TLSTicket(of: client) }

    /// Up to where messages could be sent.
    mutating func open(_ tls: ClientTLS, resuming ticket: TLSTicket?) throws(SessionFailure) {
        try expect("220", "greeting")
        note(.greeting, since: begun)
        try command("EHLO client.example", "250")
        if options.isRefused { return }
        try command("STARTTLS", "220")
        let start = Clock.monotonicNanoseconds()
        guard client.handshake(in: tls.context, resuming: ticket?.session) else {
            throw SessionFailure(stage: "handshake", reason: "it failed")
        }
        note(.handshake, since: start)
        try command("EHLO client.example", "250")
    }

    /// Sends all messages; before the last piece of each it calls `pause`.
    mutating func deliver(pause: () -> Void) throws(SessionFailure) {
        if options.isRefused { return try command("MAIL FROM:<sender@client.example>", "530") }
        for _ in 0..<options.messages {
            try command("MAIL FROM:<sender@client.example>", "250")
            try command("RCPT TO:<recipient1@server.example>", "250")
            try command("DATA", "354")
            let start = Clock.monotonicNanoseconds()
            message.forEachPiece { piece, isLast in
                if isLast { pause() }
                client.send(piece)
            }
            try expect("250", "end of data")
            let seconds = Double(Clock.monotonicNanoseconds() - start) / 1e9
            samples.add(.transfer, Double(options.messageOctets) / 1_048_576 / seconds)
        }
    }

    /// Says QUIT, and waits until the server has nothing more to say.
    mutating func quit() throws(SessionFailure) {
        try command("QUIT", "221")
        note(.session, since: begun)
        client.close()
        if !client.rest().isEmpty {
            throw SessionFailure(stage: "close", reason: "the server says more after the 221")
        }
    }

    private func command(_ line: String, _ code: String) throws(SessionFailure) {
        client.send("\(line)\r\n")
        try expect(code, String(line.prefix { $0 != " " }))
    }

    private func expect(_ code: String, _ stage: String) throws(SessionFailure) {
        let reply = client.reply()
        guard let last = reply.last, last.hasPrefix(code) else {
            throw SessionFailure(
                stage: stage, reason: "expected \(code), got \(reply.last ?? "nothing")")
        }
    }

    private mutating func note(_ metric: Metric, since start: Int64) {
        samples.add(metric, Double(Clock.monotonicNanoseconds() - start) / 1e6)
    }
}
