/// What is to be done, as the command line has it.
struct LoadOptions: Sendable {
    /// Started for each session with the connection as its standard streams.
    var command: [String] = []
    /// MAIL before STARTTLS must get a 530, and then comes QUIT.
    var isRefused = false
    /// A certificate for `localhost` is verified by this file.
    var authorityFile = ""
    var resumes = false
    var sessions = 1
    var sessionsAtATime = 1
    /// Sessions before those that are measured.
    var warmUpSessions = 0
    var messages = 1
    var messageOctets = 1024
    /// Where all sessions wait for each other, and the memory of their processes is looked at.
    enum Pause {
        /// Behind the EHLO in TLS.
        case idle
        /// Before the last piece of the message.
        case withinMessage
    }
    var pause: Pause?
    /// Where the standard error of the command goes.
    var standardErrorFile = "/dev/null"
    /// For each reply.
    var timeoutSeconds = 30

    static let usage = """
        smtpload starts a server for each session, as inetd does, and tells in JSON what it cost.

        Usage: smtpload --ca FILE [OPTION...] -- COMMAND [ARGUMENT...]

          --sessions N       how many in all (1), --at-a-time N of them (1), after --warm-up N (0)
          --messages N       in each session (1), of --size OCTETS (1024)
          --refused          instead: MAIL before STARTTLS must get a 530
          --resume           resume the TLS session of the session before
          --idle, --within   keep all sessions together, idle in TLS or within their message, and
                             tell their memory (PSS); needs as many at a time as there are sessions
          --stderr FILE      where the command's standard error goes (default: nowhere)
          --timeout SECONDS  for each reply (30)

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
        var rest = arguments[...]
        while let word = rest.popFirst(), word != "--" {
            switch word {
            case "--refused": isRefused = true
            case "--resume": resumes = true
            case "--idle": pause = .idle
            case "--within": pause = .withinMessage
            default:
                guard let value = rest.popFirst() else { throw UsageError("\(word): no value") }
                try take(word, value)
            }
        }
        command = Array(rest)
        if command.isEmpty || authorityFile.isEmpty { throw UsageError(Self.usage) }
        if pause != nil, sessions != sessionsAtATime || isRefused || messages != 1 {
            throw UsageError(
                "--idle and --within need --at-a-time as high as --sessions, and a message in TLS")
        }
    }

    private mutating func take(_ word: String, _ value: String) throws(UsageError) {
        switch word {
        case "--ca": authorityFile = value
        case "--stderr": standardErrorFile = value
        case "--sessions": sessions = try Self.number(word, value, in: 1...1_000_000)
        case "--at-a-time": sessionsAtATime = try Self.number(word, value, in: 1...1000)
        case "--warm-up": warmUpSessions = try Self.number(word, value, in: 0...10_000)
        case "--messages": messages = try Self.number(word, value, in: 0...1_000_000)
        case "--size":
            messageOctets = try Self.number(word, value, in: Message.minimumOctets...(1 << 40))
        case "--timeout": timeoutSeconds = try Self.number(word, value, in: 1...3600)
        default: throw UsageError("unknown option \(word)")
        }
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
