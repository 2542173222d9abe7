import Testing

@testable import Verify

@Suite struct TextReportTests {
    private let report = TextReport(isColoured: false, isVerbose: false)

    @Test func `a pass is a line of three columns`() {
        #expect(report.text(Sample.works) == "PASS  works                    control\n")
    }

    @Test func `a failure is explained, and nothing in it moves a cursor`() {
        let scenario = Sample.failed.scenario
        #expect(
            report.text(Sample.failed) == """
                FAIL  cert-expired             critical sent a message over <TLS> & "more"; and # more
                      1 C: EHLO a\\b
                      1 S: 250 \\x01mx: "x"
                      1 C: ]]>
                      client: one\\x1b[31m
                      client: two
                      a good client \(scenario.expected) (\(scenario.clause))
                      hint: \(scenario.hint)

                """)
    }

    @Test func `passes are explained where that was asked for`() {
        let verbose = TextReport(isColoured: false, isVerbose: true)
        #expect(verbose.text(Sample.works).contains("\n      a good client delivers"))
        #expect(!verbose.text(Sample.works).contains("hint:"))
        #expect(verbose.text(Sample.skipped) == report.text(Sample.skipped))
    }

    @Test func `colours are for terminals`() {
        let coloured = TextReport(isColoured: true, isVerbose: false).text(Sample.works)
        #expect(coloured == "\u{1B}[32mPASS \u{1B}[0m works                    control\n")
    }

    @Test func `the last line counts, and always says what passed and failed`() {
        #expect(
            report.summary(Sample.results)
                == "1 passed, 1 failed, 1 known, 1 warning, 1 note, 1 skipped in 21 s\n")
        var two = Sample.results
        two.outcomes = [Sample.works, Sample.works, Sample.warned, Sample.warned]
        two.fault = "not all"
        #expect(report.summary(two) == "not all\n2 passed, 0 failed, 2 warnings in 21 s\n")
    }
}
