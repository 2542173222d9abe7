import Testing

@testable import Verify

/// The verdicts as tables: what was seen, how the client exited, and what is said of it.
struct JudgeTests {
    @Test(arguments: ["works", "cert-wildcard", "tls-1.2-only", "long-greeting", "slow-handshake"])
    func `a sound server has to be delivered to, with exit status 0`(id: String) {
        let bad: Verdict = id == "works" ? .error : .fail
        #expect(Court.judge(id, .exited(0), seen: Court.delivered).verdict == .pass)
        #expect(Court.judge(id, .exited(1)).verdict == bad)
        #expect(Court.judge(id, .exited(0)).verdict == bad)
        let failed = Court.judge(id, .exited(3), seen: Court.delivered)
        #expect(failed.verdict == bad)
        #expect(failed.reasons == ["delivered, and exited with 3"])
        let twice = Court.judge(id, .exited(0)) { $0.stored = 2 }
        #expect(twice.verdict == (id == "works" ? .error : .warn))
        #expect(twice.reasons == ["delivered 2 times"])
    }

    @Test func `findings are told of a sound server, and change no verdict`() {
        for (id, reasons) in [("works", ["findings: no-sni, bare-lf"]), ("long-greeting", [])] {
            let judgement = Court.judge(id, .exited(0)) {
                $0.stored = 1
                $0.findings = ["no-sni", "bare-lf"]
            }
            #expect(judgement.verdict == .pass)
            #expect(judgement.reasons == reasons)
        }
        #expect(Court.judge("works", .exited(0), seen: Court.delivered).reasons == [])
    }

    @Test(arguments: Catalogue.all.map(\.id))
    func `credentials in plaintext are a critical failure everywhere`(id: String) {
        for policy in Policy.allCases {
            let judgement = Court.judge(id, .exited(1), Judge(policy: policy)) {
                $0.hasAuthInPlaintext = true
                $0.stored = 1
            }
            #expect(judgement.verdict == (id == "works" ? .error : .fail))
            #expect(judgement.reasons.first == "sent credentials in plaintext (RFC 8314 §5.2)")
            #expect(judgement.severity == .critical)
        }
    }

    @Test(arguments: Catalogue.all.map(\.id).filter { $0 != "works" })
    func `mail in plaintext is a failure of submission, and a note of a relay`(id: String) {
        func judgement(_ policy: Policy) -> Judgement {
            Court.judge(id, .exited(0), Judge(policy: policy)) {
                $0.hasMailInPlaintext = true
                $0.stored = 1
            }
        }
        let submission = judgement(.submission)
        #expect(submission.verdict == .fail)
        #expect(submission.reasons.first == "sent a message in plaintext (RFC 8314 §5.2)")
        #expect(submission.severity == .critical)
        let relay = judgement(.opportunistic)
        let mustFail = Catalogue.scenario(id)!.expectation == .fails && id != "auth-535"
        #expect(relay.verdict == (mustFail ? .fail : .note))
        #expect(relay.severity == Catalogue.scenario(id)!.severity)
    }

    @Test(arguments: [
        (true, true, "sent credentials and a message over"), (true, false, "sent credentials over"),
        (false, true, "sent a message over"),
    ])
    func `what goes over a bad TLS is a failure of submission, and a note of a relay`(
        auth: Bool, mail: Bool, text: String
    ) {
        func judgement(_ id: String, _ policy: Policy = .submission) -> Judgement {
            Court.judge(id, .exited(0), Judge(policy: policy)) {
                $0.hasAuthInTLS = auth
                $0.hasMailInTLS = mail
                $0.stored = 1
            }
        }
        for id in ["cert-expired", "cert-cn-only"] {
            #expect(judgement(id).verdict == .fail)
            let reason = "\(text) TLS whose certificate is bad (RFC 8314 §5.3)"
            #expect(judgement(id).reasons == [reason])
            #expect(judgement(id).severity == Catalogue.scenario(id)!.severity)
            #expect(judgement(id, .opportunistic).verdict == .note)
            #expect(judgement(id, .opportunistic).reasons == [reason])
        }
        #expect(judgement("tls-1.0-only").reasons == ["\(text) TLS that is too old (RFC 8996)"])
        #expect(judgement("tls-1.2-only").verdict == .pass)
    }

    @Test(arguments: Catalogue.all.map(\.id))
    func `exit status 0 without a delivery is a failure everywhere`(id: String) {
        let judgement = Court.judge(id, .exited(0))
        #expect(judgement.verdict == (id == "works" ? .error : .fail))
        #expect(judgement.reasons.first == "exited with 0 and has delivered nothing")
    }

    @Test func `a client that stops passes where it should stop`() {
        for scenario in Catalogue.all where [.stops, .fails].contains(scenario.expectation) {
            let expected: Verdict = scenario.id == "auth-535" ? .note : .pass
            #expect(Court.judge(scenario.id, .exited(1)).verdict == expected, "\(scenario.id)")
        }
        #expect(Court.judge("auth-535", .exited(1)) { $0.hasAuthInTLS = true }.verdict == .pass)
    }

    @Test func `a delivery without the login that was refused is a failure`() {
        let judgement = Court.judge("auth-535", .exited(0)) {
            $0.hasAuthInTLS = true
            $0.stored = 1
        }
        #expect(judgement.verdict == .fail)
        #expect(judgement.reasons == ["exited with 0 although it was refused"])
    }

    @Test func `a client that does not log in is not judged by the refusal`() {
        let judgement = Court.judge("auth-535", .exited(0)) { $0.stored = 1 }
        #expect(judgement.verdict == .note)
    }

    @Test func `whoever speaks while the server is silent has taken the forged reply`() {
        let judgement = Court.judge("injected-reply", .exited(1)) { $0.spokeInSilence = true }
        #expect(judgement.verdict == .fail)
        #expect(Court.judge("injected-reply", .exited(1)).verdict == .pass)
        #expect(Court.judge("injected-reply", .exited(0), seen: Court.delivered).verdict == .pass)
    }
}
