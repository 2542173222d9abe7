import Foundation
import TestSupport

/// `mailpit-verify` that was run to its end against a client, and what it says of each scenario.
struct VerifyRun {
    /// What is in the JSON report of one scenario.
    struct Scenario {
        let verdict: String
        let reasons: [String]
        let exit: Int?
        let stored: Int
        let transcript: [String]
    }

    /// Beside the session's program.
    static let binary = URL(fileURLWithPath: Mailpit.binary).deletingLastPathComponent()
        .appendingPathComponent("mailpit-verify").path

    let command: Command
    let scenarios: [String: Scenario]
    /// What is left where temporary files go.
    let leftovers: [String]
    let directory: TemporaryDirectory

    var status: Int32? { command.status }

    /// Runs it as a user who may do nothing, if asked to, and with what else it is run through.
    init(
        _ options: [String], client: [String], asNobody: Bool = false,
        through launcher: [String] = [],
        in directory: TemporaryDirectory = TemporaryDirectory(), seconds: Int64 = 120
    ) {
        self.directory = directory
        let temporary = directory.file("temporary")
        precondition(mkdir(temporary, 0o777) == 0 && chmod(temporary, 0o777) == 0)
        let report = directory.write("", to: "report.json", mode: 0o666)
        precondition(chmod(report, 0o666) == 0)
        command = Command(
            (asNobody ? Self.becomingNobody : []) + launcher + [Self.copied(to: directory)]
                + ["--report=json=\(report)", "--report=text"] + options + ["--"] + client,
            environment: ["TMPDIR": temporary, "HOME": temporary], seconds: seconds)
        leftovers = namesInDirectory(temporary) ?? ["unreadable"]
        scenarios = Self.scenarios(inReport: report)
    }

    static let becomingNobody = [
        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all",
    ]

    /// Where everybody may execute it, as the build directory need not be.
    static func copied(to directory: TemporaryDirectory) -> String {
        let copy = directory.file("mailpit-verify")
        install(binary, as: copy)
        precondition(chmod(directory.path, 0o755) == 0)
        return copy
    }

    /// Copies a program by a process of its own: what this one writes to, the children of other tests
    /// may have open when it is to be executed, and then it cannot be.
    static func install(_ program: String, as copy: String) {
        precondition(Command(["install", "-m", "755", program, copy]).status == 0)
    }

    private static func scenarios(inReport path: String) -> [String: Scenario] {
        guard let octets = octetsOfFile(path),
            let report = try? JSONSerialization.jsonObject(with: Data(octets)) as? [String: Any],
            let entries = report["scenarios"] as? [[String: Any]]
        else { return [:] }
        let pairs = entries.map { entry in
            (
                entry["id"] as! String,
                Scenario(
                    verdict: entry["verdict"] as! String, reasons: entry["reasons"] as! [String],
                    exit: entry["exit"] as? Int, stored: entry["stored"] as! Int,
                    transcript: entry["transcript"] as! [String])
            )
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    func verdict(_ id: String) -> String? { scenarios[id]?.verdict }
}

/// Clients for `mailpit-verify` to run.
enum VerifyClient {
    /// curl, with STARTTLS required of it and a login, unless told otherwise.
    static func curl(
        _ options: [String] = ["--ssl-reqd"], login: Bool = true,
        url: String = "smtp://{host}:{port}/client.example", trust: [String] = ["--cacert", "{ca}"]
    ) -> [String] {
        ["curl", "-sS", url, "--mail-from", "a@b.example", "--mail-rcpt", "c@d.example"] + trust
            + (login ? ["-u", "{user}:{password}"] : []) + ["-F", "text=Hello"] + options
    }

    /// A shell that delivers by curl in `works`, and elsewhere does what the script says; {ca} and
    /// the like are to be taken from the environment.
    static func shell(elsewhere script: String) -> [String] {
        let curl = curl(
            login: false, url: "smtp://$MAILPIT_HOST:$MAILPIT_PORT/client.example", trust: [])
        return [
            "/bin/sh", "-c",
            "if [ $MAILPIT_SCENARIO = works ]; then exec \(curl.joined(separator: " ")); fi\n"
                + script,
        ]
    }
}
