import Forge
import Glibc
import Synchronization
import TestSupport

@testable import Verify

/// Runs clients of this process against the stage, many at a time, as most of what they do is wait.
enum Playhouse {
    static let host = "mx.mailpit.test"

    static let certificates: TemporaryDirectory = {
        // OpenSSL writes to whatever the other side has left of a connection.
        signal(SIGPIPE, SIG_IGN)
        let directory = TemporaryDirectory()
        try! CertificateFiles.write(for: host, to: directory.path)
        return directory
    }()

    /// The stage's options, with pauses that are longer than the impatience of a client.
    static func options(_ change: (inout StageOptions) -> Void = { _ in }) -> StageOptions {
        var options = StageOptions(host: host, certificateDirectory: certificates.path)
        options.pauses.slowMilliseconds = 2000
        options.pauses.silenceMilliseconds = 1000
        change(&options)
        return options
    }

    /// What makes a client differ from the perfect one.
    typealias Change = @Sendable (inout Client) -> Void

    struct Run: Sendable {
        let observation: Observation
        let exit: ClientExit
    }

    static func client(_ stage: Stage, _ change: (inout Client) -> Void = { _ in }) -> Client {
        var client = Client(
            port: stage.port, host: host,
            authorityFile: CertificateFiles.authority(in: certificates.path),
            isImplicit: stage.options.tls == .implicit)
        change(&client)
        return client
    }

    /// One client against one scenario.
    static func run(
        _ stage: Stage, _ id: String, _ change: (inout Client) -> Void = { _ in }
    ) -> Run {
        stage.begin(Catalogue.scenario(id)!)
        let exit = client(stage, change).run()
        // Its connections are closed, but what was on them need not have been read yet.
        _ = eventually { stage.openConnections == 0 }
        return Run(observation: stage.end(), exit: exit)
    }

    /// The perfect client against one scenario, on a stage of its own.
    static func run(_ id: String) throws -> Run {
        let stage = try Stage(options())
        defer { stage.close() }
        return run(stage, id)
    }

    /// Every client against all scenarios, and the judgements by scenario, in the clients' order.
    static func judgements(
        _ options: StageOptions, _ clients: [Change]
    ) throws -> [[String: Judgement]] {
        let scenarios = Catalogue.all.filter { $0.reasonToSkip(options) == nil }
        let total = clients.count * scenarios.count
        let next = Mutex(0)
        let runs = Mutex<[Int: Run]>([:])
        let stages = try (0..<min(48, total)).map { _ in try Stage(options) }
        let threads = try stages.map { stage in
            try WorkerThread {
                while let job = next.withLock({ $0.take(below: total) }) {
                    let scenario = scenarios[job % scenarios.count]
                    let run = run(stage, scenario.id, clients[job / scenarios.count])
                    runs.withLock { $0[job] = run }
                }
                stage.close()
            }
        }
        for thread in threads { thread.join() }
        return runs.withLock { runs in
            clients.indices.map { client in
                judge(scenarios, scenarios.indices.map { runs[client * scenarios.count + $0]! })
            }
        }
    }

    private static func judge(_ scenarios: [Scenario], _ runs: [Run]) -> [String: Judgement] {
        var judge = Judge()
        var judgements: [String: Judgement] = [:]
        for (scenario, run) in zip(scenarios, runs) {
            let judgement = judge.verdict(on: scenario, run.observation, run.exit)
            judgements[scenario.id] = judgement
            if scenario.id == Catalogue.authNotOffered, judgement.verdict == .warn {
                judge.sendsUnofferedAuthentication = true
            }
        }
        return judgements
    }
}

extension Int {
    /// The number, which is then one more; nil where it has come to the end.
    fileprivate mutating func take(below end: Int) -> Int? {
        if self == end { return nil }
        defer { self += 1 }
        return self
    }
}
