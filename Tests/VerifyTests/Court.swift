@testable import Verify

/// Runs that never were, before the judge.
enum Court {
    static func judge(
        _ id: String, _ exit: ClientExit, _ judge: Judge = Judge(),
        seen: (inout Observation) -> Void = { _ in }
    ) -> Judgement {
        var observation = Observation()
        observation.connections = 1
        seen(&observation)
        return judge.verdict(on: Catalogue.scenario(id)!, observation, exit)
    }

    static func delivered(_ seen: inout Observation) {
        seen.hasMailInTLS = true
        seen.stored = 1
    }
}
