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
    static func run(_ commandLine: [String]) -> ExitStatus {
        let arguments = commandLine.dropFirst()
        if arguments.first == VerifyCommand.name, !Handover.standardOutputIsConnection {
            return VerifyCommand.become(arguments.dropFirst())
        }
        let isCheck = arguments.first == Check.command
        if isCheck, arguments.dropFirst().first == ServiceCheck.flag,
            !Handover.standardOutputIsConnection
        {
            return ServiceCheck.become(arguments.dropFirst(2))
        }
        var values = OptionValues()
        values.readEnvironment()
        // A fault in the command line is told once there is a log and a client to tell it to.
        var fault: ConfigurationError?
        do throws(ConfigurationError) {
            try values.read(arguments: Array(isCheck ? arguments.dropFirst() : arguments))
        } catch {
            fault = error
        }
        if let text = Help.answer(to: values) {
            if !Handover.standardOutputIsConnection {
                return StandardStreams.write(text, to: STDOUT_FILENO) ? .success : .software
            }
            // In the service entry of a super-server it would go to the client.
            fault = ConfigurationError("--help and --version are for the command line")
        }
        umask(0o077)
        let choices = Choices(values)
        if choices.maildirAccess == .group { umask(choices.maildirAccess.umask) }
        return isCheck ? Check.run(choices, fault) : serve(choices, fault)
    }

    /// Takes the connection that the process was started for, and serves it.
    private static func serve(_ choices: Choices, _ fault: ConfigurationError?) -> ExitStatus {
        do throws(ActivationError) {
            let handover = try Handover()
            let signals = try holdSignals()
            let activated = try handover.takeConnection(
                until: .after(seconds: acceptSeconds), orTermination: signals)
            return serve(activated, signals, choices, fault)
        } catch .peerGone, .terminated {
            return .success
        } catch {
            let journal = Self.journal(
                choices, standardErrorIsClient: Handover.standardErrorMayBeClient)
            record(ConfigurationError(error.description), in: journal)
            return .configuration
        }
    }

    private static func holdSignals() throws(ActivationError) -> TerminationSignals {
        do throws(SystemError) {
            return try TerminationSignals()
        } catch {
            throw .system(error)
        }
    }

    private static func serve(
        _ activated: consuming ActivatedConnection, _ signals: consuming TerminationSignals,
        _ choices: Choices, _ fault: ConfigurationError?
    ) -> ExitStatus {
        let peer = activated.peer
        var journal = Self.journal(
            choices, peer: peer, standardErrorIsClient: activated.standardErrorIsClient)
        warn(of: choices.given.unknownVariables, in: journal)
        if !activated.isSocket, !activated.standardErrorIsClient,
            fault != nil || isatty(STDIN_FILENO) == 1
        {
            // A person has started it, who may expect it to listen.
            _ = StandardStreams.write(Help.byHand, to: STDERR_FILENO)
        }
        var connection = Connection(activated, signals: signals)
        do throws(ConfigurationError) {
            if let fault { throw fault }
            let resources = try prepare(choices, journal)
            let isEarly = resources.settings.needsSandboxFirst
            if isEarly { try enterSandbox(resources, journal) }
            guard let client = client(of: &connection, peer, resources.settings, &journal) else {
                _ = connection.close()
                return .success
            }
            return converse(
                Conversation(
                    resources, connection: connection, peer: client,
                    log: SessionLog(journal, isTLSImplicit: choices.hasImplicitTLS)),
                isInSandbox: isEarly)
        } catch {
            record(ConfigurationError(choices.explained(error.description)), in: journal)
            refuse(&connection, choices)
            return .configuration
        }
    }

    /// Opens what the session needs, and tells what the operator should do something about.
    private static func prepare(_ choices: Choices, _ journal: borrowing Journal)
        throws(ConfigurationError) -> Resources
    {
        let resources = try Resources(choices)
        for warning in resources.warnings {
            journal.record(warning.event, priority: .warning, warning.text)
        }
        return resources
    }

    /// Runs the conversation to its end. It is never destroyed, as the process ends with it: to take
    /// apart what OpenSSL has built would cost half a percent of a session.
    private static func converse(
        _ conversation: consuming Conversation, isInSandbox: Bool
    ) -> ExitStatus {
        let place = UnsafeMutablePointer<Conversation>.allocate(capacity: 1)
        unsafe place.initialize(to: conversation)
        unsafe place.pointee.greet()
        do throws(ConfigurationError) {
            if !isInSandbox {
                unsafe try enterSandbox(place.pointee.resources, place.pointee.log.journal)
            }
        } catch {
            unsafe record(error, in: place.pointee.log.journal)
            return .configuration
        }
        return unsafe place.pointee.run()
    }

    /// Gives up what serving the client does not need, before anything of it is read.
    private static func enterSandbox(
        _ resources: borrowing Resources, _ journal: borrowing Journal
    ) throws(ConfigurationError) {
        let mode = resources.settings.sandbox
        if mode == .off { return }
        let protections = try enter(mode, directories: resources.maildir.directoryNumbers)
        journal.record(
            .sandbox, priority: protections.isComplete ? .debug : .info,
            "Landlock version \(protections.landlockVersion), system calls "
                + (protections.filtersSystemCalls ? "filtered" : "not filtered"))
    }

    /// Enters it; without the directories nothing can be delivered any more.
    static func enter(_ mode: Sandbox.Mode, directories: [CInt]) throws(ConfigurationError)
        -> Sandbox.Protections
    {
        try ConfigurationError.rewrapping("--sandbox=require") { () throws(SystemError) in
            try Sandbox.enter(mode, directories: directories)
        }
    }

    /// How long a process that was started for a connection waits for it to be there.
    private static let acceptSeconds: Int64 = 60

    static func journal(
        _ choices: Choices, peer: Peer = .unknown, standardErrorIsClient: Bool
    ) -> Journal {
        Journal(
            logFile: choices.logFile, format: choices.logFormat, verbosity: choices.verbosity,
            standardErrorIsClient: standardErrorIsClient,
            session: String(UInt64.random(in: .min ... .max), radix: 16), remote: peer.text)
    }

    /// Tells of variables that an option was meant by. They may be the cause of an error that follows.
    private static func warn(of unknownVariables: [String], in journal: borrowing Journal) {
        if unknownVariables.isEmpty { return }
        let texts = unknownVariables.map { UnknownOption(variable: $0) }
            .filter { !$0.isForeign }.map { $0.description }
        if texts.isEmpty { return }
        journal.record(.configError, priority: .warning, texts.joined(separator: "; "))
    }

    private static func record(_ error: ConfigurationError, in journal: borrowing Journal) {
        let user = Account.userName(geteuid()).map { "\($0), " } ?? ""
        journal.record(
            .configError, priority: .error, "\(error) (running as \(user)uid \(geteuid()))")
    }

    /// The client hears that there is an error and not which; with implicit TLS, where
    /// there is no plaintext, it hears nothing.
    private static func refuse(_ connection: inout Connection, _ choices: Choices) {
        if !choices.hasImplicitTLS {
            let hostname = (try? Settings.hostname(choices)) ?? "localhost"
            var reply: [UInt8] = []
            Reply.configurationError(hostname: hostname).append(to: &reply)
            try? connection.write(reply, until: .after(seconds: 5))
        }
        _ = connection.close()
    }
}
