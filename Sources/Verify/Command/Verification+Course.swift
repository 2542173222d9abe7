internal import Forge
internal import Glibc
internal import POSIX

extension Verification {
    /// Runs the client against everything that was chosen, and ends the reports.
    func perform(
        on stage: Stage, in directory: RunDirectory, _ signals: RunSignals, _ reporter: Reporter
    ) -> ExitStatus {
        let start = Clock.monotonicNanoseconds()
        let total = total
        let attempt = attempts(on: stage, in: directory, signals, total)
        let ignoresExit = options.ignoresExit || options.command == nil
        var course = Course(
            options.selection, stage: stage.options,
            judge: Judge(policy: options.policy, ignoresExit: ignoresExit), known: known,
            isTimeUp: { total.remainingMilliseconds == 0 }, report: { reporter.add($0) },
            perform: { scenario in
                reporter.began(scenario)
                return attempt(scenario)
            })
        course.run()
        let results = Results(
            host: stage.options.host, outcomes: course.outcomes,
            seconds: Double(Clock.monotonicNanoseconds() - start) / 1e9, fault: course.fault,
            interruption: course.interruption)
        reporter.finish(results)
        guard let fault = reporter.fault else { return results.status }
        Program.say("a report is not whole: \(fault)")
        return .nothingJudged
    }

    /// Who operates a client by hand takes the time that it takes.
    private var total: Deadline {
        let isUnhurried = options.command == nil && isatty(STDIN_FILENO) == 1
        return .after(seconds: options.totalSeconds ?? (isUnhurried ? .max : 900))
    }

    private func attempts(
        on stage: Stage, in directory: RunDirectory, _ signals: RunSignals, _ total: Deadline
    ) -> (Scenario) -> Attempt {
        let surroundings = surroundings(stage, directory)
        guard let command = options.command else {
            Program.say(ManualClient.introduction(surroundings))
            let client = ManualClient(
                stage: stage, signals: signals, settleSeconds: options.settleSeconds ?? 2,
                total: total)
            return client.attempt
        }
        let limits = ClientRun.Limits(
            timeoutSeconds: options.timeoutSeconds, settleSeconds: options.settleSeconds ?? 0,
            ignoresExit: options.ignoresExit)
        let client = CommandClient(
            command: command, surroundings: surroundings, limits: limits, total: total,
            stage: stage, signals: signals)
        return client.attempt
    }

    private func surroundings(_ stage: Stage, _ directory: RunDirectory) -> ClientSurroundings {
        let hasLogin = !options.mechanisms.isEmpty
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        return ClientSurroundings(
            host: stage.options.host, port: stage.port,
            authorityFile: CertificateFiles.authority(in: stage.options.certificateDirectory),
            user: hasLogin ? "mailpit-verify" : "",
            password: hasLogin ? String((0..<24).map { _ in letters.randomElement() ?? "x" }) : "",
            scenario: "", directory: directory.path)
    }
}
