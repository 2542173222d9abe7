internal import POSIX

/// The user's command, run once for each scenario.
struct CommandClient {
    let command: ClientCommand
    /// All but the scenario.
    let surroundings: ClientSurroundings
    let limits: ClientRun.Limits
    /// When the time for all runs is over.
    let total: Deadline
    let stage: Stage
    let signals: RunSignals

    func attempt(_ scenario: Scenario) -> Attempt {
        var surroundings = surroundings
        surroundings.scenario = scenario.id
        var limits = limits
        let left = Int64(total.remainingMilliseconds / 1000) + 1
        limits.timeoutSeconds = min(limits.timeoutSeconds, left)
        let start = Clock.monotonicNanoseconds()
        stage.begin(scenario)
        let result = ClientRun.perform(
            command, in: surroundings, within: limits, signals: signals,
            connections: ConnectionWatch(stage))
        let observation = stage.end()
        return Attempt(
            exit: result.exit, output: result.output, observation: observation,
            seconds: Double(Clock.monotonicNanoseconds() - start) / 1e9,
            interruption: result.interruption,
            isCutShort: result.exit == .killed && total.remainingMilliseconds == 0)
    }
}
