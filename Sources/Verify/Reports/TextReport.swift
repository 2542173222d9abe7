/// The report for people: a line a scenario, and below what is no pass all that explains it.
struct TextReport {
    /// Whether it goes to a terminal that shows colours.
    let isColoured: Bool
    /// Whether what was said is shown of passes, too.
    let isVerbose: Bool

    func text(_ outcome: Outcome) -> String {
        let judgement = outcome.judgement
        let verdict = judgement.verdict.rawValue.uppercased()
        let columns = [
            coloured(PlainText.padded(verdict, to: 5), judgement.verdict),
            PlainText.padded(outcome.scenario.id, to: Self.longestName),
            PlainText.padded(judgement.severity.rawValue, to: Self.longestSeverity),
            PlainText.escaped(judgement.reasons.joined(separator: "; ")),
        ]
        var text = columns.joined(separator: " ")
        while text.last == " " { text.removeLast() }
        let lines = isExplained(judgement.verdict) ? Explanation.lines(of: outcome) : []
        return ([text] + lines.map { "      " + $0 }).joined(separator: "\n") + "\n"
    }

    private func isExplained(_ verdict: Verdict) -> Bool {
        switch verdict {
        case .fail, .error, .warn: true
        case .pass, .note, .known: isVerbose
        case .skip: false
        }
    }

    /// The last line, as in `51 passed, 1 failed, 1 warning in 21 s`.
    func summary(_ results: Results) -> String {
        let words: [(Verdict, String, String)] = [
            (.pass, "passed", "passed"), (.fail, "failed", "failed"),
            (.known, "known", "known"), (.warn, "warning", "warnings"),
            (.note, "note", "notes"), (.error, "error", "errors"), (.skip, "skipped", "skipped"),
        ]
        let parts = words.compactMap { verdict, one, many -> String? in
            let count = results.count(verdict)
            if count == 0, verdict != .pass, verdict != .fail { return nil }
            return "\(count) \(count == 1 ? one : many)"
        }
        let time = " in \(Int(results.seconds.rounded())) s\n"
        let fault = results.fault.map { "\(PlainText.escaped($0))\n" } ?? ""
        return fault + parts.joined(separator: ", ") + time
    }

    private func coloured(_ text: String, _ verdict: Verdict) -> String {
        guard isColoured else { return text }
        let colour =
            switch verdict {
            case .pass: 32
            case .fail, .error: 31
            case .warn, .known: 33
            case .note, .skip: 36
            }
        return "\u{1B}[\(colour)m\(text)\u{1B}[0m"
    }

    private static let longestName = Catalogue.all.map(\.id.count).max() ?? 0
    private static let longestSeverity = Severity.allCases.map(\.rawValue.count).max() ?? 0
}
