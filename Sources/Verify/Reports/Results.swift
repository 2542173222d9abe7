/// What all runs came to: what the reports are made of.
package struct Results: Sendable {
    /// The name of the server.
    package let host: String
    package var outcomes: [Outcome]
    package var seconds: Double
    /// Why not everything could be judged, where that is so.
    package var fault: String?
    /// The signal by which the user ended it.
    package var interruption: CInt?

    package init(
        host: String, outcomes: [Outcome] = [], seconds: Double = 0, fault: String? = nil,
        interruption: CInt? = nil
    ) {
        self.host = host
        self.outcomes = outcomes
        self.seconds = seconds
        self.fault = fault
        self.interruption = interruption
    }

    func count(_ verdict: Verdict) -> Int {
        outcomes.count { $0.judgement.verdict == verdict }
    }

    /// What the program ends with.
    package var status: ExitStatus {
        if let interruption { return .interrupted(by: interruption) }
        if count(.error) > 0 { return .nothingJudged }
        if count(.fail) > 0 { return .failed }
        return fault == nil ? .passed : .nothingJudged
    }
}
