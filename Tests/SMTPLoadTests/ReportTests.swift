import Testing

@testable import smtpload

@Suite struct ReportTests {
    @Test func `Half of all values do not exceed the median`() {
        #expect((1...200).map(Double.init).reversed().median == 100)
        #expect((1...3).map(Double.init).median == 2)
        #expect([7.0].median == 7)
        #expect([Double]().median == nil)
    }

    @Test func `JSON has what was measured, and failures by kind`() throws {
        var outcome = Load.Outcome()
        outcome.succeeded = 2
        outcome.seconds = 0.5
        outcome.samples.add(.cpu, 4)
        outcome.failures[SessionFailure(stage: "MAIL", reason: "got \"5\\\u{1}\"")] = 3
        #expect(
            try outcome.json == #"{"failures":{"MAIL: got \"5\\\u0001\"":3},"resumed":0,"#
                + #""server_cpu_ms":4,"sessions_per_s":4}"#)
    }
}
