// How the client exited, beside what it has delivered.

extension Run {
    private enum Status {
        case success, failure
    }

    /// Nil where it tells nothing: the client did not end by itself, or is not asked.
    private var status: Status? {
        guard case .exited(let status) = exit, !judge.ignoresExit else { return nil }
        return status == 0 ? .success : .failure
    }

    private var hasEnded: Bool {
        if case .exited = exit { true } else { judge.ignoresExit }
    }

    /// What is wrong with it.
    var exitFailures: [String] {
        if status == .success, observation.stored == 0, observation.connections > 0 {
            return ["exited with 0 and has delivered nothing"]
        }
        switch scenario.expectation {
        case .delivers where hasEnded && observation.connections > 0: return deliveryFailures
        case .fails where status == .success && !isLoginUnseen:
            return ["exited with 0 although it was refused"]
        default: return []
        }
    }

    private var deliveryFailures: [String] {
        if observation.stored == 0 { return ["did not deliver"] }
        guard status == .failure, case .exited(let code) = exit else { return [] }
        return ["delivered, and exited with \(code)"]
    }

    /// The refusal is one of credentials, and the client has sent none.
    private var isLoginUnseen: Bool {
        !scenario.script.acceptsCredentials && !observation.hasAuthInTLS
    }
}

// MARK: - What cannot be called right or wrong

extension Run {
    /// That the client did not end by itself.
    var endings: [String] {
        switch exit {
        case .killed where !judge.ignoresExit: ["did not end within the time limit"]
        case .signalled(let signal): ["ended by \(SignalName.of(signal))"]
        default: []
        }
    }

    var warnings: [String] {
        if observation.connections == 0 { return ["never connected"] }
        if hasControlFailed {
            return [
                scenario.group == .control
                    ? "uses AUTH where it is not offered"
                    : "uses AUTH where nobody offers it, too, so this tells nothing"
            ]
        }
        if scenario.expectation == .delivers, observation.stored > 1 {
            return ["delivered \(observation.stored) times"]
        }
        return []
    }

    var notes: [String] {
        var notes = judge.policy == .opportunistic ? unprotected : []
        if isLoginUnseen { notes.append("did not use AUTH, so that it was not refused") }
        if judge.ignoresExit, scenario.expectation == .fails, notes.isEmpty {
            notes.append("only the exit status would tell")
        }
        if scenario.severity == .note { notes += retries }
        return notes
    }

    private var retries: [String] {
        let tries = observation.connections > 1 ? "tried again" : "did not try again"
        return switch observation.stored {
        case 0: ["\(tries), delivered nothing"]
        case 1: ["\(tries), delivered once"]
        default: ["\(tries), delivered \(observation.stored) times"]
        }
    }
}
