internal import Glibc
internal import POSIX

/// One run of the program; returns its exit status.
func runLoad(_ arguments: [String]) -> CInt {
    if arguments == ["--help"] {
        print(LoadOptions.usage, terminator: "")
        return 0
    }
    do {
        let options = try LoadOptions(arguments)
        // Writing to a server that has gone fails, and that is told.
        _ = signal(SIGPIPE, SIG_IGN)
        let message = Message(octets: options.messageOctets)
        let tls = try ClientTLS(version: options.tlsVersion, caFile: options.caFile)
        if options.warmUpSessions > 0 {
            _ = try Load(options, message, tls, sessions: options.warmUpSessions).run()
        }
        let outcome = try Load(options, message, tls, sessions: options.sessions).run()
        let report = Report(options: options, outcome: outcome)
        print(options.writesJSON ? report.json : report.text, terminator: "")
        return outcome.failures.isEmpty ? 0 : 1
    } catch {
        var standardError = StandardError()
        print("smtpload: \(error)", to: &standardError)
        return 2
    }
}

/// Descriptor 2 as what `print` writes to.
private struct StandardError: TextOutputStream {
    func write(_ text: String) {
        let octets = Array(text.utf8)
        // Nobody is left to be told if this fails.
        _ = unsafe octets.withUnsafeBytes { unsafe Glibc.write(2, $0.baseAddress, $0.count) }
    }
}

exit(runLoad(Array(CommandLine.arguments.dropFirst())))
