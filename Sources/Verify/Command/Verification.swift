internal import POSIX

/// The main task: the client against all scenarios that were chosen, and the reports of it.
struct Verification {
    let options: Options
    let known: KnownFailures

    /// Refuses what can be seen to be wrong before anything is started.
    init(_ options: Options) throws {
        self.options = options
        if let command = options.command, let fault = Executable.fault(in: command) {
            throw OptionError(fault)
        }
        if let host = options.host, !options.isIsolated, !HostName.isLoopback(host) {
            throw OptionError("--host \(host): no name of loopback; \(HostName.advice(host))")
        }
        known = try options.knownFile.map(Self.knownFailures) ?? KnownFailures()
    }

    private static func knownFailures(_ path: String) throws(OptionError) -> KnownFailures {
        let octets: [UInt8]
        do throws(SystemError) {
            octets = try Descriptor.contents(ofFile: path, maximumOctets: 1 << 20)
        } catch {
            throw OptionError("--known: \(error)")
        }
        do throws(KnownFailures.Fault) {
            return try KnownFailures(String(decoding: octets, as: UTF8.self))
        } catch {
            throw OptionError("--known \(path), line \(error.line): \(error)")
        }
    }

    func run() throws -> ExitStatus {
        let reporter = try reporter()
        // From here on nobody ends us but ourselves, so that nothing is left behind.
        let signals = try RunSignals()
        try Descendants.adoptOrphans()
        let directory = try RunDirectory()
        let stage = try makeStage(in: directory)
        defer { stage.close() }
        return perform(on: stage, in: directory, signals, reporter)
    }

    private func reporter() throws(OptionError) -> Reporter {
        do throws(SystemError) {
            return try Reporter(
                options.reports, isVerbose: options.isVerbose,
                total: options.selection.performed.count + 1)
        } catch {
            throw OptionError("--report: \(error)")
        }
    }
}
