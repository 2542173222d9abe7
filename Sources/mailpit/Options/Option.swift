internal import Notation

/// An option: one row of the table that the command line, the environment, the settings, `--help` and
/// the manual all come from.
struct Option: Sendable {
    enum Name: Int, CaseIterable {
        case maildir, maildirAccess, hostname, label
        case tlsCertificate, tlsKey, tlsRequired, requireSTARTTLS, implicitTLS
        case tlsMinimumVersion, tlsMaximumVersion, tlsCiphers, tlsCiphersuites, tlsGroups
        case tlsClientCA, tlsClientAuthentication, tlsTicketKey, tlsKeyLog
        case authFile, authAcceptAny, authMechanisms, authAllowInsecure
        case extensions
        case maximumRecipients, maximumMessageSize
        case allowedRecipients, ignoreRejectedRecipients, strictRFCHeaders
        case timeout, enableChaos, chaosTriggers, proxyProtocol
        case sandbox, logFile, logFormat, quiet, verbose, disableRDNS
        case help, version
    }

    typealias Value = OptionValues.Value

    /// What an option takes, and what it then does.
    enum Argument: Sendable {
        /// Nothing, or `=true|false|yes|no|on|off|1|0`.
        case flag(@Sendable (inout Choices, Bool) -> Void)
        /// A value, with the word that stands for it in the help, as in `FILE` or `auto|off`.
        case value(
            placeholder: @Sendable () -> String,
            @Sendable (inout Choices, Value) throws(ConfigurationError) -> Void)
        /// Nothing at all, and no variable either: it makes the program say something and end.
        case command
    }

    let name: Name
    /// The long name without its hyphens.
    let flag: String
    let letter: Character?
    let argument: Argument
    let meaning: String
    private let preset: @Sendable (Choices) -> String

    /// The default, for the reader; empty for a command.
    var defaultText: String { preset(Choices()) }

    /// One that is on or off.
    init(
        _ name: Name, _ flag: String, letter: Character? = nil, _ meaning: String,
        default preset: @escaping @Sendable (Choices) -> Bool,
        set: @escaping @Sendable (inout Choices, Bool) -> Void
    ) {
        self.init(
            name, flag, letter: letter, .flag(set), meaning, preset: { "\(preset($0))" })
    }

    /// One that takes a value.
    init(
        _ name: Name, _ flag: String, _ placeholder: @autoclosure @escaping @Sendable () -> String,
        _ meaning: String, default preset: @escaping @Sendable (Choices) -> String,
        set: @escaping @Sendable (inout Choices, Value) throws(ConfigurationError) -> Void
    ) {
        self.init(name, flag, .value(placeholder: placeholder, set), meaning, preset: preset)
    }

    init(
        _ name: Name, _ flag: String, letter: Character? = nil, _ argument: Argument,
        _ meaning: String, preset: @escaping @Sendable (Choices) -> String = { _ in "" }
    ) {
        self.name = name
        self.flag = flag
        self.letter = letter
        self.argument = argument
        self.meaning = meaning
        self.preset = preset
    }

    /// Does what the option does, with the value that was given.
    func apply(_ value: Value, to choices: inout Choices) throws(ConfigurationError) {
        switch argument {
        case .flag(let set): set(&choices, try value.flag())
        case .value(_, let set): try set(&choices, value)
        case .command: break
        }
    }
}

// MARK: - Names

extension Option {
    static let variablePrefix = "MP_"

    /// The variable that stands for the option in the environment, as in `MP_SMTP_TLS_CERT`.
    var variable: String? {
        if case .command = argument { return nil }
        let octets = flag.utf8.map(Self.inVariable)
        return Self.variablePrefix + String(decoding: octets, as: UTF8.self)
    }

    /// The option of this whole name, without hyphens before it. A beginning does not count, as it
    /// could be that of another option in a later version.
    static func named(_ name: Substring.UTF8View) -> Option? {
        // Their lengths alone tell most of them apart, and no row needs a text of its own.
        table.first { $0.flag.utf8.count == name.count && $0.flag.utf8.elementsEqual(name) }
    }

    /// Whether a variable is one that an option could have.
    static func mayHave(variable name: ArraySlice<UInt8>) -> Bool {
        name.starts(with: variablePrefix.utf8)
    }

    /// The option whose variable has the name, an octet string without its end that begins as they
    /// all do.
    static func named(byVariable name: ArraySlice<UInt8>) -> Option? {
        let rest = name.dropFirst(variablePrefix.utf8.count)
        return table.first { option in
            if case .command = option.argument { return false }
            return option.flag.utf8.count == rest.count
                && option.flag.utf8.elementsEqual(rest) { inVariable($0) == $1 }
        }
    }

    /// An octet of a flag as it stands in the variable: a capital, and `_` for `-`.
    private static func inVariable(_ octet: UInt8) -> UInt8 {
        octet == .hyphen ? .underscore : octet.uppercased
    }

    /// The option as one writes it: `-q, --quiet` or `--maildir DIR`.
    var synopsis: String {
        let long = letter.map { "-\($0), --\(flag)" } ?? "--\(flag)"
        if case .value(let placeholder, _) = argument { return "\(long) \(placeholder())" }
        return long
    }
}
