/// Says of one run whether the client did right: by what went over the wire, and by how it exited.
package struct Judge: Sendable {
    package var policy: Policy
    /// Only the wire counts, as the client queues: it exits before it delivers.
    package var ignoresExit: Bool
    /// AUTH was used where nobody offers it (`Scenario.control`).
    package var sendsUnofferedAuthentication = false

    package init(policy: Policy = .submission, ignoresExit: Bool = false) {
        self.policy = policy
        self.ignoresExit = ignoresExit
    }

    /// The verdict on a run of `scenario`, known failures not considered.
    package func verdict(
        on scenario: Scenario, _ observation: Observation, _ exit: ClientExit
    ) -> Judgement {
        let run = Run(judge: self, scenario: scenario, observation: observation, exit: exit)
        var judgement = run.judgement
        guard scenario.id == Catalogue.works else { return judgement }
        if judgement.verdict != .pass {
            judgement.verdict = .error
            if judgement.reasons.isEmpty { judgement.reasons = ["did not pass"] }
        } else if !observation.findings.isEmpty {
            // No failure: what a stricter server than this one would mind.
            judgement.reasons = ["findings: \(observation.findings.joined(separator: ", "))"]
        }
        return judgement
    }
}

/// One run, as the judge looks at it.
struct Run {
    let judge: Judge
    let scenario: Scenario
    let observation: Observation
    let exit: ClientExit

    var judgement: Judgement {
        let severity = sentInPlaintext ? Severity.critical : scenario.severity
        func judgement(_ verdict: Verdict, _ reasons: [String]) -> Judgement {
            Judgement(verdict: verdict, reasons: reasons, severity: severity)
        }
        if case .didNotStart(let reason) = exit { return judgement(.error, [reason]) }
        // What went over the wire has been seen, however the client ended.
        let failures = wireFailures + exitFailures
        if !failures.isEmpty { return judgement(.fail, failures + endings) }
        let warnings = endings + warnings
        if !warnings.isEmpty { return judgement(.warn, warnings) }
        return judgement(notes.isEmpty ? .pass : .note, notes)
    }

    private var sentInPlaintext: Bool {
        observation.hasAuthInPlaintext
            || observation.hasMailInPlaintext && judge.policy == .submission
    }
}
