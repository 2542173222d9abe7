/// What is told about a run.
struct Report {
    let options: LoadOptions
    let outcome: Load.Outcome

    private var failed: Int { outcome.failures.values.reduce(0, +) }
    private var sessionsPerSecond: Double { Double(outcome.succeeded) / outcome.seconds }

    /// A table, its columns aligned.
    var text: String {
        var text = """
            \(outcome.succeeded) sessions in \(outcome.seconds.rounded(digits: 3)) s, \
            \(options.sessionsAtATime) at a time: \(sessionsPerSecond.rounded(digits: 1)) a second, \
            \(outcome.resumed) resumed, \(failed) failed

            """
        text += Self.row("", ["p50", "p90", "p99", "least", "most", "mean"])
        for metric in Metric.allCases {
            guard let summary = outcome.samples.summary(of: metric) else { continue }
            let values = [
                summary.percentile(50), summary.percentile(90), summary.percentile(99),
                summary.minimum, summary.maximum, summary.mean,
            ]
            text += Self.row(metric.rawValue, values.map { $0.rounded(digits: 3) })
        }
        for (failure, count) in outcome.failures.sorted(by: { $0.key < $1.key }) {
            text += "failed \(count) x \(failure)\n"
        }
        return text
    }

    private static func row(_ title: String, _ cells: [String]) -> String {
        title.padded(to: 26, leading: false)
            + cells.map { $0.padded(to: 12, leading: true) }.joined() + "\n"
    }

    /// An object in one line: by metric an object of its percentiles, and counts of the failures by
    /// their text.
    var json: String {
        var members = [
            "\"sessions\":\(outcome.succeeded)", "\"failed\":\(failed)",
            "\"resumed\":\(outcome.resumed)", "\"seconds\":\(outcome.seconds)",
            "\"sessions_per_s\":\(sessionsPerSecond)",
        ]
        for metric in Metric.allCases {
            guard let summary = outcome.samples.summary(of: metric) else { continue }
            members.append(
                """
                "\(metric.rawValue)":{"p50":\(summary.percentile(50)),\
                "p90":\(summary.percentile(90)),"p99":\(summary.percentile(99)),\
                "min":\(summary.minimum),"max":\(summary.maximum),"mean":\(summary.mean)}
                """)
        }
        let failures = outcome.failures.sorted { $0.key < $1.key }
            .map { "\($0.key.description.quotedForJSON):\($0.value)" }
        members.append("\"failures\":{\(failures.joined(separator: ","))}")
        return "{\(members.joined(separator: ","))}\n"
    }
}

extension Double {
    /// In decimal, with so many digits behind the point.
    fileprivate func rounded(digits: Int) -> String {
        let scale = (0..<digits).reduce(1) { scale, _ in scale * 10 }
        let scaled = Int((self * Double(scale)).rounded())
        let fraction = String(scaled % scale).padded(to: digits, leading: true, with: "0")
        return "\(scaled / scale).\(fraction)"
    }
}

extension String {
    fileprivate func padded(to width: Int, leading: Bool, with filler: Character = " ") -> String {
        let padding = String(repeating: filler, count: max(width - count, 0))
        return leading ? padding + self : self + padding
    }

    /// RFC 8259 §7
    fileprivate var quotedForJSON: String {
        var quoted = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + digits.padded(to: 4, leading: true, with: "0")
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
