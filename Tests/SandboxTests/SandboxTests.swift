import Foundation
import POSIX
import TestSupport
import Testing

@testable import Sandbox

@Suite struct SandboxTests {
    /// What a deed comes to, as a number of an error, or of a signal with a minus, or 0.
    private func outcome(_ deed: String, _ protection: String) -> Int32? {
        let world = TemporaryDirectory()
        let directory = world.file("inside")
        try! FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false)
        world.write("", to: "kept")
        world.write("", to: "inside/there")
        try! FileManager.default.createDirectory(
            atPath: world.file("inside/empty"), withIntermediateDirectories: false)
        let probe = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("SandboxProbe").path
        let outcome = Child([probe, protection, deed, directory]).wait()
        #expect(
            namesInDirectory(world.path)?.contains("outside")
                == (outcome == 0 && deed == "write a file"))
        if deed == "deliver", outcome == 0 {
            #expect(octetsOfFile("\(directory)/b") == [UInt8(ascii: "x")])
            #expect(namesInDirectory(directory) == ["b", "empty", "there"])
        }
        return outcome
    }

    @Test func `a delivery goes on as before`() {
        #expect(outcome("deliver", "all") == 0)
    }

    @Test(arguments: [
        "read a file", "read in the directory", "write a file", "remove a file",
        "make a directory", "execute", "fork", "signal another", "map code", "read the directory",
        "cut a file short", "remove a directory", "make a link", "make a FIFO",
    ]) func `with the sandbox off it can be done`(deed: String) {
        #expect(outcome(deed, "off") == 0)
    }

    @Test func `with the sandbox off it can be tried`() {
        #expect(outcome("connect", "off") == ECONNREFUSED)
    }

    @Test(arguments: [
        "read a file", "read in the directory", "write a file", "read the directory",
        "cut a file short", "remove a directory",
    ])
    func `Landlock keeps files out of reach that may be asked for`(deed: String) {
        #expect(outcome(deed, "all") == EACCES)
    }

    @Test(arguments: [
        "make a directory", "connect", "execute", "fork", "signal another", "trace another",
        "map code", "remove a file", "make a link", "make a FIFO",
    ]) func `a system call that no session makes is the last one`(deed: String) {
        #expect(outcome(deed, "all") == -SIGSYS)
    }

    @Test(arguments: [
        ("connect", EACCES), ("execute", EACCES), ("make a directory", EACCES),
        ("remove a file", EACCES), ("signal another", EPERM), ("trace another", EPERM),
        ("make a link", EACCES), ("make a FIFO", EACCES),
    ]) func `Landlock alone forbids most of it too`(deed: String, error: Int32) {
        #expect(outcome(deed, "landlock") == error)
    }

    @Test func `a defect is still told apart from a violation`() {
        #expect(outcome("abort", "all") == -SIGABRT)
    }
}
