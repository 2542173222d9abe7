/// What is said of one run, and why.
package struct Judgement: Equatable, Sendable {
    package var verdict: Verdict
    /// The gravest first; empty for a plain pass.
    package var reasons: [String]
    /// How much a failure matters: that of the scenario, or more where plaintext was sent.
    package var severity: Severity

    /// Of a scenario that was not run, or could not be judged.
    package init(_ verdict: Verdict, _ scenario: Scenario, _ reason: String) {
        self.init(verdict: verdict, reasons: [reason], severity: scenario.severity)
    }

    init(verdict: Verdict, reasons: [String], severity: Severity) {
        self.verdict = verdict
        self.reasons = reasons
        self.severity = severity
    }
}
