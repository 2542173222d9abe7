import Testing

@testable import Verify

/// The judge is judged: one client that does everything right, and one for each mistake.
struct MutantTests {
    private static let judgements = Result {
        var clients: [Playhouse.Change] = [{ _ in }, { $0.discardsBuffer = true }]
        for mistake in Mistake.allCases { clients.append { $0.mistakes = [mistake] } }
        return try Playhouse.judgements(Playhouse.options(), clients)
    }

    /// The scenarios that this was failed by; of `works` an error says so.
    private static func failed(_ judgements: [String: Judgement]) -> Set<String> {
        Set(judgements.filter { [.fail, .error].contains($0.value.verdict) }.keys)
    }

    private static func judgements(_ mistake: Mistake) throws -> [String: Judgement] {
        try judgements.get()[2 + Mistake.allCases.firstIndex(of: mistake)!]
    }

    @Test(arguments: [0, 1])
    func `the perfect client passes all`(index: Int) throws {
        let judgements = try Self.judgements.get()[index]
        #expect(judgements.count == Catalogue.all.count)
        for scenario in Catalogue.all {
            let judgement = judgements[scenario.id]
            let expected: Verdict = scenario.severity == .note ? .note : .pass
            #expect(judgement?.verdict == expected, "\(scenario.id): \(judgement?.reasons ?? [])")
        }
    }

    @Test(arguments: Mistake.allCases)
    func `a client with a mistake fails the scenarios listed for it, and no others`(
        mistake: Mistake
    ) throws {
        let judgements = try Self.judgements(mistake)
        let failed = Self.failed(judgements)
        #expect(failed.subtracting(mistake.failed) == [], "\(judgements)")
        #expect(mistake.failed.subtracting(failed) == [])
    }

    @Test func `every scenario is failed by one of the mutants at least`() throws {
        let failed = Set(try Self.judgements.get().flatMap(Self.failed))
        #expect(Set(Catalogue.all.map(\.id)).subtracting(failed) == [])
        #expect(failed.count == 55)
    }

    @Test func `AUTH that nobody offers is no proof that an offer was remembered`() throws {
        let judgements = try Self.judgements(.ignoresOffers)
        let warned = judgements.filter { $0.value.verdict == .warn }.keys
        #expect(warned.sorted() == ["auth-gone-after-tls", "auth-not-offered"])
    }

    @Test func `implicit TLS is passed by the perfect client, too`() throws {
        let options = Playhouse.options { $0.tls = .implicit }
        let judgements = try Playhouse.judgements(
            options,
            [
                { _ in }, { $0.mistakes = [.acceptsEveryCertificate] },
                { $0.mistakes = [.needsNoFinalReply] },
            ])
        #expect(judgements[0].count == 38)
        #expect(Self.failed(judgements[0]) == [])
        #expect(Self.failed(judgements[1]) == Mistake.acceptsEveryCertificate.failed)
        #expect(Self.failed(judgements[2]) == Mistake.needsNoFinalReply.failed)
    }
}
