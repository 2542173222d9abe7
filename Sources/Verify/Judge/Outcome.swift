/// One line of the reports: a scenario, and what came of running the client against it.
package struct Outcome: Sendable {
    package let scenario: Scenario
    package var judgement: Judgement
    /// Nil where no command was run.
    package var exit: ClientExit?
    package var seconds: Double
    /// The last few KiB of what the command wrote to standard output and standard error.
    package var output: String
    /// What the server saw; empty where nothing was run.
    package var observation: Observation

    package init(
        _ scenario: Scenario, _ judgement: Judgement, exit: ClientExit? = nil,
        seconds: Double = 0, output: String = "", observation: Observation = Observation()
    ) {
        self.scenario = scenario
        self.judgement = judgement
        self.exit = exit
        self.seconds = seconds
        self.output = output
        self.observation = observation
    }
}
