@testable import Verify

/// Results with one outcome of each verdict, and with everything in them that a format escapes.
enum Sample {
    static let results = Results(
        host: "mx.mailpit.test",
        outcomes: [works, failed, known, warned, noted, skipped], seconds: 20.6)

    static let works = outcome("works", .pass, [], exit: .exited(0), stored: 1)

    static let failed: Outcome = {
        var outcome = Self.outcome(
            "cert-expired", .fail, ["sent a message over <TLS> & \"more\"", "and # more"],
            exit: .exited(0), stored: 1)
        outcome.output = "one\u{1B}[31m\ntwo\n"
        outcome.seconds = 0.066
        outcome.observation.transcript = ["1 C: EHLO a\\b", "1 S: 250 \u{1}mx: \"x\"", "1 C: ]]>"]
        outcome.observation.findings = ["no-sni"]
        var handshake = Observation.Handshake()
        handshake.version = "TLSv1.3"
        outcome.observation.handshakes = [handshake]
        return outcome
    }()

    static let known = outcome("rcpt-550", .known, ["see #12"], exit: .exited(0))
    static let warned = outcome("forged-session", .warn, ["ended by SIGSEGV"], exit: .signalled(11))
    static let noted = outcome("lost-answer", .note, ["tried again"], exit: .killed)
    static let skipped = outcome("tls-1.0-only", .skip, ["no reason"])

    static func outcome(
        _ id: String, _ verdict: Verdict, _ reasons: [String], exit: ClientExit? = nil,
        stored: Int = 0
    ) -> Outcome {
        let scenario = Catalogue.scenario(id)!
        var observation = Observation()
        observation.connections = exit == nil ? 0 : 1
        observation.stored = stored
        return Outcome(
            scenario,
            Judgement(verdict: verdict, reasons: reasons, severity: scenario.severity), exit: exit,
            observation: observation)
    }
}
