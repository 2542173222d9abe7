import Foundation

extension Load.Outcome {
    /// An object in one line: by metric the median, and counts of the failures by their text.
    var json: String {
        get throws {
            var members: [String: Any] = [
                "resumed": resumed, "sessions_per_s": Double(succeeded) / seconds,
                "failures": Dictionary(
                    uniqueKeysWithValues: failures.map { ($0.key.description, $0.value) }),
            ]
            for metric in Metric.allCases { members[metric.rawValue] = samples.median(of: metric) }
            let data = try JSONSerialization.data(withJSONObject: members, options: .sortedKeys)
            return String(decoding: data, as: UTF8.self)
        }
    }
}
