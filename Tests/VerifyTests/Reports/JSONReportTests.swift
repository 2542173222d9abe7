import Foundation
import Testing

@testable import Verify

@Suite struct JSONReportTests {
    private func parsed(_ results: Results = Sample.results) throws -> [String: Any] {
        let text = JSONReport.text(results)
        return try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func scenario(_ id: String) throws -> [String: Any] {
        let scenarios = try #require(try parsed()["scenarios"] as? [[String: Any]])
        return try #require(scenarios.first { $0["id"] as? String == id })
    }

    @Test func `it names host and status, and each scenario with the same members`() throws {
        let report = try parsed()
        #expect(report["host"] as? String == "mx.mailpit.test")
        #expect(report["status"] as? Int == 1)
        let scenarios = try #require(report["scenarios"] as? [[String: Any]])
        #expect(scenarios.count == 6)
        for scenario in scenarios {
            #expect(
                Set(scenario.keys) == [
                    "id", "group", "severity", "clause", "expected", "verdict", "reasons", "exit",
                    "seconds", "connections", "stored", "tls", "findings", "transcript",
                ])
        }
    }

    @Test func `a failure has all that was seen, to the character`() throws {
        let failed = try scenario("cert-expired")
        #expect(failed["verdict"] as? String == "fail")
        #expect(failed["group"] as? String == "certificate")
        #expect(failed["severity"] as? String == "critical")
        #expect(failed["seconds"] as? Double == 0.07)
        #expect(failed["stored"] as? Int == 1 && failed["connections"] as? Int == 1)
        #expect(failed["reasons"] as? [String] == Sample.failed.judgement.reasons)
        #expect(failed["transcript"] as? [String] == Sample.failed.observation.transcript)
        #expect(failed["findings"] as? [String] == ["no-sni"])
        let tls = try #require(failed["tls"] as? [[String: Any]])
        #expect(tls.count == 1 && tls[0]["version"] as? String == "TLSv1.3")
        #expect(tls[0]["sni"] is NSNull && tls[0]["failure"] is NSNull)
    }

    @Test(
        arguments: [
            ("works", 0), ("forged-session", -11), ("lost-answer", nil), ("tls-1.0-only", nil),
        ] as [(String, Int?)])
    func `the exit status is null where there is none, and negative for a signal`(
        id: String, exit: Int?
    ) throws {
        let value = try #require(try scenario(id)["exit"])
        #expect(value as? Int == exit && (exit != nil || value is NSNull))
    }

    @Test func `every control character is escaped`() throws {
        let text = String(String.UnicodeScalarView((0...0xA0).compactMap(Unicode.Scalar.init)))
        let quoted = JSON.quoted(text)
        #expect(quoted.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
        let array = try JSONSerialization.jsonObject(with: Data("[\(quoted)]".utf8))
        #expect(array as? [String] == [text])
    }
}
