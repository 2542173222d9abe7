import Testing

@testable import SMTP

/// The same pseudo-random numbers for the same seed, by SplitMix64.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

@Suite struct CuttingTests {
    /// What clients say, well and badly, in pieces.
    private static let fragments = [
        "EHLO\\r\\n", "EHLO x\\r\\n", "HELO y\\r\\n", "MAIL FROM:<a@b>\\r\\n",
        "MAIL FROM:<> SIZE=99\\r\\n",
        "RCPT TO:<a@b>\\r\\n", "RCPT TO:<z@b>\\r\\n", "DATA\\r\\n", "BDAT 3\\r\\n",
        "BDAT 7 LAST\\r\\n",
        "BDAT 0\\r\\n", "BDAT 0 LAST\\r\\n", "BDAT 90\\r\\n", "RSET\\r\\n", "NOOP\\r\\n", "VRFY\\n",
        "a: b\\r\\n", "\\r\\n", ".\\r\\n", "..\\r\\n", "\\r\\n.\\r\\n", "\\n.\\n", "\\n", "\\r",
        ".",
        "\\r\\r\\n", "\\0", "\\xff", "text", " ", "x: y\\r\\r\\n", "\\r\\n.\\r\\n", "0123456789",
        "MAIL FROM:<a@b>\\r\\nRCPT TO:<a@b>\\r\\nDATA\\r\\na: b\\r\\n",
        "EHLO x\\r\\nMAIL FROM:<a@b>\\r\\nRCPT TO:<a@b>\\r\\nBDAT 7\\r\\na: b\\r\\n",
    ].map { unescape($0) }

    /// What a failure on purpose may be the answer to.
    private func isAsking(_ action: Action) -> Bool {
        switch action {
        case .ask, .checkRecipient, .commitMessage: true
        default: false
        }
    }

    /// Answers each action as a server with some misfortune would, the same way in each run.
    private func actions(_ parts: [ArraySlice<UInt8>]) -> [Action] {
        var session = Session(
            .test(.unavailable) {
                $0.recipients = .checkedDroppingOthers
                $0.refusesDoubleCarriageReturns = true
                $0.reportsCommands = true
                $0.chaos = [.sender, .recipient, .data]
                $0.limits.messageOctets = 80
                $0.limits.commandLineOctets = 60
                $0.limits.droppedLineOctets = 120
                $0.limits.recipients = 3
            })
        var actions: [Action] = []
        var messages = 0
        var failures = 0
        func fails() -> Bool {
            failures += 1
            return failures % 7 == 0
        }
        for part in [[]] + parts {
            session.receive(part.span)
            while let action = session.next() {
                actions.append(action)
                switch action {
                case _ where isAsking(action) && fails():
                    session.refused(with: .chaos(451, at: .data))
                case .ask: session.permitted()
                case .checkRecipient(let path):
                    session.recipientChecked(isAllowed: path.text.hasPrefix("a"))
                case .beginMessage:
                    messages += 1
                    if messages % 5 == 0 { session.storingFailed(.full) }
                case .commitMessage:
                    // That commands came together is the one thing that is told of how octets were
                    // cut.
                    session.sessionFindings.remove(.improperPipelining)
                    messages % 3 == 0
                        ? session.storingFailed(.other) : session.messageStored(as: "N")
                default: break
                }
            }
        }
        return joined(actions)
    }

    @Test(arguments: 0..<400 as Range<UInt64>)
    func `how the octets are cut makes no difference`(seed: UInt64) {
        var generator = SeededGenerator(state: seed)
        var octets: [UInt8] = Array("EHLO x".utf8) + (seed % 4 == 0 ? [10] : [13, 10])
        for _ in 0..<80 {
            octets += Self.fragments.randomElement(using: &generator)!
        }
        let whole = actions([octets[...]])
        let isSameSingly = actions(octets.indices.map { octets[$0...$0] }) == whole
        #expect(isSameSingly)
        for most in [3, 40] {
            var parts: [ArraySlice<UInt8>] = []
            var rest = octets[...]
            while !rest.isEmpty {
                let part = rest.prefix(Int.random(in: 1...most, using: &generator))
                parts.append(part)
                rest = rest.dropFirst(part.count)
            }
            let isSameInParts = actions(parts) == whole
            #expect(isSameInParts)
        }
    }

    @Test func `the dialogues of this test reach every kind of action`() {
        var seen: Set<String> = []
        for seed in 0..<400 as Range<UInt64> {
            var generator = SeededGenerator(state: seed)
            var octets: [UInt8] = Array("EHLO x\r\n".utf8)
            for _ in 0..<80 { octets += Self.fragments.randomElement(using: &generator)! }
            for line in render(actions([octets[...]])) {
                seen.insert(String(line.prefix(line.hasPrefix("!") ? 7 : 3)))
            }
        }
        #expect(
            seen.isSuperset(of: [
                "! begin", "! appen", "! commi", "! aband", "! check", "! close", "250", "252",
                "354", "421", "451", "452", "500", "501", "503", "550", "552",
            ]))
    }
}
