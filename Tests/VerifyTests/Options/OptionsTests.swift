import Testing

@testable import Verify

@Suite struct OptionsTests {
    private func fault(_ words: String...) -> String? {
        do throws(OptionError) {
            _ = try Options(words)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `nothing said is a run of all scenarios by hand`() throws {
        let options = try Options([])
        #expect(options.purpose == .verify && options.command == nil && options.host == nil)
        #expect(options.port == 0 && options.policy == .submission && options.tls == .starttls)
        #expect(options.mechanisms == ["PLAIN", "LOGIN"] && options.timeoutSeconds == 20)
        #expect(options.selection.scenarios.map(\.id) == Catalogue.all.map(\.id))
        #expect(options.reports.isEmpty && !options.isVerbose && !options.ignoresExit)
    }

    @Test(arguments: [
        (["curl", "--cacert", "x"], ["curl", "--cacert", "x"]),
        (["--", "-v", "--help"], ["-v", "--help"]), (["-v", "--", "--", "x"], ["--", "x"]),
        (["--port", "25", "./client", "--port", "0"], ["./client", "--port", "0"]),
    ]) func `the command begins with the first word that is no option`(
        words: [String], command: [String]
    ) throws {
        #expect(try Options(words).command == ClientCommand(command))
    }

    @Test func `a value stands behind the option, or behind an equals sign`() throws {
        #expect(try Options(["--port=25"]) == Options(["--port", "25"]))
        #expect(try Options(["--known", "a=b"]).knownFile == "a=b")
        #expect(try Options(["--known=a=b"]).knownFile == "a=b")
    }

    @Test func `each option does what it says`() throws {
        let options = try Options([
            "--host", "MX.example", "--port", "65535", "--policy", "opportunistic", "--tls",
            "implicit", "--auth", "login,xoauth2", "--known", "k", "--timeout", "1", "--total",
            "86400", "--exit", "ignore", "--settle", "3", "--verbose",
        ])
        #expect(options.host == "mx.example" && options.port == 65_535)
        #expect(options.policy == .opportunistic && options.tls == .implicit)
        #expect(options.mechanisms == ["LOGIN", "XOAUTH2"] && options.knownFile == "k")
        #expect(options.timeoutSeconds == 1 && options.totalSeconds == 86_400)
        #expect(options.ignoresExit && options.settleSeconds == 3 && options.isVerbose)
        #expect(try Options(["--auth", "none"]).mechanisms == [])
        #expect(try Options(["--exit", "judge"]).ignoresExit == false)
        #expect(try Options(["--certificates", "d"]).purpose == .writeCertificates(directory: "d"))
        #expect(try Options(["--list"]).purpose == .list)
        #expect(try Options(["--help"]).purpose == .help)
        #expect(try Options(["--version"]).purpose == .version)
    }

    @Test(
        arguments: [
            (["--as", "a.example:25"], 25), (["--as", "a.example"], 587),
            (["--tls", "implicit", "--as", "a.example"], 465),
            (["--as", "a.example", "--tls", "implicit"], 465),
            (["--as", "a.example:587", "--tls", "implicit"], 587),
        ] as [([String], UInt16)]) func `isolated, the port is the client's own`(
            words: [String], port: UInt16
        ) throws
    {
        let options = try Options(words)
        #expect(options.isIsolated && options.host == "a.example" && options.port == port)
    }

    @Test func `a report has a form and may have a file`() throws {
        let options = try Options(["--report=json", "--report", "junit=a=b.xml", "--report=text=t"])
        #expect(
            options.reports == [
                ReportRequest(.json), ReportRequest(.junit, file: "a=b.xml"),
                ReportRequest(.text, file: "t"),
            ])
    }

    @Test(arguments: [
        (["--nonsense"], "unknown option --nonsense"),
        (["--nonsense=1"], "unknown option --nonsense"),
        (["-x"], "unknown option -x"), (["--verb"], "unknown option --verb"),
        (["--port"], "--port needs a value"), (["--list=1"], "--list takes no value"),
        (["--timeout", "0"], "--timeout 0: not a number from 1 to 86400"),
        (["--timeout", "x"], "--timeout x: not a number from 1 to 86400"),
        (["--total", "86401"], "--total 86401: not a number from 1 to 86400"),
        (["--settle", "0"], "--settle 0: not a number from 1 to 86400"),
        (["--port", "0"], "--port 0: not a number from 1 to 65535"),
        (["--port", "65536"], "--port 65536: not a number from 1 to 65535"),
        (["--as", "a.example:0"], "--as 0: not a number from 1 to 65535"),
        (["--as", ":25"], "--as : no host name"), (["--as", "a..b"], "--as a..b: no host name"),
        (["--as", "a b"], "--as a b: no host name"), (["--host", "-a"], "--host -a: no host name"),
        (["--as", "127.0.0.1"], "--as 127.0.0.1: a name is needed, no address"),
        (["--host", "::1"], "--host ::1: a name is needed, no address"),
        (["--policy", "strict"], "--policy strict: not submission or opportunistic"),
        (["--tls", "none"], "--tls none: not starttls or implicit"),
        (["--exit", "x"], "--exit x: not judge or ignore"),
        (
            ["--only", "works,nonsense"],
            "--only works,nonsense: no such scenario or group: nonsense"
        ),
        (["--skip", ""], "--skip : a name is missing"),
        (["--report", "html"], "--report knows no html: text, json, junit or tap"),
        (["--report", "tap="], "--report tap=: no file"),
        (["--report=json", "--report=tap"], "--report: only one report can go to standard output"),
        (["--list", "curl"], "no client is run, so what is curl for?"),
        (
            ["--as", "a", "--port", "1"],
            "--as names host and port: --host and --port do not go with it"
        ),
    ]) func `what is wrong is named`(words: [String], expected: String) {
        #expect(throws: OptionError(expected)) { try Options(words) }
    }

    @Test func `a mechanism that asks for the right password is refused`() throws {
        let text = try #require(fault("--auth", "plain,scram-sha-256"))
        #expect(text.hasPrefix("--auth plain,scram-sha-256: scram-sha-256 is none of those"))
    }

    @Test func `every option is in the help, once`() {
        for option in Option.table {
            let line = "\n  \(option.synopsis)\n"
            #expect(Help.text.split(separator: line, omittingEmptySubsequences: false).count == 2)
        }
        #expect(Set(Option.table.map(\.name)).count == Option.Name.allCases.count)
    }
}
