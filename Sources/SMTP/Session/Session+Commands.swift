internal import Notation

// RFC 5321 §4.1.1: the commands. Each method first asks whether the command may come now, then
// whether it is well formed, and only then does something.

extension Session {
    /// Runs the next command line; false if there is none yet.
    mutating func takeCommandLine() -> Bool {
        if !isProtected, input.beginsTLS {
            refuseTLSRecord()
            return true
        }
        switch nextLine() {
        case .incomplete:
            return false
        case .farTooLong:
            break
        case .tooLong(let endsInCRLF):
            noteLine(endsInCRLF: endsInCRLF)
            notePipelining(nil)
            countCommand(nil)
            refuse(.lineTooLong)
        case .complete(let line, let endsInCRLF):
            let verb = Verb(of: line)
            noteLine(endsInCRLF: endsInCRLF)
            noteVerb(verb)
            notePipelining(verb)
            if configuration.reportsCommands { report(line, verb) }
            run(trimmingBlanks(line), verb)
        }
        return true
    }

    /// Takes the next line, which may fix what ends those of a message; one that is far too long
    /// ends the session.
    mutating func nextLine(isResponse: Bool = false) -> InputBuffer.Line {
        let line = input.takeLine(limits, isResponse: isResponse)
        switch line {
        case .incomplete: break
        case .farTooLong:
            refuseAndClose(.lineFarTooLong, to: isResponse ? RefusedCommand(.auth) : nil)
        case .tooLong(let endsInCRLF), .complete(_, let endsInCRLF):
            deadlineRenewals += 1
            if lineDiscipline == nil { lineDiscipline = .init(firstLineEndsInCRLF: endsInCRLF) }
        }
        return line
    }

    /// RFC 3207 §2: TLS begins behind STARTTLS and its 220. What came instead is no command line,
    /// whatever octets are in it, and the client can read nothing but TLS.
    private mutating func refuseTLSRecord() {
        // Nothing came before it, so it is what was there before the greeting.
        if lineDiscipline == nil { sessionFindings.remove(.earlyTalker) }
        note(.tlsWithoutSTARTTLS)
        pending.append(.report(.tlsWithoutSTARTTLS))
        close(saying: .mustStartTLS)
    }

    /// RFC 5321 §4.1.1: white space before the line end is tolerated.
    func trimmingBlanks(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var line = line
        while line.last?.isBlank == true { line.removeLast() }
        return line
    }

    /// Reports a command without any credentials: neither the response that AUTH may carry, nor the
    /// lines behind it that a client sends which does not wait for the answer.
    private mutating func report(_ line: ArraySlice<UInt8>, _ verb: Verb?) {
        let shown =
            switch verb {
            case nil: mayBeResponse ? [] : CommandParser.withoutCredentials(line)
            case .auth: CommandParser.withoutCredentials(line)
            default: line
            }
        let mark = shown.count < line.count ? Array("[redacted]".utf8) : []
        pending.append(.report(.commandReceived(shown + mark)))
    }

    private mutating func run(_ line: ArraySlice<UInt8>, _ verb: Verb?) {
        countCommand(verb)
        // RFC 3207 §4: known or not, and whatever else is wrong with it.
        if isGated, !(verb?.isAllowedBeforeTLS ?? false), !(verb?.hasPayload ?? false) {
            return refuse(.mustStartTLS, to: RefusedCommand(line, verb, limits))
        }
        var parser = CommandParser(line)
        parser.takeVerb()
        do throws(Reply) {
            switch verb {
            case .auth: try auth(&parser)
            case .bdat: try bdat(&parser)
            case .data: try data(&parser)
            case .ehlo: try hello(&parser, isExtended: true)
            case .expn: throw .notImplemented
            case .helo: try hello(&parser, isExtended: false)
            case .help: try ignoringText(&parser, .help)
            case .mail: try mail(&parser)
            case .noop: try ignoringText(&parser, .ok)
            case .quit: try quit(&parser)
            case .rcpt: try rcpt(&parser)
            case .rset: try rset(&parser)
            case .starttls: try startTLS(&parser)
            case .vrfy: try ignoringText(&parser, .cannotVerify)
            case nil where isHTTPRequest(line): refuseAndClose(.notHTTP, to: .unknown)
            case nil: throw .unknownCommand
            }
        } catch {
            refuse(error, to: RefusedCommand(line, verb, limits))
        }
        envelopeFindings.formUnion(parser.findings)
    }

    /// TLS is required and not in use.
    var isGated: Bool { configuration.tls == .required && !isProtected }

    /// RFC 9112 §3: `GET /path HTTP/1.1`, as a browser or an attack through one sends it.
    private func isHTTPRequest(_ line: ArraySlice<UInt8>) -> Bool {
        guard let blank = line.lastIndex(of: .space) else { return false }
        return line[(blank + 1)...].starts(with: "HTTP/".utf8)
    }
}

// MARK: - Session commands

extension Session {
    private mutating func hello(_ parser: inout CommandParser, isExtended: Bool) throws(Reply) {
        let client = Client(name: try parser.hello(), isExtended: isExtended)
        if !client.isFullyNamed { note(.ehloNotFQDN) }
        if client.hasUnderscore { note(.underscoreInDomain) }
        guard isExtended else { return beginAnew(client) }
        take(.hello(client), unlessFailingAt: .hello)
    }

    /// RFC 5321 §4.1.4: EHLO in the middle of a session is RSET too; one that is refused is not.
    mutating func beginAnew(_ client: Client) {
        reset(to: .ready(client))
        guard client.isExtended, maySTARTTLS else { return answerHello(client) }
        takeUnlessStripping(.offers(client))
    }

    mutating func answerHello(_ client: Client) {
        answer(client.isExtended ? .hello(offers()) : .hello([configuration.hostname]))
    }

    /// RFC 3207 §4.2: not once TLS is in use.
    private var maySTARTTLS: Bool { !isProtected && configuration.tls != .unavailable }

    /// What may be used as things stand. RFC 8689 §2: REQUIRETLS within TLS alone.
    var extensions: Extensions {
        isProtected ? configuration.extensions : configuration.extensions.subtracting(.requireTLS)
    }

    /// RFC 5321 §4.1.1.1: our name and a line for each extension, always in the same order.
    private func offers() -> [String] {
        let extensions = extensions
        var lines = [configuration.hostname]
        lines.reserveCapacity(12)
        if extensions.contains(.size) {
            lines.append(limits.messageOctets.map { "SIZE \($0)" } ?? "SIZE")
        }
        if extensions.contains(.eightBitMIME) { lines.append("8BITMIME") }
        if extensions.contains(.smtpUTF8) { lines.append("SMTPUTF8") }
        if extensions.contains(.enhancedStatusCodes) { lines.append("ENHANCEDSTATUSCODES") }
        if extensions.contains(.pipelining) { lines.append("PIPELINING") }
        if extensions.contains(.limits) { lines.append("LIMITS RCPTMAX=\(limits.recipients)") }
        var mechanisms = offeredMechanisms
        if case .stripped = offer {
            mechanisms = configuration.mechanismsWhereStripped
        } else if maySTARTTLS {
            lines.append("STARTTLS")
        }
        // RFC 4954 §3: the mechanisms that the client may choose from as things stand.
        if !mechanisms.isEmpty { lines.append("AUTH \(mechanisms.joined(separator: " "))") }
        if !isGated, extensions.contains(.chunking) { lines.append("CHUNKING") }
        if extensions.contains(.dsn) { lines.append("DSN") }
        if extensions.contains(.requireTLS) { lines.append("REQUIRETLS") }
        return lines
    }

    private mutating func startTLS(_ parser: inout CommandParser) throws(Reply) {
        try parser.expectEnd()
        if isProtected { throw .alreadyInTLS }
        if configuration.tls == .unavailable { throw .tlsNotAvailable }
        takeUnlessStripping(.offeredTLS)
    }

    mutating func grantSTARTTLS() {
        if input.count > 0 {
            // RFC 3207 §6 and CVE-2011-0411: what was injected behind STARTTLS must neither be run
            // nor be taken for something that came through TLS.
            pending.append(.report(.startTLSInjection(octets: input.count)))
            return close(saying: .plaintextInjection)
        }
        forgetErrors()
        reset(to: .negotiatingTLS)
        send(.readyToStartTLS)
        pending.append(.startTLS)
    }

    private mutating func ignoringText(_ parser: inout CommandParser, _ reply: Reply) throws(Reply)
    {
        try parser.ignoredText()
        answer(reply)
    }

    private mutating func rset(_ parser: inout CommandParser) throws(Reply) {
        try parser.expectEnd()
        reset(to: state.client.map { .ready($0) } ?? state)
        answer(.ok)
    }

    private mutating func quit(_ parser: inout CommandParser) throws(Reply) {
        try parser.expectEnd()
        close(saying: .closing, afterQUIT: true)
    }

    /// Leaves every transaction behind.
    mutating func reset(to newState: State) {
        abandonMessage()
        state = newState
    }
}
