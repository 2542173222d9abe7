import Testing

@testable import Verify

/// What the formats hold; that others can read them is tried with parsers of others.
@Suite struct MachineReportTests {
    @Test func `JUnit counts failures, and known ones as skipped`() {
        let text = JUnitReport.text(Sample.results)
        let counts = "tests=\"6\" failures=\"1\" errors=\"0\" skipped=\"2\" time=\"20.60\""
        #expect(text.split(separator: counts, omittingEmptySubsequences: false).count == 3)
        #expect(
            text.contains(
                """
                    <testcase classname="certificate" name="cert-expired" time="0.07">
                      <failure type="critical" message="sent a message over &lt;TLS&gt; &amp; \
                &quot;more&quot;; and # more">1 C: EHLO a\\b
                1 S: 250 \\x01mx: &quot;x&quot;
                1 C: ]]&gt;

                """))
        #expect(text.contains("<skipped message=\"see #12\"/>"))
        #expect(text.split(separator: "<failure").count == 2)
    }

    @Test func `JUnit has an error where nothing could be judged`() {
        var results = Sample.results
        results.fault = "no time"
        let text = JUnitReport.text(results)
        #expect(text.contains("tests=\"7\" failures=\"1\" errors=\"1\""))
        #expect(text.contains("<testcase classname=\"control\" name=\"run\">"))
        #expect(text.contains("<error message=\"no time\"/>"))
        results.outcomes = [Sample.outcome("works", .error, ["did not pass"])]
        let failed = JUnitReport.text(results)
        #expect(failed.contains("tests=\"1\" failures=\"0\" errors=\"1\""))
        #expect(failed.contains("<error type=\"error\" message=\"did not pass\">"))
    }

    @Test func `TAP has a line for each, and a block where there is something to tell`() {
        let lines = TAPReport.text(Sample.results).split(separator: "\n").map(String.init)
        #expect(
            lines.prefix(4) == [
                "TAP version 14", "1..6", "ok 1 - works", "not ok 2 - cert-expired",
            ])
        #expect(lines[4...6] == ["  ---", "  verdict: \"fail\"", "  severity: \"critical\""])
        #expect(lines.contains("not ok 3 - rcpt-550 # TODO see \\#12"))
        #expect(lines.contains("ok 4 - forged-session") && lines.contains("ok 5 - lost-answer"))
        #expect(lines.last == "ok 6 - tls-1.0-only # SKIP no reason")
        #expect(lines.contains("    - \"1 S: 250 \\u0001mx: \\\"x\\\"\""))
    }

    @Test func `TAP bails out where nothing could be judged`() {
        var results = Sample.results
        results.fault = "no time"
        #expect(TAPReport.text(results).hasSuffix("\nBail out! no time\n"))
    }

    @Test(
        arguments: [
            ([.pass, .warn, .note, .known, .skip], nil, nil, 0), ([.pass, .fail], nil, nil, 1),
            ([.fail, .error], nil, nil, 2), ([.pass], "x", nil, 2), ([.fail], "x", nil, 1),
            ([.fail], nil, 2, 130), ([], nil, 1, 129),
        ] as [([Verdict], String?, CInt?, CInt)]) func `the status follows from the verdicts`(
            verdicts: [Verdict], fault: String?, signal: CInt?, status: CInt
        )
    {
        let outcomes = verdicts.map { Sample.outcome("works", $0, []) }
        let results = Results(host: "", outcomes: outcomes, fault: fault, interruption: signal)
        #expect(results.status.rawValue == status)
    }
}
