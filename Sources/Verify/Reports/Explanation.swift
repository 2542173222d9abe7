/// What stands below a verdict that is no pass, for people.
enum Explanation {
    /// What was said, what the client printed, what it should have done, and what mends it.
    static func lines(of outcome: Outcome) -> [String] {
        var lines = outcome.observation.transcript.map(PlainText.escaped)
        let shown = Redaction.redacted(outcome.output, of: outcome.observation.credentials)
        let output = PlainText.lines(shown).suffix(maximumOutputLines)
        lines += output.map { "client: \($0)" }
        if !outcome.scenario.expected.isEmpty {
            let clause = outcome.scenario.clause
            lines.append(
                "a good client \(outcome.scenario.expected)"
                    + (clause.isEmpty ? "" : " (\(clause))")
            )
        }
        if outcome.judgement.verdict == .fail, !outcome.scenario.hint.isEmpty {
            lines.append("hint: \(outcome.scenario.hint)")
        }
        return lines
    }

    /// Of what the client printed.
    private static let maximumOutputLines = 10
}
