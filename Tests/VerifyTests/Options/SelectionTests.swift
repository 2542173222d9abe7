import Testing

@testable import Verify

@Suite struct SelectionTests {
    private func chosen(_ words: String...) throws -> Set<String> {
        Set(try Options(words).selection.scenarios.map(\.id))
    }

    private func performed(_ words: String...) throws -> [String] {
        try Options(words).selection.performed.map(\.id)
    }

    private func group(_ group: ScenarioGroup) -> Set<String> {
        Set(Catalogue.all.filter { $0.group == group }.map(\.id))
    }

    @Test func `groups and scenarios are chosen and left out by name`() throws {
        #expect(try chosen("--only", "version") == group(.version))
        #expect(
            try chosen("--only", "version,rcpt-550")
                == group(.version).union(["rcpt-550"]))
        #expect(
            try chosen("--only", "version", "--skip", "tls-1.0-only")
                == group(.version).subtracting(["tls-1.0-only"]))
        #expect(
            try chosen("--skip", "version", "--skip", "rcpt-550")
                == Set(Catalogue.all.map(\.id)).subtracting(group(.version)).subtracting([
                    "rcpt-550"
                ]))
    }

    @Test func `the first and last look is not among those in between`() throws {
        #expect(try performed("--only", "works,rcpt-550") == ["rcpt-550"])
    }

    @Test(arguments: ["auth-gone-after-tls", "injected-fragment"])
    func `what needs a control has it run before it`(id: String) throws {
        #expect(try performed("--only", id) == ["auth-not-offered", id])
        #expect(try performed("--only", id, "--skip", "control") == ["auth-not-offered", id])
        #expect(try chosen("--only", id) == [id])
    }
}
