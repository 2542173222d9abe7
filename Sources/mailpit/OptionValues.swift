internal import CLinux
internal import Glibc

/// What the command line and the environment say, before anything is made of it.
///
/// A flag beats the environment; of a flag given twice the last one counts.
struct OptionValues {
    struct Value: Equatable {
        /// As it was written; `true` for a flag that stands alone.
        let text: String
        /// Who said so, for a message: `--smtp-timeout` or `MP_SMTP_TIMEOUT`.
        let source: String
    }

    private var values = [Value?](repeating: nil, count: Option.Name.allCases.count)

    subscript(name: Option.Name) -> Value? {
        get { values[name.rawValue] }
        set { values[name.rawValue] = newValue }
    }

    init() {}

    /// Reads the variables of all options; an empty one counts as unset.
    mutating func readEnvironment() {
        for option in Option.table {
            guard let variable = option.variable, let text = Environment[variable] else { continue }
            self[option.name] = Value(text: text, source: variable)
        }
    }

    /// Reads a command line, the name of the program left out.
    mutating func read(arguments: [String]) throws(ConfigurationError) {
        var scanner = ArgumentScanner(arguments)
        while let (option, value) = try scanner.next() {
            self[option.name] = value
        }
    }
}

/// The variables that the process was started with.
enum Environment {
    /// The value of a variable, or nil where it is unset or empty.
    static subscript(name: String) -> String? {
        guard let value = unsafe getenv(name), unsafe value.pointee != 0 else { return nil }
        return unsafe String(cString: value)
    }
}
