/// What is to be done, as the command line has it.
struct LoadOptions: Sendable {
    /// How the sessions come to TLS, and what is expected of them.
    enum Mode: String, Sendable {
        case starttls, implicit, plain
        /// MAIL before STARTTLS, which must get a 530, and then QUIT.
        case refused
    }

    /// Whom the sessions are held with.
    enum Server: Sendable {
        case address(LoopbackAddress)
        /// A command that is started for each session with the connection as its standard streams.
        case command([String])
    }

    var server: Server
    var mode = Mode.starttls
    /// `1.2` or `1.3`; whatever both sides prefer if nil.
    var tlsVersion: ClientTLS.Version?
    var caFile: String?
    var resumes = false
    var sessions = 100
    var sessionsAtATime = 1
    /// Sessions before those that are measured.
    var warmUpSessions = 0
    var messages = 1
    var recipients = 1
    var messageOctets = 1024
    var pipelines = false
    /// All sessions wait for each other behind the EHLO in TLS, and their processes are looked at.
    var measuresIdle = false
    /// Where the standard error of the command goes; to the client, as under inetd, if nil.
    var standardErrorFile: String?
    /// For each reply.
    var timeoutSeconds = 30
    /// After it no session is begun any more.
    var limitSeconds = 300
    var writesJSON = false

    static let usage = """
        smtpload holds SMTP sessions over loopback and tells what they cost.

        Usage: smtpload [OPTION...] --connect ADDRESS:PORT
               smtpload [OPTION...] -- COMMAND [ARGUMENT...]

        The second form starts the command for each session, as inetd does, with the connection as
        its standard streams, and tells what the process cost too.

          --sessions N       how many in all (100), --at-a-time N of them (1), after --warm-up N (0)
          --messages N       in each session (1), to --recipients N (1), of --size OCTETS (1024)
          --pipelining       MAIL, RCPT and DATA in one go
          --mode MODE        starttls (default), implicit, plain, or refused: MAIL before STARTTLS
                             must get a 530
          --tls-version V    1.2 or 1.3
          --ca FILE          verify the server's certificate for "localhost"
          --resume           resume the TLS session of the session before
          --idle             keep all sessions idle in TLS together, and tell their memory (PSS);
                             needs as many at a time as there are sessions
          --stderr FILE      where the command's standard error goes (default: to the client)
          --timeout SECONDS  for each reply (30)
          --limit SECONDS    after which no session is begun (300)
          --json             one line of JSON instead of a table

        Every reply is checked. The exit status is 1 if any session failed.

        """
}

/// What is wrong with the command line.
struct UsageError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

// MARK: - Reading the command line

extension LoadOptions {
    init(_ arguments: [String]) throws(UsageError) {
        self.init(server: .command([]))
        var rest = arguments[...]
        var address: LoopbackAddress?
        while let word = rest.first, word != "--" {
            rest.removeFirst()
            if try takeFlag(word) { continue }
            guard let value = rest.popFirst() else { throw UsageError("\(word) needs a value") }
            if word == "--connect" {
                guard let parsed = LoopbackAddress(value) else {
                    throw UsageError("--connect needs 127.x.y.z:PORT or [::1]:PORT, not \(value)")
                }
                address = parsed
            } else {
                try take(word, value)
            }
        }
        let command = Array(rest.dropFirst())
        if let address, command.isEmpty {
            server = .address(address)
        } else if address == nil, !command.isEmpty {
            server = .command(command)
        } else {
            throw UsageError("either --connect or -- COMMAND has to be given")
        }
        if measuresIdle, sessions != sessionsAtATime || mode == .refused {
            throw UsageError(
                "--idle needs --at-a-time as high as --sessions, and a delivering mode")
        }
    }

    /// Takes an option without a value; false if it is none.
    private mutating func takeFlag(_ word: String) throws(UsageError) -> Bool {
        switch word {
        case "--resume": resumes = true
        case "--pipelining": pipelines = true
        case "--idle": measuresIdle = true
        case "--json": writesJSON = true
        default: return false
        }
        return true
    }

    private mutating func take(_ word: String, _ value: String) throws(UsageError) {
        switch word {
        case "--mode": mode = try Self.choice(word, value)
        case "--tls-version": tlsVersion = try Self.choice(word, value)
        case "--ca": caFile = value
        case "--stderr": standardErrorFile = value
        case "--sessions": sessions = try Self.number(word, value, in: 1...1_000_000)
        case "--at-a-time": sessionsAtATime = try Self.number(word, value, in: 1...1000)
        case "--warm-up": warmUpSessions = try Self.number(word, value, in: 0...10_000)
        case "--messages": messages = try Self.number(word, value, in: 0...1_000_000)
        case "--recipients": recipients = try Self.number(word, value, in: 1...10_000)
        case "--size":
            messageOctets = try Self.number(word, value, in: Message.minimumOctets...(1 << 40))
        case "--timeout": timeoutSeconds = try Self.number(word, value, in: 1...3600)
        case "--limit": limitSeconds = try Self.number(word, value, in: 1...86_400)
        default: throw UsageError("unknown option \(word)")
        }
    }

    private static func choice<Choice: RawRepresentable<String>>(
        _ word: String, _ value: String
    ) throws(UsageError) -> Choice {
        guard let choice = Choice(rawValue: value) else {
            throw UsageError("\(word): unknown choice \(value)")
        }
        return choice
    }

    private static func number(_ word: String, _ value: String, in range: ClosedRange<Int>)
        throws(UsageError) -> Int
    {
        guard let number = Int(value), range.contains(number) else {
            throw UsageError(
                "\(word) takes \(range.lowerBound) to \(range.upperBound), not \(value)")
        }
        return number
    }
}
