@testable import SMTP

/// A small server that knows no grammar of addresses, but in which state which command gets a reply
/// of which class, where lines and messages end, and what is to be stored.
///
/// It is fed what the session under test was, and traps where that said something else.
struct ReplyModel {
    enum Phase { case connected, ready, transaction, chunks, data, response, over }

    let scenario: Scenario
    var phase = Phase.connected
    var isSecure: Bool
    var isAuthenticated = false
    /// Recipients that got 250, and those of them that are dropped.
    var recipients = 0
    var dropped = 0
    /// The first digit of what all chunks get until LAST or RSET.
    var chunkVerdict: Int?
    /// The octets of the message that came in chunks so far, and what it will be refused with.
    var chunks: [UInt8] = []
    var verdict: Int?
    var hasFile = false
    /// A message is stored, and not acknowledged yet.
    private var isAcknowledging = false
    /// A BDAT has been read, and not all of its octets are there.
    var isAwaitingChunk = false
    var messages = 0
    var steps = 0
    /// What lines end in, once it is known.
    var linesEndInCRLF: Bool?
    var pending: [UInt8] = []
    var replies: ArraySlice<Int> = []
    var stored: ArraySlice<[UInt8]> = []
    private var errors = 0
    private var commands = 0

    init(_ scenario: Scenario) {
        self.scenario = scenario
        isSecure = scenario.tls == .implicit
    }

    var isGated: Bool { scenario.tls == .required && !isSecure }

    func expectGreeting(_ replies: [Int]) {
        require(replies == [220], "greeting: \(replies)")
    }

    mutating func receive(_ flight: [UInt8], replies: [Int], stored: [[UInt8]]) {
        (self.replies, self.stored) = (replies[...], stored[...])
        pending += flight
        while phase != .over, step() {}
        require(self.replies.isEmpty, "replies nobody expects: \(self.replies) to \(shown(flight))")
        require(self.stored.isEmpty, "stored without a reason: \(self.stored.map { shown($0) })")
    }

    private mutating func step() -> Bool {
        phase == .data ? takeData() : takeLine()
    }

    // MARK: - Replies

    /// Takes the reply to a command or a message, whose first digit must be one of these, with what
    /// it does to the limits.
    @discardableResult
    mutating func answer(_ classes: [Int], for what: String) -> Int {
        guard let code = replies.popFirst() else { fatalError("no reply to \(what)") }
        if code == Scenario.failureCode || code == Scenario.storedFailureCode {
            // A failure on purpose takes the place of a success, and counts towards no limit.
            require(classes.contains { $0 < 4 }, "a failure on purpose of \(what)")
            require(
                isAcknowledging == (code == Scenario.storedFailureCode), "stored or not: \(what)")
            return code
        }
        require(classes.contains(code / 100), "\(code) to \(what), not \(classes)")
        if code < 400 { errors = 0 } else if code != 452 { errors += 1 }
        if errors >= scenario.limits.errorsInARow
            || commands >= scenario.limits.commandsWithoutMessage
        {
            end(saying: 421)
        }
        return code
    }

    /// Takes the reply that is a failure on purpose, where it is one.
    mutating func failsOnPurpose(_ what: String) -> Bool {
        guard replies.first == Scenario.failureCode else { return false }
        answer([2], for: what)
        return true
    }

    mutating func end(saying code: Int? = nil) {
        if let code { require(replies.popFirst() == code, "no \(code) at the end") }
        phase = .over
        pending = []
    }

    mutating func countCommand() { commands += 1 }
    mutating func forgetCommands() { commands = 0 }
    mutating func forgetErrors() { errors = 0 }

    // MARK: - Lines

    private mutating func takeLine() -> Bool {
        let end = pending.firstIndex(of: 10)
        let count = (end ?? pending.count) + (end == nil ? 0 : 1)
        let limits = scenario.limits
        let word = pending.prefix { $0 != 32 && $0 != 9 }
        let mayBeLonger =
            phase == .response || String(decoding: word, as: UTF8.self).uppercased() == "AUTH"
        let fits = count <= (mayBeLonger ? limits.authLineOctets : limits.commandLineOctets)
        guard fits || count <= limits.droppedLineOctets else {
            self.end(saying: 421)
            return false
        }
        guard let end else { return false }
        var line = Array(pending[..<end])
        pending.removeSubrange(...end)
        let endsInCRLF = line.last == 13
        if endsInCRLF { line.removeLast() }
        if linesEndInCRLF == nil { linesEndInCRLF = endsInCRLF }
        if !fits {
            if phase == .response { phase = .ready } else { countCommand() }
            answer([5], for: "a line too long")
        } else {
            while let last = line.last, last == 32 || last == 9 { line.removeLast() }
            phase == .response ? respond(line) : run(line)
        }
        defer { isAwaitingChunk = false }
        return !isAwaitingChunk
    }

    // MARK: - Data

    private mutating func takeData() -> Bool {
        guard
            let message = ReferenceDecoder.dotStuffed(
                pending, linesEndInCRLF: linesEndInCRLF ?? true)
        else { return false }
        pending.removeFirst(message.consumed)
        finish(message)
        return true
    }

    /// The message has come whole.
    mutating func finish(_ message: ReferenceDecoder.Message) {
        phase = .ready
        let isTooLarge = scenario.limits.messageOctets.map { message.size > Int($0) } ?? false
        let what = "the end of \(shown(message.decoded))"
        if let verdict {
            answer([verdict], for: what)
        } else if isTooLarge {
            answer([5], for: what)
        } else if failsOnPurpose(what) {
            return
        } else if !hasFile {
            forgetCommands()
            answer([2], for: what)
        } else if scenario.storage(ofMessage: messages - 1) == .cannotCommit {
            answer([4], for: what)
        } else {
            forgetCommands()
            require(
                stored.popFirst() == ReferenceDecoder.separated(message.decoded), "stored: \(what)")
            isAcknowledging = true
            answer([2], for: what)
            isAcknowledging = false
        }
    }

    /// A message begins that has recipients.
    mutating func begin() {
        verdict = nil
        hasFile = recipients > dropped
        guard hasFile else { return }
        messages += 1
        if scenario.storage(ofMessage: messages - 1) == .cannotBegin { verdict = 4 }
    }
}
