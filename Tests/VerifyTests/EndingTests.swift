import Testing

@testable import Verify

/// How a client that did not end as it should is judged, and what is only noted.
struct EndingTests {
    @Test(arguments: Catalogue.all.map(\.id))
    func `a client that did not end by itself is a warning`(id: String) {
        for (exit, reason) in [
            (ClientExit.killed, "did not end within the time limit"),
            (.signalled(11), "ended by SIGSEGV"), (.signalled(40), "ended by signal 40"),
        ] {
            let judgement = Court.judge(id, exit)
            #expect(judgement.verdict == (id == "works" ? .error : .warn), "\(id)")
            #expect(judgement.reasons.first == reason)
            let sent = Court.judge(id, exit) { $0.hasAuthInPlaintext = true }
            #expect(sent.verdict == (id == "works" ? .error : .fail))
            #expect(sent.reasons.last == reason)
        }
    }

    @Test func `a client that cannot be run is an error`() {
        for scenario in Catalogue.all {
            let judgement = Court.judge(scenario.id, .didNotStart("no such file"))
            #expect(judgement.verdict == .error)
            #expect(judgement.reasons == ["no such file"])
        }
    }

    @Test func `a client that never connects is an error in the control, then a warning`() {
        for (id, verdict) in [("works", Verdict.error), ("cert-expired", .warn)] {
            for code: Int32 in [0, 1] {
                let judgement = Court.judge(id, .exited(code)) { $0.connections = 0 }
                #expect(judgement.verdict == verdict)
                #expect(judgement.reasons == ["never connected"])
            }
        }
    }

    @Test func `where the exit status is ignored only the wire counts`() {
        let judge = Judge(ignoresExit: true)
        for exit in [ClientExit.exited(0), .exited(1), .killed] {
            #expect(Court.judge("works", exit, judge, seen: Court.delivered).verdict == .pass)
            #expect(Court.judge("works", exit, judge).verdict == .error)
            #expect(Court.judge("cert-expired", exit, judge).verdict == .pass)
            #expect(
                Court.judge("cert-expired", exit, judge, seen: Court.delivered).verdict == .fail)
            #expect(Court.judge("rcpt-550", exit, judge).verdict == .note)
        }
    }

    @Test func `AUTH that is not offered is a warning, and takes the proof from others`() {
        func judgement(_ id: String, _ sendsUnoffered: Bool) -> Judgement {
            var judge = Judge()
            judge.sendsUnofferedAuthentication = sendsUnoffered
            return Court.judge(id, .exited(0), judge) {
                $0.hasAuthInTLS = true
                $0.stored = 1
            }
        }
        #expect(judgement("auth-not-offered", false).verdict == .warn)
        for id in ["auth-gone-after-tls", "injected-fragment"] {
            #expect(Catalogue.scenario(id)?.control == "auth-not-offered")
            #expect(judgement(id, false).verdict == .fail)
            #expect(judgement(id, true).verdict == .warn)
        }
        #expect(Catalogue.all.filter { $0.control != nil }.count == 2)
    }

    @Test(arguments: [
        (1, 0, "did not try again, delivered nothing"), (2, 1, "tried again, delivered once"),
        (2, 2, "tried again, delivered 2 times"),
    ])
    func `whether a client tries again is noted`(connections: Int, stored: Int, text: String) {
        for id in ["temporary-then-ok", "lost-answer"] {
            let judgement = Court.judge(id, .exited(stored > 0 ? 0 : 1)) {
                $0.connections = connections
                $0.stored = stored
            }
            #expect(judgement.verdict == .note)
            #expect(judgement.reasons == [text])
        }
    }
}
