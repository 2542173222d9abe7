internal import Forge
internal import Glibc
internal import POSIX

/// One run of the program, from its words to its exit status.
package enum Program {
    package static func run(_ words: [String]) -> CInt {
        TerminationSignals.setDispositions()
        do throws(Fault) {
            let options = try Fault.catching { try Options(words) }
            return try perform(options).rawValue
        } catch {
            say(error.description)
            return error.status.rawValue
        }
    }

    private static func perform(_ options: Options) throws(Fault) -> ExitStatus {
        switch options.purpose {
        case .help: return print(Help.text)
        case .version: return print("mailpit-verify \(Help.version)\n")
        case .list: return print(ScenarioList.text(options.selection.scenarios))
        case .writeCertificates(let directory): return try write(to: directory, options)
        case .verify: return try Fault.catching { try Verification(options).run() }
        }
    }

    private static func write(
        to directory: String, _ options: Options
    ) throws(Fault) -> ExitStatus {
        let host = options.host ?? (HostName.isUsualKnown ? HostName.usual : "localhost")
        try Fault.catching { try CertificateFiles.write(for: host, to: directory) }
        let good = CertificateFiles(.good, in: directory)
        return print(
            """
            certificates for \(host):
            \(CertificateFiles.authority(in: directory)) for a client to trust
            \(good.certificate) and \(good.key) for a server
            and a pair like that for each scenario called cert-...

            """)
    }

    private static func print(_ text: String) -> ExitStatus {
        StandardStreams.write(text, to: STDOUT_FILENO) ? .passed : .nothingJudged
    }

    /// Tells the user something beside the reports.
    static func say(_ text: String) {
        // Where nobody can be told, the exit status says the rest.
        _ = StandardStreams.write("mailpit-verify: \(text)\n", to: STDERR_FILENO)
    }
}
