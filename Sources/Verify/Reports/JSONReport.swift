/// The report for programs: one object with all that is known.
enum JSONReport {
    static func text(_ results: Results) -> String {
        JSON.object([
            ("host", .string(results.host)),
            ("status", .integer(Int(results.status.rawValue))),
            ("scenarios", .array(results.outcomes.map(scenario))),
        ]).text() + "\n"
    }

    private static func scenario(_ outcome: Outcome) -> JSON {
        let observation = outcome.observation
        return .object([
            ("id", .string(outcome.scenario.id)),
            ("group", .string(outcome.scenario.group.rawValue)),
            ("severity", .string(outcome.judgement.severity.rawValue)),
            ("clause", .string(outcome.scenario.clause)),
            ("expected", .string(outcome.scenario.expected)),
            ("verdict", .string(outcome.judgement.verdict.rawValue)),
            ("reasons", .strings(outcome.judgement.reasons)),
            ("exit", exit(outcome.exit)),
            ("seconds", .number(PlainText.seconds(outcome.seconds))),
            ("connections", .integer(observation.connections)),
            ("stored", .integer(observation.stored)),
            ("tls", .array(observation.handshakes.map(handshake))),
            ("findings", .strings(observation.findings)),
            ("transcript", .strings(observation.transcript)),
        ])
    }

    /// Null where it was killed or not run, negative for a signal.
    private static func exit(_ exit: ClientExit?) -> JSON {
        switch exit {
        case .exited(let status): .integer(Int(status))
        case .signalled(let signal): .integer(-Int(signal))
        case .killed, .didNotStart, nil: .null
        }
    }

    private static func handshake(_ handshake: Observation.Handshake) -> JSON {
        .object([
            ("version", .optional(handshake.version)), ("cipher", .optional(handshake.cipher)),
            ("sni", .optional(handshake.serverName)), ("failure", .optional(handshake.failure)),
        ])
    }
}
