import Foundation
import TestSupport
import Testing

/// The manual's recipes, done as they stand there.
@Suite struct CookbookTests {
    /// What stands between the marks of a section, as the other runners of the manual get it too.
    private static func section(_ name: String) throws -> String {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("scripts/manual.d/section").path
        let command = Command([script, name])
        try #require(command.status == 0, "\(command.errors)")
        return command.outputText
    }

    /// Runs a script in a directory of its own in which `mailpit` is the built program, and ends all
    /// that it has started.
    private func run(_ script: String) throws -> String {
        let directory = TemporaryDirectory()
        try FileManager.default.createSymbolicLink(
            atPath: directory.file("mailpit"), withDestinationPath: Mailpit.binary)
        let place = directory.file("work")
        try FileManager.default.createDirectory(
            atPath: place, withIntermediateDirectories: false)
        let output = directory.write("", to: "output")
        let file = open(output, O_WRONLY | O_APPEND | O_CLOEXEC)
        defer { close(file) }
        let path = directory.write("cd '\(place)'\n\(script)", to: "script")
        let shell = Child(
            ["setsid", "bash", path],
            environment: ["PATH": "\(directory.path):/usr/bin:/bin", "HOME": place],
            descriptors: [1: file, 2: file])
        let status = shell.wait(seconds: 120)
        // What it has started is in a group of its own, with its number.
        kill(-shell.pid, SIGKILL)
        #expect(status != nil)
        return textOfFile(output) ?? ""
    }

    /// Each command prints what it says there.
    private func follow(_ cookbook: Cookbook) throws {
        let output = try run(cookbook.script(port: FreePort.take()))
        let outputs = Cookbook.outputs(of: output)
        #expect(outputs.count == cookbook.steps.count, "\(output)")
        for (index, step) in cookbook.steps.enumerated() {
            let printed = outputs[index] ?? []
            #expect(
                step.isFulfilled(by: printed),
                "\(step.command)\nshould print\n\(step.promised.joined(separator: "\n"))\nand printed\n\(printed.joined(separator: "\n"))"
            )
        }
    }

    @Test func `each recipe for a client prints what it says there`() throws {
        let cookbook = Cookbook(try Self.section("cookbook"))
        #expect(cookbook.steps.count > 30)
        #expect(cookbook.preparation.contains("send() {"))
        try follow(cookbook)
    }

    @Test func `the README's way to use it in tests prints what it says there`() throws {
        let cookbook = Cookbook(try Self.section("own-tests"))
        #expect(cookbook.steps.count == 3)
        #expect(cookbook.preparation.contains("systemd-socket-activate"))
        try follow(cookbook)
    }

    @Test(arguments: ["verify", "verify-certificates"])
    func `the commands for mailpit verify print what they say there`(section: String) throws {
        let cookbook = Cookbook(try Self.section(section))
        #expect(!cookbook.steps.isEmpty)
        try follow(cookbook)
    }

    @Test(arguments: [
        (["a"], ["a"], true), (["a"], ["b"], false), (["a"], ["ab"], false), (["a"], [], false),
        ([], [], true), ([], ["a"], false), (["a", "b"], ["a"], false),
        (["a", "...", "d"], ["a", "b", "c", "d"], true), (["a", "...", "d"], ["a", "d"], true),
        (["a", "...", "d"], ["a", "d", "e"], false), (["..."], [], true),
        (["x ... z"], ["x y z"], true), (["x ... z"], ["x y z!"], false),
        (["...z"], ["xyz"], true), (["x..."], ["xyz"], true), (["x..."], ["yx"], false),
    ])
    func `a promise is kept by what it says`(
        _ promised: [String], _ printed: [String], _ isKept: Bool
    ) {
        let step = Cookbook.Step(command: "x", promised: promised)
        #expect(step.isFulfilled(by: printed.map { $0[...] }) == isKept)
    }
}
