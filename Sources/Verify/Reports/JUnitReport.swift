/// The report that CI systems show: one test case a scenario, its class the group.
enum JUnitReport {
    static func text(_ results: Results) -> String {
        var cases = results.outcomes.map(testCase)
        // Where not all could be judged and no scenario says so by itself, the run is an error.
        let isRunFaulty = results.fault != nil && results.count(.error) == 0
        if isRunFaulty, let fault = results.fault {
            cases.append(
                "    <testcase classname=\"control\" name=\"run\">\n"
                    + "      <error message=\(quoted(fault))/>\n    </testcase>\n")
        }
        let attributes =
            "tests=\"\(cases.count)\" failures=\"\(results.count(.fail))\" "
            + "errors=\"\(results.count(.error) + (isRunFaulty ? 1 : 0))\" "
            + "skipped=\"\(results.count(.skip) + results.count(.known))\" "
            + "time=\"\(PlainText.seconds(results.seconds))\""
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites \(attributes)>
              <testsuite name="mailpit verify" hostname=\(quoted(results.host)) \(attributes)>
            \(cases.joined())  </testsuite>
            </testsuites>

            """
    }

    private static func testCase(_ outcome: Outcome) -> String {
        let scenario = outcome.scenario
        return "    <testcase classname=\(quoted(scenario.group.rawValue)) "
            + "name=\(quoted(scenario.id)) time=\"\(PlainText.seconds(outcome.seconds))\">\n"
            + result(outcome) + "    </testcase>\n"
    }

    private static func result(_ outcome: Outcome) -> String {
        let judgement = outcome.judgement
        let message = quoted(judgement.reasons.joined(separator: "; "))
        switch judgement.verdict {
        case .fail:
            return element("failure", type: judgement.severity.rawValue, message, outcome)
        case .error: return element("error", type: "error", message, outcome)
        case .known, .skip: return "      <skipped message=\(message)/>\n"
        case .warn, .note:
            let lines = judgement.reasons.map { "\(judgement.verdict.rawValue): \($0)" }
            return "      <system-out>\(escaped(lines.joined(separator: "\n")))</system-out>\n"
        case .pass: return ""
        }
    }

    private static func element(
        _ name: String, type: String, _ message: String, _ outcome: Outcome
    ) -> String {
        let body = Explanation.lines(of: outcome).joined(separator: "\n")
        return "      <\(name) type=\"\(type)\" message=\(message)>\(escaped(body))</\(name)>\n"
    }

    private static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

    /// XML 1.0 §2.4, and for attributes §3.3.3.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if !result.isEmpty { result += "\n" }
            for character in PlainText.escaped(String(line)) {
                switch character {
                case "&": result += "&amp;"
                case "<": result += "&lt;"
                case ">": result += "&gt;"
                case "\"": result += "&quot;"
                default: result.append(character)
                }
            }
        }
        return result
    }
}
