import Foundation
import Journal
import SASL
import SMTP
import TestSupport
import Testing

@testable import mailpit

/// What the manual has to name, it names.
@Suite struct ManualTests {
    /// An article, as it is in the source.
    private static func article(_ name: String) throws -> String {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Sources/mailpit/mailpit.docc/\(name).md").path
        return try #require(textOfFile(path), "\(path)")
    }

    /// What must stand there between the marks.
    private var optionTable: String {
        let rows = Option.table.map { option in
            let preset = option.defaultText.isEmpty ? "" : option.defaultText
            // In a table of Markdown, also in code, a bar begins the next cell.
            let synopsis = option.synopsis.replacingOccurrences(of: "|", with: "\\|")
            return "| `\(synopsis)` | \(preset) | \(option.meaning) |"
        }
        return (["| flag | default | meaning |", "| --- | --- | --- |"] + rows)
            .joined(separator: "\n")
    }

    @Test func `it has the table of options`() throws {
        let parts = try Self.article("Options").components(separatedBy: "<!-- options -->\n")
        try #require(parts.count == 2)
        let table = parts[1].components(separatedBy: "\n<!-- /options -->")[0]
        #expect(table == optionTable, "should be:\n\(optionTable)")
    }

    @Test func `it names every trigger, finding, event, field and mechanism`() throws {
        let reference = try Self.article("Reference")
        let names =
            Finding.allCases.map(\.name) + Event.allCases.map(\.rawValue)
            + Field.Name.allCases.map(\.rawValue) + Mechanism.allCases.map(\.rawValue)
        for name in names { #expect(reference.contains("`\(name)`"), "\(name)") }
        for point in ChaosPoint.allCases {
            #expect(reference.lowercased().contains("`\(point.rawValue)`"), "\(point)")
        }
    }
}
