import Foundation
import Testing

@testable import smtpload

@Suite struct ReportTests {
    @Test func `A percentile is the least value that so many do not exceed`() throws {
        let summary = try #require(Summary((1...200).map(Double.init).reversed()))
        #expect(summary.percentile(0) == 1)
        #expect(summary.percentile(50) == 100)
        #expect(summary.percentile(99) == 198)
        #expect(summary.percentile(100) == 200)
        #expect((summary.minimum, summary.maximum, summary.mean) == (1, 200, 100.5))
        #expect(Summary([7])?.percentile(50) == 7)
        #expect(Summary([]) == nil)
    }

    private func report() throws -> Report {
        var outcome = Load.Outcome()
        outcome.succeeded = 2
        outcome.seconds = 0.5
        outcome.samples.add(.cpu, 4)
        outcome.samples.add(.cpu, 5.0625)
        outcome.failures[SessionFailure(stage: "MAIL", reason: "got \"5\\\u{1}\"")] = 3
        return Report(options: try LoadOptions(["--", "/server"]), outcome: outcome)
    }

    @Test func `JSON has every value that was measured, and failures by kind`() throws {
        let text = try report().json
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let cpu = json["server_cpu_ms"] as? [String: Double]
        #expect(cpu?["p50"] == 4)
        #expect(cpu?["max"] == 5.0625)
        #expect(json["sessions_per_s"] as? Double == 4)
        #expect(json["failed"] as? Int == 3)
        #expect(json["failures"] as? [String: Int] == ["MAIL: got \"5\\\u{1}\"": 3])
        #expect(json["greeting"] == nil)
    }

    @Test func `The table has a line for every metric that was measured`() throws {
        let lines = try report().text.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[0].hasPrefix("2 sessions in 0.500 s, 1 at a time: 4.0 a second"))
        #expect(lines[2].hasPrefix("server_cpu_ms "))
        #expect(
            lines[2].hasSuffix(" 4.000       5.063       5.063       4.000       5.063       4.531")
        )
        #expect(lines[3] == "failed 3 x MAIL: got \"5\\\u{1}\"")
    }
}
