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
    ///
    /// There are few variables and many options, so the former are looked through, not the latter.
    mutating func readEnvironment() {
        Environment.forEach { name, text in
            guard !text.isEmpty, let option = Option.named(byVariable: name) else { return }
            self[option.name] = Value(
                text: String(decoding: text, as: UTF8.self),
                source: String(decoding: name, as: UTF8.self))
        }
    }

    /// Reads a command line, the name of the program left out.
    mutating func read(arguments: [String]) throws(ConfigurationError) {
        // Services are mostly configured by variables, and the scanner has tables to build.
        if arguments.isEmpty { return }
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

    /// Calls `body` with the name and the value of each variable.
    static func forEach(_ body: (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Void) {
        guard var entry = unsafe clinux_environment() else { return }
        while let text = unsafe entry.pointee {
            let octets = unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
            if let end = octets.firstIndex(of: UInt8(ascii: "=")) {
                body(octets[..<end], octets[(end + 1)...])
            }
            unsafe entry += 1
        }
    }
}
