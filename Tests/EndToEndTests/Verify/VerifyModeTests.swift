import Foundation
import POSIX
import TestSupport
import Testing

/// Other ways to run it than a command that speaks STARTTLS.
@Suite struct VerifyModeTests {
    @Test func `with implicit TLS the scenarios that have a meaning there are played`() {
        let run = VerifyRun(
            [
                "--tls", "implicit", "--as", "mx.example.net", "--only",
                "starttls-stripped,forged-session,cert-unknown-ca,tls-1.0-only,rcpt-550,long-greeting",
            ], client: VerifyClient.curl([], url: "smtps://mx.example.net:465/client.example"))
        let verdicts = run.scenarios.mapValues(\.verdict)
        #expect(
            verdicts == [
                "works": "pass", "starttls-stripped": "skip", "forged-session": "skip",
                "cert-unknown-ca": "pass", "tls-1.0-only": "pass", "rcpt-550": "pass",
                "long-greeting": "pass",
            ], "\(run.command.outputText)")
        #expect(run.status == 0 && run.scenarios["works"]?.stored == 1)
    }

    @Test func `a relay may go on without TLS, but not send a password`() {
        let options = [
            "--policy", "opportunistic", "--as", "mx.example.net", "--only", "starttls-stripped",
        ]
        let relay = VerifyRun(options, client: VerifyClient.curl(["--ssl"], login: false))
        #expect(relay.verdict("starttls-stripped") == "note" && relay.status == 0)
        let withAuth = VerifyRun(
            options.dropLast() + ["starttls-stripped-auth"], client: VerifyClient.curl(["--ssl"]))
        #expect(withAuth.verdict("starttls-stripped-auth") == "fail" && withAuth.status == 1)
    }

    @Test func `without AUTH a client gets no user, and what needs one is skipped`() {
        let directory = TemporaryDirectory()
        let file = directory.file("values")
        let run = VerifyRun(
            ["--auth", "none", "--only", "auth-535,rcpt-550"],
            client: VerifyClient.shell(
                elsewhere: "echo \"<$MAILPIT_USER$MAILPIT_PASSWORD>\" > \(file); exit 1"),
            in: directory)
        #expect(run.verdict("auth-535") == "skip" && run.verdict("works") == "pass")
        #expect(textOfFile(file) == "<>\n")
    }

    @Test func `a full disk is told of in one line`() {
        let directory = TemporaryDirectory()
        let fill = "mount -t tmpfs -o size=8k none \"$TMPDIR\" && exec \"$0\" \"$@\""
        let run = VerifyRun(
            [], client: ["true"],
            through: ["unshare", "--user", "--map-root-user", "--mount", "/bin/sh", "-c", fill],
            in: directory)
        #expect(run.status == 2 && run.scenarios.isEmpty)
        let lines = run.command.errors.split(separator: "\n")
        #expect(lines.last?.hasSuffix(": No space left on device (errno 28)") == true, "\(lines)")
        #expect(lines.allSatisfy { $0.hasPrefix("mailpit-verify: ") })
    }

    @Test func `time for all runs that is over skips the rest`() {
        let run = VerifyRun(
            ["--total", "3", "--only", "rcpt-550,data-554"],
            client: VerifyClient.shell(elsewhere: "sleep 100"))
        #expect(run.status == 2 && run.verdict("works") == "pass")
        #expect(run.verdict("rcpt-550") == "skip" && run.verdict("data-554") == "skip")
    }

    @Test func `by hand it goes on after each message, and after Enter`() throws {
        let directory = TemporaryDirectory()
        let (port, report) = (FreePort.take(), directory.file("report.json"))
        let said = directory.write("", to: "said")
        let file = open(said, O_WRONLY | O_APPEND | O_CLOEXEC)
        var pipe: [Int32] = [-1, -1]
        precondition(Glibc.pipe(&pipe) == 0)
        defer { for number in pipe + [file] { close(number) } }
        let verify = Child(
            [
                VerifyRun.binary, "--host", "localhost", "--port", "\(port)", "--only",
                "rcpt-550,data-554", "--settle", "1", "--report=json=\(report)",
            ], environment: ["PATH": "/usr/bin:/bin", "TMPDIR": directory.path],
            descriptors: [0: pipe[0], 2: file])
        let steps = ["works", "rcpt-550", "data-554", "works"]
        for (index, step) in steps.enumerated() {
            let request = "\(step): send a message now"
            let count = steps[...index].count { $0 == step }
            #expect(
                eventually {
                    (textOfFile(said) ?? "").components(separatedBy: request).count == count + 1
                })
            if step == "rcpt-550" {
                #expect(write(pipe[1], "\n", 1) == 1)
                continue
            }
            let line = try #require(
                textOfFile(said)?.split(separator: "\n").first { $0.contains("authority  ") })
            _ = Command([
                "curl", "-sS", "--ssl-reqd", "smtp://localhost:\(port)/client.example", "--cacert",
                String(line.split(separator: " ").last ?? ""), "--mail-from", "a@b.example",
                "--mail-rcpt", "c@d.example", "-F", "text=Hello",
            ])
        }
        #expect(verify.wait() == 0)
        let text = try #require(textOfFile(report))
        let verdicts = text.components(separatedBy: "\"verdict\": \"").dropFirst()
            .map { $0.prefix { $0 != "\"" } }
        #expect(
            verdicts == ["pass", "warn", "note"] || verdicts == ["pass", "warn", "pass"], "\(text)")
    }
}
