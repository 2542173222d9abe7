import Testing

@testable import Verify

struct KnownFailuresTests {
    private func judgement(_ verdict: Verdict) -> Judgement {
        Judgement(verdict, Catalogue.scenario("cert-expired")!, "because")
    }

    @Test func `a known failure is known, and an unexpected pass a failure`() throws {
        let known = try KnownFailures("# ours\n\n  cert-expired\t see ticket 7 \r\nrcpt-550 x")
        let applied = known.applied(to: judgement(.fail), of: "cert-expired")
        #expect(applied.verdict == .known)
        #expect(applied.reasons == ["see ticket 7", "because"])
        let passed = known.applied(to: judgement(.pass), of: "cert-expired")
        #expect(passed.verdict == .fail)
        #expect(passed.reasons == ["passed, and is known to fail: see ticket 7"])
        for verdict in [Verdict.warn, .note, .error, .skip] {
            let judgement = judgement(verdict)
            #expect(known.applied(to: judgement, of: "cert-expired") == judgement)
        }
        #expect(known.applied(to: judgement(.fail), of: "cert-future") == judgement(.fail))
    }

    @Test(arguments: [
        ("\ncert-expried x", 2, "no scenario is called cert-expried"),
        ("cert-expired", 1, "cert-expired has no reason"),
        ("cert-expired  \t", 1, "cert-expired has no reason"),
        ("rcpt-550 x\n\nrcpt-550 y", 3, "rcpt-550 is there twice"),
    ])
    func `a line that means nothing is refused`(text: String, line: Int, reason: String) {
        #expect {
            try KnownFailures(text)
        } throws: { error in
            let fault = error as? KnownFailures.Fault
            return fault?.line == line && fault?.description == reason
        }
    }
}
