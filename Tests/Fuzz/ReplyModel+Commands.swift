// What each command gets in each state.

@testable import SMTP

extension ReplyModel {
    private static let verbs = [
        "AUTH", "BDAT", "DATA", "EHLO", "EXPN", "HELO", "HELP", "MAIL", "NOOP", "QUIT", "RCPT",
        "RSET", "STARTTLS", "VRFY",
    ]

    mutating func run(_ line: [UInt8]) {
        let word = line.prefix { $0 != 32 && $0 != 9 }
        let verb =
            word.allSatisfy { $0 < 128 } ? String(decoding: word, as: UTF8.self).uppercased() : ""
        let argument = Array(line.dropFirst(word.count).drop { $0 == 32 || $0 == 9 })
        if !["RCPT", "DATA", "BDAT", "AUTH"].contains(verb) { countCommand() }
        if isGated, !["NOOP", "EHLO", "STARTTLS", "QUIT", "BDAT"].contains(verb) {
            // RFC 3207 §4
            let code = answer([5], for: shown(line))
            return require(code == 530, "\(code) to \(shown(line)) before TLS")
        }
        switch verb {
        case "NOOP", "HELP", "VRFY": answer([isText(argument) ? 2 : 5], for: shown(line))
        case "EXPN": answer([5], for: shown(line))
        case "QUIT" where argument.isEmpty: end(saying: 221)
        case "RSET" where argument.isEmpty: reset(line)
        case "QUIT", "RSET": answer([5], for: shown(line))
        case "EHLO", "HELO": hello(line, argument)
        case "STARTTLS": startTLS(line, argument)
        case "MAIL": mail(line, argument)
        case "RCPT": recipient(line, argument)
        case "DATA": data(line, argument)
        case "BDAT": chunk(line, argument)
        case "AUTH": authenticate(line, argument)
        default: unknown(line)
        }
    }

    /// RFC 9112 §3: its last word tells a request of HTTP.
    private mutating func unknown(_ line: [UInt8]) {
        let last = line.lastIndex(of: 32).map { line[($0 + 1)...] } ?? []
        if last.starts(with: "HTTP/".utf8) { return end(saying: 421) }
        answer([5], for: shown(line))
    }

    private func isText(_ octets: [UInt8]) -> Bool {
        String(validating: octets.filter { $0 != 9 }, as: UTF8.self).map { text in
            !text.unicodeScalars.contains { $0.value < 32 || (127...159).contains($0.value) }
        } ?? false
    }

    private mutating func leaveTransaction() {
        if phase != .connected { phase = .ready }
        (chunkVerdict, recipients, dropped, chunks) = (nil, 0, 0, [])
    }

    private mutating func reset(_ line: [UInt8]) {
        leaveTransaction()
        answer([2], for: shown(line))
    }

    private mutating func hello(_ line: [UInt8], _ argument: [UInt8]) {
        let isWord = !argument.isEmpty && !argument.contains(32) && !argument.contains(9)
        guard isWord, isText(argument) else { answer([5], for: shown(line)); return }
        let isExtended = line.prefix(4).elementsEqual("EHLO".utf8) { $0 & 0xDF == $1 }
        if isExtended, failsOnPurpose(shown(line)) { return }
        leaveTransaction()
        phase = .ready
        answer([2], for: shown(line))
    }

    private mutating func startTLS(_ line: [UInt8], _ argument: [UInt8]) {
        if !argument.isEmpty || isSecure || scenario.tls == .unavailable {
            answer([5], for: shown(line))
        } else if failsOnPurpose(shown(line)) {
            return
        } else if !pending.isEmpty {
            end(saying: 554)
        } else {
            leaveTransaction()
            require(replies.popFirst() == 220, "STARTTLS is not granted")
            forgetErrors()
            (phase, isSecure, isAuthenticated, linesEndInCRLF) = (.connected, true, false, nil)
        }
    }

    private mutating func mail(_ line: [UInt8], _ argument: [UInt8]) {
        guard phase == .ready, chunkVerdict == nil, isAuthenticated || scenario.auth != .required
        else { answer([5], for: shown(line)); return }
        let isPlain = argument.elementsEqual("FROM:<a@b.c>".utf8)
        guard answer(isPlain ? [2] : [2, 5], for: shown(line)) < 300 else { return }
        if phase == .over { return }
        (phase, recipients, dropped) = (.transaction, 0, 0)
    }

    private mutating func recipient(_ line: [UInt8], _ argument: [UInt8]) {
        guard phase == .transaction, chunkVerdict == nil else {
            answer([5], for: shown(line))
            return
        }
        if recipients >= scenario.limits.recipients { answer([4, 5], for: shown(line)); return }
        let address = argument.dropFirst(3).drop { $0 == 32 || $0 == 9 }.dropFirst()
        let isPlain = argument.elementsEqual("TO:<d@e.f>".utf8)
        let isWanted = scenario.isWanted(address) || address.first == UInt8(ascii: "@")
        let isRefused = !isWanted && scenario.recipients == .checkedRefusingOthers
        guard answer(isPlain ? [2] : isRefused ? [5] : [2, 5], for: shown(line)) < 300 else {
            return
        }
        recipients += 1
        if !isWanted { dropped += 1 }
    }

    private mutating func data(_ line: [UInt8], _ argument: [UInt8]) {
        guard phase == .transaction, chunkVerdict == nil, recipients > 0, argument.isEmpty else {
            answer([5], for: shown(line))
            return
        }
        if failsOnPurpose(shown(line)) { return }
        begin()
        phase = .data
        answer([3], for: shown(line))
    }
}

// MARK: - BDAT and AUTH

extension ReplyModel {
    private func count(_ argument: [UInt8]) -> (UInt64, isLast: Bool)? {
        let words = argument.split { $0 == 32 || $0 == 9 }
        guard let first = words.first, words.count <= 2,
            first.allSatisfy({ (48...57).contains($0) }),
            let count = UInt64(String(decoding: first, as: UTF8.self))
        else { return nil }
        let isLast = words.count == 2
        if isLast, String(decoding: words[1], as: UTF8.self).uppercased() != "LAST" { return nil }
        return (count, isLast)
    }

    private mutating func chunk(_ line: [UInt8], _ argument: [UInt8]) {
        guard let (count, isLast) = count(argument) else {
            end(saying: isGated ? 530 : scenario.hasChunking ? 501 : 500)
            return
        }
        // Later octets are for this chunk, so without all of them there is no reply.
        guard UInt64(pending.count) >= count else {
            // What is missing comes with a later flight: the line is read again then.
            pending = line + [10] + pending
            isAwaitingChunk = true
            return
        }
        let payload = Array(pending.prefix(Int(count)))
        pending.removeFirst(Int(count))
        take(payload, isLast, shown(line))
    }

    private mutating func take(_ payload: [UInt8], _ isLast: Bool, _ what: String) {
        if !isGated, !scenario.hasChunking {
            answer([5], for: what)
            return
        }
        let isFirst = phase == .transaction && chunkVerdict == nil
        let isRefused =
            isGated || chunkVerdict != nil || !(phase == .chunks || isFirst && recipients > 0)
        if isRefused {
            let code = answer([isGated ? 5 : chunkVerdict ?? 5], for: what)
            let isInSequence = chunkVerdict != nil || isFirst && !isGated
            chunkVerdict = isLast || !isInSequence ? nil : code / 100
            return
        }
        if isFirst { (chunks, verdict) = ([], nil) }
        let limit = scenario.limits.messageOctets.map { Int($0) } ?? .max
        let isTooLarge = chunks.count + payload.count > limit
        if isFirst, isTooLarge { hasFile = false } else if isFirst { begin() }
        if isTooLarge, verdict == nil { verdict = 5 }
        chunks += payload
        phase = .chunks
        if isLast { return finish(ReferenceDecoder.counted(chunks)) }
        guard let verdict else { answer([2], for: what); return }
        phase = .ready
        chunkVerdict = verdict
        answer([verdict], for: what)
    }

    private mutating func authenticate(_ line: [UInt8], _ argument: [UInt8]) {
        let offered =
            isSecure ? scenario.mechanisms : scenario.allowsPlaintextAUTH ? ["PLAIN"] : []
        let words = argument.split { $0 == 32 || $0 == 9 }
        let name = words.first.map { String(decoding: $0, as: UTF8.self).uppercased() } ?? ""
        guard scenario.auth != .unavailable, phase == .ready, chunkVerdict == nil, !isAuthenticated,
            offered.contains(name), words.count <= 2
        else { answer([5], for: shown(line)); return }
        // A response that is no base64 takes no step.
        if words.count == 2, replies.first == 501 { answer([5], for: shown(line)); return }
        if failsOnPurpose(shown(line)) { return }
        follow(shown(line))
    }

    mutating func respond(_ line: [UInt8]) {
        phase = .ready
        if line == [42] || replies.first == 501 { answer([5], for: "a response"); return }
        follow("a response")
    }

    private mutating func follow(_ what: String) {
        steps += 1
        switch scenario.exchange(atStep: steps - 1) {
        case .challenge:
            require(replies.popFirst() == 334, "no challenge to \(what)")
            phase = .response
        case .success:
            isAuthenticated = true
            answer([2], for: what)
        case .failure: answer([5], for: what)
        }
    }
}
