@testable import mailpit

/// What an option does, by two values of it.
struct OptionRow: Sendable {
    /// What stands beside it where nothing else is said.
    static let presets: [Option.Name: String] = [
        .maildir: "/m", .hostname: "mx.example", .tlsCertificate: "/c", .tlsKey: "/k",
    ]

    let name: Option.Name
    /// Options without which it would do nothing.
    let companions: [Option.Name: String]
    /// What it does, as a text that other options do not change.
    let effect: @Sendable (OptionValues) throws -> String
    /// That text where nobody gives the option.
    let preset: String
    /// Two values, and the text with each.
    let values: [(word: String, effect: String)]
    /// What it does not take.
    let bad: [String]

    /// One that takes a value, of which the first two differ in their effect from each other and
    /// from the preset.
    init(
        _ name: Option.Name, _ values: [(String, String)], preset: String = "nil",
        bad: [String] = [], with companions: [Option.Name: String] = [:],
        _ effect: @escaping @Sendable (Settings) -> String
    ) {
        self.init(name, values, preset: preset, bad: bad, with: companions) { values in
            try effect(Settings(values))
        }
    }

    private init(
        _ name: Option.Name, _ values: [(String, String)], preset: String, bad: [String],
        with companions: [Option.Name: String] = [:],
        fromValues effect: @escaping @Sendable (OptionValues) throws -> String
    ) {
        self.name = name
        self.values = values.map { (word: $0.0, effect: $0.1) }
        self.preset = preset
        self.bad = bad
        self.companions = companions
        self.effect = effect
    }

    /// One that takes any text, and keeps it.
    static func text(
        _ name: Option.Name, preset: String = "nil", with companions: [Option.Name: String] = [:],
        _ effect: @escaping @Sendable (Settings) -> String?
    ) -> OptionRow {
        OptionRow(name, [("/a", "/a"), ("/b", "/b")], preset: preset, with: companions) {
            effect($0) ?? "nil"
        }
    }

    /// One that is on or off.
    static func flag(
        _ name: Option.Name, on: String, off: String, preset: String,
        with companions: [Option.Name: String] = [:],
        _ effect: @escaping @Sendable (Settings) -> String
    ) -> OptionRow {
        let values = preset == off ? [("yes", on), ("no", off)] : [("no", off), ("yes", on)]
        return OptionRow(
            name, values, preset: preset, bad: ["2", "maybe", "tru"], with: companions, effect)
    }

    /// One that is not a setting of the session: how it acts is for the tests of the built program.
    static func elsewhere(_ name: Option.Name, _ words: [String], bad: [String] = []) -> OptionRow {
        OptionRow(name, words.map { ($0, $0) }, preset: "nil", bad: bad) { values in
            // A flag has to be one.
            if !bad.isEmpty { _ = try Settings(values) }
            return values[name]?.text ?? "nil"
        }
    }
}

extension Settings {
    /// The settings that come of values.
    init(_ values: OptionValues) throws(ConfigurationError) {
        try self.init(Choices(values))
    }
}

extension OptionValues {
    /// Whether a flag is on, or nil where nobody said anything.
    func flag(_ name: Option.Name) throws(ConfigurationError) -> Bool? {
        try self[name].map { value throws(ConfigurationError) in try value.flag() }
    }
}
