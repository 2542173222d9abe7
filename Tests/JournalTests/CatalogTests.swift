import Foundation
import TestSupport
import Testing

@testable import Journal

@Suite struct CatalogTests {
    private static let catalog: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return textOfFile(root.appending(path: "systemd/mailpit.catalog").path) ?? ""
    }()

    /// Identifiers with the text that follows each.
    private static var entries: [(id: String, text: String)] {
        catalog.components(separatedBy: "\n-- ").dropFirst().map {
            let parts = $0.split(separator: "\n", maxSplits: 1)
            return (String(parts[0]), String(parts[1]))
        }
    }

    @Test func `each event is explained once, under its identifier`() {
        #expect(Self.entries.map(\.id) == Event.allCases.map(\.messageID))
        #expect(Set(Event.allCases.map(\.messageID)).count == Event.allCases.count)
    }

    @Test func `an identifier is 128 bits in hexadecimal digits`() {
        for event in Event.allCases {
            #expect(event.messageID.utf8.count == 32)
            #expect(event.messageID.allSatisfy { "0123456789abcdef".contains($0) })
        }
    }

    @Test func `each entry has a subject, an author and a text`() {
        for entry in Self.entries {
            let lines = entry.text.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines[0].hasPrefix("Subject: "))
            #expect(lines[1] == "Defined-By: mailpit")
            #expect(lines[2] == "")
            #expect(lines[3].count > 20)
        }
    }

    @Test func `journalctl takes the catalog`() throws {
        let scratch = TemporaryDirectory()
        let folder = scratch.file("usr/local/lib/systemd/catalog")
        for path in [folder, scratch.file("var/lib/systemd/catalog")] {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        }
        try Self.catalog.write(
            toFile: "\(folder)/mailpit.catalog", atomically: false, encoding: .utf8)
        #expect(try run("--root=\(scratch.path)", "--update-catalog") == "")
        let list = try run("--root=\(scratch.path)", "--list-catalog").split(separator: "\n")
        #expect(
            Set(list.map { String($0.prefix(32)) }) == Set(Event.allCases.map(\.messageID)))
        #expect(list.allSatisfy { $0.dropFirst(32).hasPrefix(" mailpit: ") })
    }

    /// What journalctl says, on both its outputs.
    private func run(_ arguments: String...) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/journalctl")
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }
}
