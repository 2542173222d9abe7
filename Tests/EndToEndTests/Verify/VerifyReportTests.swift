import TestSupport
import Testing

/// The reports, read by the parsers of others.
@Suite struct VerifyReportTests {
    /// A client that verifies nothing, of which that is known in part.
    private static func run(in directory: TemporaryDirectory, _ options: [String] = []) -> VerifyRun
    {
        let known = directory.write("cert-expired we know & <will> #mend it\n", to: "known")
        return VerifyRun(
            [
                "--known", known, "--only", "cert-expired,cert-future,rcpt-550,lost-answer",
                "--report", "junit=\(directory.file("junit.xml"))",
                "--report", "tap=\(directory.file("report.tap"))",
            ] + options, client: VerifyClient.curl(["--ssl-reqd", "--insecure"]), in: directory)
    }

    private func python(_ script: String, _ path: String) -> [String] {
        let command = Command(["/usr/bin/python3", "-c", script, path])
        #expect(command.errors == "")
        return command.outputText.split(separator: "\n").map(String.init)
    }

    @Test func `junitparser reads each scenario, with the type of its failure`() throws {
        let directory = TemporaryDirectory()
        let run = Self.run(in: directory)
        #expect(run.status == 1)
        let lines = python(
            """
            import sys
            from junitparser import JUnitXml
            xml = JUnitXml.fromfile(sys.argv[1])
            print(xml.tests, xml.failures, xml.errors, xml.skipped)
            for suite in xml:
                for case in suite:
                    for result in case.result:
                        print(case.classname, case.name, type(result).__name__, result.type)
            """, directory.file("junit.xml"))
        #expect(
            lines == [
                "5 1 0 1", "certificate cert-expired Skipped None",
                "certificate cert-future Failure high", "failure lost-answer SystemOut None",
            ]
                || lines == [
                    "5 1 0 1", "certificate cert-expired Skipped None",
                    "certificate cert-future Failure high",
                ], "\(lines)")
        let text = try #require(textOfFile(directory.file("junit.xml")))
        #expect(text.contains("<skipped message=\"we know &amp; &lt;will&gt; #mend it; "))
    }

    @Test func `tap.py reads each scenario, its directive and its block`() {
        let directory = TemporaryDirectory()
        _ = Self.run(in: directory)
        let lines = python(
            """
            import sys
            from tap.parser import Parser
            for line in Parser().parse_file(sys.argv[1]):
                if line.category == "test":
                    block = line.yaml_block or {}
                    print(line.ok, line.todo, line.skip, line.description, block.get("verdict"),
                          any("MAIL FROM" in said for said in block.get("transcript", [])))
                elif line.category != "version":
                    print(line.category)
            """, directory.file("report.tap"))
        #expect(
            lines == [
                "plan", "True False False - works None False",
                "False True False - cert-expired known True",
                "False False False - cert-future fail True",
                "True False False - rcpt-550 None False",
                "True False False - lost-answer note True",
            ], "\(lines)")
    }

    @Test func `nothing judged is an error to both`() {
        let directory = TemporaryDirectory()
        let run = VerifyRun(
            [
                "--report", "junit=\(directory.file("junit.xml"))",
                "--report", "tap=\(directory.file("report.tap"))",
            ], client: ["true"], in: directory)
        #expect(run.status == 2)
        let junit = python(
            """
            import sys
            from junitparser import JUnitXml
            xml = JUnitXml.fromfile(sys.argv[1])
            print(xml.tests, xml.failures, xml.errors)
            """, directory.file("junit.xml"))
        #expect(junit == ["1 0 1"])
        let tap = python(
            """
            import sys
            from tap.parser import Parser
            print([line.category for line in Parser().parse_file(sys.argv[1])][-1])
            """, directory.file("report.tap"))
        #expect(tap == ["bail"])
    }

    @Test func `a report alone on standard output is all that is there`() {
        let command = Command(
            [VerifyRun.binary, "--report=json", "--host", "localhost", "true"])
        #expect(command.outputText.hasPrefix("{\n  \"host\": \"localhost\",\n  \"status\": 2,"))
        #expect(command.outputText.hasSuffix("}\n"))
    }

    @Test func `on a terminal there are colours and progress, and in a pipe neither`() {
        let verify = "\(VerifyRun.binary) --host localhost --only rcpt-550 true"
        let terminal = Command(
            ["script", "--quiet", "--return", "--command", verify, "/dev/null"],
            environment: ["TERM": "xterm"]
        ).outputText
        #expect(terminal.contains("\r\u{1B}[K[1/2] works …"))
        #expect(terminal.contains("\u{1B}[31mERROR\u{1B}[0m works"))
        let piped = Command(["/bin/sh", "-c", "\(verify) 2>&1 | cat"]).outputText
        #expect(piped.contains("ERROR works") && !piped.contains("\u{1B}"))
    }
}
