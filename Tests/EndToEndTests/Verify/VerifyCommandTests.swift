import Foundation
import POSIX
import TestSupport
import Testing

/// The program itself: how it is started, and what it refuses in one line.
@Suite struct VerifyCommandTests {
    private func run(_ words: [String], environment: [String: String] = [:]) -> Command {
        Command([VerifyRun.binary] + words, environment: environment)
    }

    @Test func `the session's program becomes it, and both have the same version`() {
        let verify = Command([Mailpit.binary, "verify", "--version"])
        let session = Command([Mailpit.binary, "--version"])
        #expect(verify.status == 0 && verify.outputText.hasPrefix("mailpit-verify "))
        #expect(
            verify.outputText.dropFirst("mailpit-verify ".count)
                == session.outputText.dropFirst("mailpit ".count).prefix { $0 != "\n" } + "\n")
    }

    @Test func `where it is not beside the session's program, that is said`() {
        let directory = TemporaryDirectory()
        let copy = directory.file("mailpit")
        VerifyRun.install(Mailpit.binary, as: copy)
        let command = Command([copy, "verify", "true"])
        #expect(command.status == 78 && command.output == [])
        #expect(
            command.errors == "mailpit verify: execv \(copy)-verify: No such file or directory "
                + "(errno 2)\n")
    }

    @Test(arguments: [Mailpit.binary, VerifyRun.binary])
    func `nothing of it is in the session's program`(binary: String) {
        let symbols = Command(["nm", "-a", binary]).outputText
        let names = symbols.split(separator: "\n").compactMap { $0.split(separator: " ").last }
        // Those of Embedded Swift begin with another letter.
        let beginning = names.contains { $0.hasPrefix("$e4SMTP") } ? "$e" : "$s"
        #expect(names.contains { $0.hasPrefix(beginning + "4SMTP") })
        // Names of modules as they are mangled: their length stands before them.
        for module in ["6Verify", "5Forge", "20FoundationEssentials"] {
            let isThere = names.contains { $0.hasPrefix(beginning + module) }
            #expect(isThere == (binary == VerifyRun.binary), "\(module) in \(binary)")
        }
    }

    @Test(arguments: [
        (["--nonsense", "true"], "unknown option --nonsense"),
        (["--only", "nonsense", "true"], "--only nonsense: no such scenario or group: nonsense"),
        (["--timeout", "0", "true"], "--timeout 0: not a number from 1 to 86400"),
        (["no-such-program"], "no-such-program: no such program in PATH"),
        (["/nowhere/client"], "/nowhere/client: no such program"),
        (["/proc/version"], "/proc/version: not executable"),
        (["/etc"], "/etc: not executable"),
        (
            ["--known", "/nowhere/known", "true"],
            "--known: open /nowhere/known: No such file or directory (errno 2)"
        ),
        (
            ["--report=json=/nowhere/report", "true"],
            "--report: open /nowhere/report: No such file or directory (errno 2)"
        ),
    ]) func `a wrong option is one line and status 78`(words: [String], line: String) {
        let command = run(words)
        #expect(command.status == 78 && command.output == [])
        #expect(command.errors == "mailpit-verify: \(line)\n")
    }

    @Test(arguments: [
        ("nonsense because", ", line 1: no scenario is called nonsense"),
        ("# a\n\nrcpt-550", ", line 3: rcpt-550 has no reason"),
    ]) func `a line of known failures that says nothing is status 78`(text: String, line: String) {
        let file = TemporaryDirectory()
        let path = file.write(text, to: "known")
        let command = run(["--known", path, "true"])
        #expect(command.status == 78 && command.output == [])
        #expect(command.errors == "mailpit-verify: --known \(path)\(line)\n")
    }

    @Test func `a port in use is status 2, and nothing is left behind`() {
        let listener = TestListener(AF_INET)
        let directory = TemporaryDirectory()
        let command = run(
            ["--port", "\(listener.port)", "--host", "localhost", "true"],
            environment: ["TMPDIR": directory.path])
        #expect(command.status == 2 && command.output == [])
        #expect(
            command.errors == "mailpit-verify: port \(listener.port) of loopback: bind: "
                + "Address already in use (errno 98)\n")
        #expect(namesInDirectory(directory.path) == [])
    }

    @Test func `no place for temporary files is status 2`() {
        let command = run(["true"], environment: ["TMPDIR": "/nowhere"])
        #expect(
            command.status == 2
                && command.errors.hasSuffix(
                    "mailpit-verify: mkdtemp /nowhere: No such file or directory (errno 2)\n")
        )
    }

    @Test func `a report that does not fit on the disk is told of, and status 2`() {
        let command = run(["--report=json=/dev/full", "true"])
        #expect(command.status == 2)
        #expect(
            command.errors.hasSuffix(
                "mailpit-verify: a report is not whole: write /dev/full: No space left on device "
                    + "(errno 28)\n"))
    }

    @Test func `the list obeys what was chosen`() {
        let lines = run(["--list", "--only", "version", "--skip", "tls-1.0-only"]).outputText
            .split(separator: "\n")
        #expect(
            lines.map { $0.prefix { $0 != " " } } == [
                "tls-1.2-only", "tls-1.3-only", "tls-1.1-only",
            ])
    }

    @Test func `certificates for any other server are written, and nothing else is done`() throws {
        let directory = TemporaryDirectory()
        let path = directory.file("certificates")
        let command = run(["--certificates", path, "--host", "mail.example.org"])
        #expect(
            command.status == 0
                && command.outputText.hasPrefix("certificates for mail.example.org:\n"))
        let names = try #require(namesInDirectory(path))
        #expect(
            names.contains("ca.pem") && names.contains("good.pem") && names.contains("good.key"))
        #expect(names.contains("cert-expired.pem") && names.contains("cert-expired.key"))
        let judgement = Command(
            [
                "openssl", "verify", "-CAfile", "\(path)/ca.pem", "-verify_hostname",
                "mail.example.org", "\(path)/good.pem",
            ])
        #expect(judgement.outputText == "\(path)/good.pem: OK\n")
    }
}
