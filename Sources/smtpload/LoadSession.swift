internal import POSIX

/// One SMTP session from the connection to its end, and what it cost.
struct LoadSession: ~Copyable {
    private let options: LoadOptions
    private let message: Message
    private var wire: Wire
    private let begun: Int64
    private(set) var samples = Samples()

    /// Begins on a fresh connection; `begun` is the moment before it was made.
    init(_ options: LoadOptions, _ message: Message, _ wire: consuming Wire, begun: Int64) {
        self.options = options
        self.message = message
        self.wire = wire
        self.begun = begun
    }

    var isResumed: Bool { wire.isResumed }
    var ticket: TLSTicket? { wire.ticket }

    private static let greeting = "greeting"

    /// Up to where messages could be sent.
    mutating func open(_ tls: ClientTLS, resuming ticket: TLSTicket?) throws(SessionFailure) {
        if options.mode == .implicit { try secure(tls, ticket) }
        try wire.expect("220", Self.greeting)
        note(.greeting, since: begun)
        try command("EHLO client.example", "250")
        if options.mode == .starttls {
            try command("STARTTLS", "220")
            try secure(tls, ticket)
            try command("EHLO client.example", "250")
        }
    }

    private mutating func secure(_ tls: ClientTLS, _ ticket: TLSTicket?) throws(SessionFailure) {
        let start = Clock.monotonicNanoseconds()
        try wire.secure(by: tls, resuming: ticket)
        note(.handshake, since: start)
    }

    /// Sends all messages.
    mutating func deliver() throws(SessionFailure) {
        if options.mode == .refused {
            try command("MAIL FROM:<sender@client.example>", "530")
            return
        }
        for _ in 0..<options.messages {
            try startMessage()
            let start = Clock.monotonicNanoseconds()
            try message.forEachPiece { (piece) throws(SessionFailure) in
                try wire.send(piece, "message")
            }
            let sent = Clock.monotonicNanoseconds()
            try wire.expect("250", "end of data")
            note(.endOfData, since: sent)
            let seconds = Double(Clock.monotonicNanoseconds() - start) / 1e9
            samples.add(.transfer, Double(options.messageOctets) / 1_048_576 / seconds)
        }
    }

    private mutating func startMessage() throws(SessionFailure) {
        var commands = ["MAIL FROM:<sender@client.example>"]
        commands += (1...options.recipients).map { "RCPT TO:<recipient\($0)@server.example>" }
        guard options.pipelines else {
            for line in commands { try command(line, "250") }
            return try command("DATA", "354")
        }
        // RFC 2920 §3.1: DATA may be the last of a group.
        let lines = (commands + ["DATA"]).map { "\($0)\r\n" }.joined()
        try wire.send(Array(lines.utf8), "MAIL")
        for line in commands { try wire.expect("250", String(line.prefix(4))) }
        try wire.expect("354", "DATA")
    }

    /// Says QUIT, and waits until the server has nothing more to say.
    mutating func quit() throws(SessionFailure) {
        try command("QUIT", "221")
        note(.session, since: begun)
        try wire.end()
        note(.connection, since: begun)
    }

    private mutating func command(_ line: String, _ code: String) throws(SessionFailure) {
        let verb = String(line.prefix { $0 != " " })
        try wire.send(Array("\(line)\r\n".utf8), verb)
        try wire.expect(code, verb)
    }

    private mutating func note(_ metric: Metric, since start: Int64) {
        samples.add(metric, Double(Clock.monotonicNanoseconds() - start) / 1e6)
    }
}
