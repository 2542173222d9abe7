import Foundation
import POSIX
import TestSupport
import Testing

/// Signals that ask `mailpit-verify` to end, in the middle of a run.
@Suite struct VerifySignalTests {
    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
    func `a signal ends everything, and what was judged is printed`(
        signal: Int32, status: Int32
    ) throws {
        let directory = TemporaryDirectory()
        let temporary = directory.file("temporary")
        precondition(mkdir(temporary, 0o700) == 0)
        let (pidFile, report) = (directory.file("pid"), directory.file("report.json"))
        let output = directory.write("", to: "output")
        let file = open(output, O_WRONLY | O_APPEND | O_CLOEXEC)
        defer { close(file) }
        let verify = Child(
            [VerifyRun.binary, "--only", "rcpt-550", "--report=text", "--report=json=\(report)"]
                + VerifyClient.shell(
                    elsewhere: "trap '' INT TERM HUP; echo $$ > \(pidFile).new; "
                        + "mv \(pidFile).new \(pidFile); while :; do sleep 100; done"),
            environment: ["PATH": "/usr/bin:/bin", "TMPDIR": temporary], descriptors: [1: file])
        #expect(eventually { textOfFile(pidFile) != nil })
        verify.signal(signal)
        #expect(verify.wait() == status)
        let pid = try #require(textOfFile(pidFile).flatMap { Int32($0.dropLast()) })
        #expect(kill(pid, 0) == -1 && errno == ESRCH)
        #expect(namesInDirectory(temporary) == [])
        let lines = (textOfFile(output) ?? "").split(separator: "\n")
        #expect(lines.count == 2 && lines[0].hasPrefix("PASS  works "))
        #expect(lines.last?.hasPrefix("1 passed, 0 failed in ") == true)
        #expect(textOfFile(report)?.contains("\"status\": \(status)") == true)
    }
}
