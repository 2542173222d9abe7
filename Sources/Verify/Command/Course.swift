/// The order of the runs: `works` first and last, the controls, and what ends it all early.
///
/// It runs nothing itself, and has no clock.
struct Course {
    let selection: Selection
    let stage: StageOptions
    let known: KnownFailures
    var judge: Judge
    /// Runs the client once.
    let perform: (Scenario) -> Attempt
    let isTimeUp: () -> Bool
    /// Is told of each outcome as soon as there is one.
    let report: (Outcome) -> Void

    private(set) var outcomes: [Outcome] = []
    private(set) var fault: String?
    private(set) var interruption: CInt?

    init(
        _ selection: Selection, stage: StageOptions, judge: Judge, known: KnownFailures,
        isTimeUp: @escaping () -> Bool, report: @escaping (Outcome) -> Void,
        perform: @escaping (Scenario) -> Attempt
    ) {
        self.selection = selection
        self.stage = stage
        self.judge = judge
        self.known = known
        self.isTimeUp = isTimeUp
        self.report = report
        self.perform = perform
    }

    mutating func run() {
        guard let works = Catalogue.scenario(Catalogue.works) else { return }
        guard let first = outcome(of: works) else { return }
        add(first)
        guard first.judgement.verdict == .pass else {
            fault = "works did not pass, so nothing else is judged"
            return
        }
        for scenario in selection.performed {
            guard let outcome = outcome(of: scenario) else { return }
            add(outcome)
        }
        if fault == nil, let last = outcome(of: works) { compare(last) }
    }

    /// What comes of a scenario; nil where the user has ended everything.
    private mutating func outcome(of scenario: Scenario) -> Outcome? {
        if let reason = scenario.reasonToSkip(stage) { return skipped(scenario, reason) }
        if isTimeUp() { return timedOut(scenario) }
        let attempt = perform(scenario)
        interruption = attempt.interruption
        if interruption != nil { return nil }
        if attempt.isCutShort { return timedOut(scenario) }
        if scenario.id == Catalogue.authNotOffered {
            judge.sendsUnofferedAuthentication = attempt.observation.hasAuthInTLS
        }
        let judgement = judge.verdict(on: scenario, attempt.observation, attempt.exit)
        return Outcome(
            scenario, known.applied(to: judgement, of: scenario.id), exit: attempt.exit,
            seconds: attempt.seconds, output: attempt.output,
            observation: attempt.observation)
    }

    private mutating func timedOut(_ scenario: Scenario) -> Outcome {
        fault = "the time for all runs was over before the last one (--total)"
        return skipped(scenario, "the time for all runs was over")
    }

    private func skipped(_ scenario: Scenario, _ reason: String) -> Outcome {
        Outcome(scenario, Judgement(.skip, scenario, reason))
    }

    private mutating func add(_ outcome: Outcome) {
        outcomes.append(outcome)
        report(outcome)
    }

    /// What has come about in between is worth nothing unless the client still delivers.
    private mutating func compare(_ last: Outcome) {
        guard last.judgement.verdict != .pass, last.judgement.verdict != .skip else { return }
        fault = "works passed first and not last, so the verdicts in between are worth nothing"
        outcomes[0] = last
        report(last)
    }
}
