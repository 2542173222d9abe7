import Foundation
import TestSupport
import Testing

/// Clients that misbehave as programs do, whatever they do on the wire.
@Suite struct VerifyClientTests {
    private func run(
        _ options: [String] = [], elsewhere script: String,
        in directory: TemporaryDirectory = TemporaryDirectory()
    ) -> VerifyRun {
        VerifyRun(
            ["--only", "rcpt-550"] + options, client: VerifyClient.shell(elsewhere: script),
            in: directory)
    }

    @Test func `a client that never connects is warned of`() {
        let run = run(elsewhere: "exit 1")
        #expect(run.verdict("rcpt-550") == "warn" && run.status == 0)
        #expect(run.scenarios["rcpt-550"]?.reasons == ["never connected"])
        #expect(run.leftovers == [])
    }

    @Test func `if it never connects at all nothing can be judged`() {
        let run = VerifyRun([], client: ["true"])
        #expect(run.scenarios.count == 1 && run.verdict("works") == "error" && run.status == 2)
        #expect(run.scenarios["works"]?.reasons == ["never connected"])
    }

    @Test func `a crash is a warning that names the signal`() {
        let run = run(elsewhere: "kill -SEGV $$")
        #expect(run.verdict("rcpt-550") == "warn" && run.scenarios["rcpt-550"]?.exit == -11)
        #expect(run.scenarios["rcpt-550"]?.reasons.first == "ended by SIGSEGV")
    }

    @Test func `one that ignores SIGTERM and does not end is killed in time`() {
        let directory = TemporaryDirectory()
        let run = run(
            ["--timeout", "2"],
            elsewhere: "trap '' TERM HUP INT; echo $$ > \(directory.file("pid")); "
                + "while :; do sleep 100; done", in: directory)
        #expect(run.verdict("rcpt-550") == "warn" && run.scenarios["rcpt-550"]?.exit == nil)
        #expect(!isAlive(directory, "pid") && run.leftovers == [])
    }

    @Test func `what a client leaves behind is ended, also outside of its group and session`() {
        let directory = TemporaryDirectory()
        let pids = ["child", "orphan", "daemon"].map { directory.file($0) }
        let run = run(
            elsewhere: """
                sleep 300 > /dev/null 2>&1 & echo $! > \(pids[0])
                (sleep 300 > /dev/null 2>&1 & echo $! > \(pids[1]))
                setsid sh -c 'setsid sh -c "echo \\$\\$ > \(pids[2]); exec sleep 300" &' > /dev/null
                until [ -s \(pids[2]) ]; do sleep 0.01; done
                exit 3
                """, in: directory)
        #expect(run.scenarios["rcpt-550"]?.exit == 3)
        for name in ["child", "orphan", "daemon"] { #expect(!isAlive(directory, name)) }
    }

    @Test func `100 MB of output are read and not kept`() {
        let run = run(
            elsewhere: "head -c 100000000 /dev/zero | tr '\\0' x; echo; echo the last line; exit 9")
        #expect(run.scenarios["rcpt-550"]?.exit == 9)
        #expect(run.command.outputText.contains("\n      client: the last line\n"))
        #expect(run.command.output.count < 20_000)
    }

    @Test func `a client gets no descriptor but its streams, and nothing to read`() {
        let directory = TemporaryDirectory()
        let list = directory.file("list")
        let other = open("/dev/zero", O_RDONLY)
        defer { close(other) }
        _ = run(
            elsewhere: "for n in /proc/$$/fd/*; do echo ${n##*/} $(readlink $n); done > \(list)",
            in: directory)
        let lines = (textOfFile(list) ?? "").split(separator: "\n").map { $0.split(separator: " ") }
        // The shell keeps its own standard output aside while that is the list.
        let own = lines.filter { $0.count > 1 && !$0[1].hasPrefix("pipe:") && $0[1] != list[...] }
        #expect(own == [["0", "/dev/null"]] && lines.count >= 3)
    }

    @Test func `it runs in a session and a process group of its own`() {
        let directory = TemporaryDirectory()
        let file = directory.file("ids")
        _ = run(elsewhere: "echo $$ $(cut -d' ' -f5,6 /proc/$$/stat) > \(file)", in: directory)
        let words = (textOfFile(file) ?? "").split(whereSeparator: \.isWhitespace)
        #expect(words.count == 3 && Set(words).count == 1)
    }

    @Test func `placeholders and variables say the same`() throws {
        let directory = TemporaryDirectory()
        let file = directory.file("values")
        let names = ["host", "port", "ca", "user", "password", "scenario", "dir"]
        let script =
            "if [ $MAILPIT_SCENARIO = works ]; then exec /bin/sh $0; fi; printf '%s\\n' \"$@\" > \(file);"
            + names.map { "printf '%s\\n' \"$MAILPIT_\($0.uppercased())\" >> \(file);" }.joined()
        let run = VerifyRun(
            ["--only", "rcpt-550"],
            client: ["/bin/sh", "-c", script, Self.deliver(in: directory)]
                + names.map { "{\($0)}" },
            in: directory)
        let lines = (textOfFile(file) ?? "").split(separator: "\n").map(String.init)
        #expect(run.verdict("works") == "pass")
        try #require(lines.count == 14)
        #expect(Array(lines[..<7]) == Array(lines[7...]))
        #expect(lines[0] == "localhost" && lines[5] == "rcpt-550" && lines[4].count == 24)
        #expect(lines[2] == "\(lines[6])/certificates/ca.pem")
    }

    @Test func `a client that queues is waited for where that is asked for`() {
        let directory = TemporaryDirectory()
        let script = Self.deliver(in: directory)
        let client = ["/bin/sh", "-c", "(sleep 1; exec /bin/sh \(script)) & exit 0"]
        let options = ["--only", "rcpt-550", "--exit", "ignore"]
        let patient = VerifyRun(options + ["--settle", "3"], client: client, in: directory)
        #expect(patient.verdict("works") == "pass" && patient.scenarios["works"]?.stored == 1)
        let other = TemporaryDirectory()
        let hasty = VerifyRun(options, client: client, in: other)
        #expect(hasty.verdict("works") == "error" && hasty.status == 2)
    }

    /// A script for sh that delivers, by what is in its environment.
    private static func deliver(in directory: TemporaryDirectory) -> String {
        let curl = VerifyClient.curl(
            login: false, url: "smtp://$MAILPIT_HOST:$MAILPIT_PORT/client.example", trust: [])
        let words = curl.joined(separator: " ")
        return directory.write("exec \(words)\n", to: "deliver")
    }

    private func isAlive(_ directory: TemporaryDirectory, _ file: String) -> Bool {
        guard let text = textOfFile(directory.file(file)), let pid = Int32(text.dropLast()) else {
            Issue.record("no process has told its number in \(file)")
            return true
        }
        return kill(pid, 0) == 0
    }
}
