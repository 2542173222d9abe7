internal import Activation
internal import Glibc
internal import Journal
internal import Maildir
internal import POSIX
internal import SMTP
internal import Sandbox
internal import TLS

/// One run of the program, from what it was started with to its exit status.
enum Program {
    static func run(_ arguments: [String]) -> ExitStatus {
        var values = OptionValues()
        values.readEnvironment()
        // A fault in the command line is told once there is a log and a client to tell it to.
        var fault: ConfigurationError?
        do throws(ConfigurationError) {
            try values.read(arguments: arguments)
        } catch {
            fault = error
        }
        let text =
            values[.help] != nil
            ? Help.text
            : values[.version] != nil ? "mailpit \(Help.version)\n" : nil
        if let text {
            if !Handover.standardOutputIsConnection { return say(text) }
            // In the service entry of a super-server it would go to the client.
            fault = ConfigurationError("--help and --version are for the command line")
        }
        return serve(values, fault)
    }

    private static func say(_ text: String) -> ExitStatus {
        let octets = Array(text.utf8)
        let output = Descriptor(owning: STDOUT_FILENO)
        var written = 0
        while written < octets.count {
            guard case .octets(let count) = output.write(octets.span.extracting(written...)) else {
                return .software
            }
            written += count
        }
        return .success
    }

    private static func serve(_ values: OptionValues, _ fault: ConfigurationError?) -> ExitStatus {
        umask(0o077)
        do {
            let handover = try Handover()
            let signals = try TerminationSignals()
            let channel = try handover.takeConnection(
                until: .after(seconds: acceptSeconds), orTermination: signals)
            return serve(channel, signals, values, fault)
        } catch ActivationError.peerGone, ActivationError.terminated {
            return .success
        } catch {
            let journal = Self.journal(
                values, standardErrorIsClient: Handover.standardErrorMayBeClient)
            record(ConfigurationError("\(error)"), in: journal)
            return .configuration
        }
    }

    private static func serve(
        _ channel: consuming ActivatedConnection, _ signals: consuming TerminationSignals,
        _ values: OptionValues, _ fault: ConfigurationError?
    ) -> ExitStatus {
        let peer = channel.peer
        var journal = Self.journal(
            values, peer: peer, standardErrorIsClient: channel.standardErrorIsClient)
        var connection = Connection(channel, signals: signals)
        do throws(ConfigurationError) {
            if let fault { throw fault }
            let resources = try Resources(values)
            if let warning = resources.settings.authentication?.warning {
                journal.record(.configError, priority: .warning, warning)
            }
            try enterSandbox(resources, journal)
            guard let client = client(of: &connection, peer, resources.settings, &journal) else {
                _ = connection.close()
                return .success
            }
            var conversation = Conversation(
                resources, connection: connection, peer: client, log: SessionLog(journal))
            return conversation.run()
        } catch {
            record(error, in: journal)
            refuse(&connection, values)
            return .configuration
        }
    }

    /// Gives up what serving the client does not need, before it is listened to. SPEC 8
    private static func enterSandbox(
        _ resources: borrowing Resources, _ journal: borrowing Journal
    ) throws(ConfigurationError) {
        let mode = resources.settings.sandbox
        if mode == .off { return }
        journal.loadLibrary()
        let protections: Sandbox.Protections
        do throws(SystemError) {
            protections = try Sandbox.enter(
                mode, directories: resources.maildir.directoryNumbers)
        } catch {
            throw ConfigurationError("--sandbox=require: \(error)")
        }
        journal.record(
            .sandbox, priority: protections.isComplete ? .debug : .info,
            "Landlock version \(protections.landlockVersion), system calls "
                + (protections.filtersSystemCalls ? "filtered" : "not filtered"))
    }

    /// Who is to be served: the other end of the connection, unless a proxy is to tell; nil if it
    /// does not.
    private static func client(
        of connection: inout Connection, _ peer: Peer, _ settings: Settings,
        _ journal: inout Journal
    ) -> Peer? {
        guard settings.requiresProxyHeader else { return peer }
        switch connection.readProxyHeader(until: .after(seconds: settings.timeoutSeconds)) {
        case .origin(.connection): return peer
        case .origin(.client(let client)):
            journal.remote = client.logText
            return client
        case .failed(let reason):
            journal.record(.protocolError, priority: .notice, "no PROXY header: \(reason)")
            return nil
        case .terminated: return nil
        }
    }

    /// How long a process that was started for a connection waits for it to be there.
    private static let acceptSeconds: Int64 = 60

    private static func journal(
        _ values: OptionValues, peer: Peer = .unknown, standardErrorIsClient: Bool
    ) -> Journal {
        // Whatever is wrong with the options, the log they ask for should tell of it.
        let isQuiet = (try? values.flag(.quiet)) == true
        let isVerbose = (try? values.flag(.verbose)) == true
        return Journal(
            logFile: values[.logFile]?.text,
            verbosity: isVerbose ? .verbose : isQuiet ? .quiet : .normal,
            standardErrorIsClient: standardErrorIsClient,
            session: String(UInt64.random(in: .min ... .max), radix: 16), remote: peer.logText)
    }

    private static func record(_ error: ConfigurationError, in journal: borrowing Journal) {
        journal.record(
            .configError, priority: .error, "\(error) (running as uid \(geteuid()))")
    }

    /// SPEC 2: the client hears that there is an error and not which; with implicit TLS, where
    /// there is no plaintext, it hears nothing.
    private static func refuse(_ connection: inout Connection, _ values: OptionValues) {
        if (try? values.flag(.implicitTLS)) != true {
            let hostname = (try? Settings.hostname(values)) ?? "localhost"
            var reply: [UInt8] = []
            Reply.configurationError(hostname: hostname).append(to: &reply)
            _ = connection.write(reply, until: .after(seconds: 5))
        }
        _ = connection.close()
    }
}
