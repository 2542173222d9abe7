/// What a command line asks for.
package struct Options: Equatable, Sendable {
    /// What the program does.
    package enum Purpose: Equatable, Sendable {
        case verify
        case list
        case writeCertificates(directory: String)
        case help
        case version
    }

    package internal(set) var purpose = Purpose.verify
    /// Whether the client gets namespaces of its own, in which the host is this machine.
    package internal(set) var isIsolated = false
    /// Nil for ours, where it is known.
    package internal(set) var host: String?
    /// 0 for one that is free.
    package internal(set) var port: UInt16 = 0
    package internal(set) var policy = Policy.submission
    package internal(set) var tls = StageOptions.TLS.starttls
    package internal(set) var mechanisms = ["PLAIN", "LOGIN"]
    /// Names of scenarios and groups; nil for all.
    package internal(set) var only: [String]?
    package internal(set) var skipped: [String] = []
    package internal(set) var knownFile: String?
    package internal(set) var timeoutSeconds: Int64 = 20
    /// Nil for what is usual.
    package internal(set) var totalSeconds: Int64?
    package internal(set) var ignoresExit = false
    package internal(set) var settleSeconds: Int64?
    package internal(set) var reports: [ReportRequest] = []
    package internal(set) var isVerbose = false
    /// Nil for a client that is operated by hand, step by step.
    package internal(set) var command: ClientCommand?

    /// Reads the words behind the program's name.
    package init(_ words: [String]) throws(OptionError) {
        var reader = ArgumentReader(words)
        var given: Set<Option.Name> = []
        while let (option, value) = try reader.next() {
            given.insert(option.name)
            try take(option, value)
        }
        if !reader.rest.isEmpty { command = ClientCommand(reader.rest) }
        try checkTogether(given)
    }

    /// Those that --only and --skip choose.
    var selection: Selection { Selection(only: only, skipped: skipped) }

    private mutating func take(_ option: Option, _ value: String) throws(OptionError) {
        let values = OptionValue(option: "--\(option.flag)", text: value)
        switch option.name {
        case .isolation: try isolate(as: values)
        case .host: host = try values.hostName()
        case .port: port = UInt16(try values.number(1...65_535))
        case .policy: policy = try values.choice()
        case .tls: tls = try values.choice()
        case .authentication: mechanisms = try values.mechanisms()
        case .only: only = try values.scenarios()
        case .skip: skipped += try values.scenarios()
        case .list: purpose = .list
        case .known: knownFile = value
        case .timeout: timeoutSeconds = try values.number(1...86_400)
        case .total: totalSeconds = try values.number(1...86_400)
        case .exit: ignoresExit = try values.word(of: ["judge", "ignore"]) == "ignore"
        case .settle: settleSeconds = try values.number(1...86_400)
        case .report: reports.append(try ReportRequest(value))
        case .verbose: isVerbose = true
        case .certificates: purpose = .writeCertificates(directory: value)
        case .help: purpose = .help
        case .version: purpose = .version
        }
    }

    /// `HOST[:PORT]`
    private mutating func isolate(as value: OptionValue) throws(OptionError) {
        let parts = value.text.split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false
        ).map { OptionValue(option: value.option, text: String($0)) }
        isIsolated = true
        host = try parts[0].hostName()
        if parts.count > 1 { port = UInt16(try parts[1].number(1...65_535)) }
    }

    /// What is wrong with options only if others are there, and what follows from others.
    private mutating func checkTogether(_ given: Set<Option.Name>) throws(OptionError) {
        if isIsolated, given.contains(.host) || given.contains(.port) {
            throw OptionError("--as names host and port: --host and --port do not go with it")
        }
        if reports.count(where: { $0.file == nil }) > 1 {
            throw OptionError("--report: only one report can go to standard output")
        }
        if purpose != .verify, let command {
            throw OptionError("no client is run, so what is \(command.words[0]) for?")
        }
        // RFC 6409 §3.1; RFC 8314 §3.3 for implicit TLS.
        if isIsolated, port == 0 { port = tls == .implicit ? 465 : 587 }
    }
}
