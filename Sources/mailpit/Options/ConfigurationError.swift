/// Something in the options, or in what they name, that keeps a session from being served.
///
/// The text is for the operator; the client is told only that there is such an error.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// Calls `body`; what it throws becomes such an error, behind what it is about.
    static func rewrapping<Value: ~Copyable, Fault: Error & CustomStringConvertible>(
        _ subject: String? = nil, _ body: () throws(Fault) -> Value
    ) throws(ConfigurationError) -> Value {
        do throws(Fault) {
            return try body()
        } catch {
            let subject = subject.map { "\($0): " } ?? ""
            throw ConfigurationError(subject + error.description)
        }
    }

    static func unknownOption(_ option: UnknownOption) -> ConfigurationError {
        ConfigurationError(option.description)
    }
    static func missingValue(_ word: String) -> ConfigurationError {
        ConfigurationError("\(word) needs a value")
    }
    static func unexpectedValue(_ flag: String) -> ConfigurationError {
        ConfigurationError("\(flag) takes no value")
    }
    static func unexpectedArgument(_ word: String) -> ConfigurationError {
        ConfigurationError("unexpected argument \(word)")
    }
    /// A value that its option cannot take, and what it could.
    static func badValue(_ value: OptionValues.Value, expected: String) -> ConfigurationError {
        ConfigurationError("\(value.source): \"\(value.text)\" is not \(expected)")
    }
}
