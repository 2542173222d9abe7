import Testing

@testable import Verify

@Suite struct CourseTests {
    /// A course whose client does what the closure says, and what was run in which order.
    private final class World {
        var runs: [String] = []
        var reported: [String] = []
        var runsUntilTimeIsUp = Int.max
        private let act: (String, Int) -> Attempt

        init(_ act: @escaping (String, Int) -> Attempt) { self.act = act }

        func course(_ words: [String], known: String = "") throws -> Course {
            let options = try Options(words)
            var stage = StageOptions(host: "mx.mailpit.test", certificateDirectory: "/nowhere")
            stage.tls = options.tls
            stage.mechanisms = options.mechanisms
            var course = Course(
                options.selection, stage: stage, judge: Judge(), known: try KnownFailures(known),
                isTimeUp: { self.runs.count >= self.runsUntilTimeIsUp },
                report: { self.reported.append("\($0.scenario.id) \($0.judgement.verdict)") },
                perform: { scenario in
                    self.runs.append(scenario.id)
                    return self.act(scenario.id, self.runs.count)
                })
            course.run()
            return course
        }
    }

    private static func delivered() -> Attempt {
        var observation = Observation()
        observation.connections = 1
        observation.stored = 1
        return Attempt(exit: .exited(0), observation: observation)
    }

    private static func refused() -> Attempt {
        var observation = Observation()
        observation.connections = 1
        return Attempt(exit: .exited(1), observation: observation)
    }

    /// Delivers in `works`, and stops everywhere else.
    private static func careful(_ id: String, _: Int) -> Attempt {
        id == "works" ? delivered() : refused()
    }

    private func status(_ course: Course) -> CInt {
        Results(
            host: "", outcomes: course.outcomes, fault: course.fault,
            interruption: course.interruption
        ).status.rawValue
    }

    @Test func `the control is run first and last, and is one outcome`() throws {
        let world = World(Self.careful)
        let course = try world.course(["--only", "rcpt-550,data-554", "--skip", "works"])
        #expect(world.runs == ["works", "rcpt-550", "data-554", "works"])
        #expect(world.reported == ["works pass", "rcpt-550 pass", "data-554 pass"])
        #expect(course.outcomes.map(\.scenario.id) == ["works", "rcpt-550", "data-554"])
        #expect(status(course) == 0)
    }

    @Test func `without it nothing is judged`() throws {
        let world = World { _, _ in Self.refused() }
        let course = try world.course([])
        #expect(world.runs == ["works"] && world.reported == ["works error"])
        #expect(status(course) == 2)
    }

    @Test func `if it does not pass at the end, what was judged is worth nothing`() throws {
        let world = World { _, run in run == 3 ? Self.refused() : Self.delivered() }
        let course = try world.course(["--only", "rcpt-550"])
        #expect(world.reported == ["works pass", "rcpt-550 fail", "works error"])
        #expect(course.outcomes.map(\.judgement.verdict) == [.error, .fail])
        #expect(status(course) == 2)
    }

    @Test func `a failure is the status`() throws {
        let world = World { _, _ in Self.delivered() }
        #expect(status(try world.course(["--only", "rcpt-550"])) == 1)
    }

    @Test func `a known failure is none, and one that passes is`() throws {
        let failing = World { _, _ in Self.delivered() }
        let known = try failing.course(["--only", "rcpt-550"], known: "rcpt-550 reported")
        #expect(failing.reported.last == "rcpt-550 known" && status(known) == 0)
        let passing = World(Self.careful)
        let unexpected = try passing.course(["--only", "rcpt-550"], known: "rcpt-550 reported")
        #expect(passing.reported.last == "rcpt-550 fail" && status(unexpected) == 1)
    }

    @Test func `once the time is up the rest is skipped`() throws {
        let world = World(Self.careful)
        world.runsUntilTimeIsUp = 2
        let course = try world.course(["--only", "rcpt-550,data-554"])
        #expect(world.runs == ["works", "rcpt-550"])
        #expect(world.reported == ["works pass", "rcpt-550 pass", "data-554 skip"])
        #expect(status(course) == 2)
    }

    @Test func `the run that it cuts short is skipped, too`() throws {
        let world = World { id, _ in
            var attempt = Self.careful(id, 0)
            attempt.isCutShort = id == "rcpt-550"
            return attempt
        }
        world.runsUntilTimeIsUp = 2
        _ = try world.course(["--only", "rcpt-550"])
        #expect(world.reported == ["works pass", "rcpt-550 skip"])
    }

    @Test func `a failure before that is the status`() throws {
        let world = World { _, _ in Self.delivered() }
        world.runsUntilTimeIsUp = 2
        #expect(status(try world.course(["--only", "rcpt-550,data-554"])) == 1)
    }

    @Test func `a signal ends everything, and what was judged stays`() throws {
        let world = World { id, _ in
            var attempt = Self.careful(id, 0)
            if id == "data-554" { attempt.interruption = 15 }
            return attempt
        }
        let course = try world.course(["--only", "failure"])
        #expect(world.runs.last == "data-554" && !world.reported.contains { $0.hasPrefix("data") })
        #expect(world.reported.contains("rcpt-550 pass"))
        #expect(status(course) == 143)
    }

    @Test func `who logs in where nobody offers it is not told to do so by an attacker`() throws {
        let world = World { id, _ in
            var attempt = Self.delivered()
            attempt.observation.hasAuthInTLS = id != "works"
            return attempt
        }
        _ = try world.course(["--only", "auth-gone-after-tls"])
        #expect(
            world.reported == ["works pass", "auth-not-offered warn", "auth-gone-after-tls warn"])
    }

    @Test func `what has no meaning for the server is skipped`() throws {
        let world = World(Self.careful)
        let course = try world.course(["--tls", "implicit", "--only", "downgrade"])
        #expect(world.runs == ["works", "works"] && status(course) == 0)
        #expect(world.reported.dropFirst().allSatisfy { $0.hasSuffix(" skip") })
    }
}
