internal import Notation
internal import POSIX
internal import SASL
internal import SMTP

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

    /// In the order of the table.
    private(set) var values = [Value?](repeating: nil, count: Option.Name.allCases.count)

    subscript(name: Option.Name) -> Value? {
        get { values[name.rawValue] }
        set { values[name.rawValue] = newValue }
    }

    /// Variables that begin as those of options do, and belong to none.
    private(set) var unknownVariables: [String] = []

    init() {}

    /// Reads the variables of all options; an empty one counts as unset.
    ///
    /// There are few variables and many options, so the former are looked through, not the latter.
    mutating func readEnvironment() {
        Environment.forEach { name, text in
            guard !text.isEmpty, Option.mayHave(variable: name) else { return }
            let source = String(decoding: name, as: UTF8.self)
            if let option = Option.named(byVariable: name) {
                self[option.name] = Value(
                    text: String(decoding: text, as: UTF8.self), source: source)
            } else if source != AuthenticationSettings.inlineVariable {
                unknownVariables.append(source)
            }
        }
    }
}

// MARK: - The command line

extension OptionValues {
    /// Reads a command line, the name of the program left out: `--flag`, `--flag=value`,
    /// `--flag value`, `-qv`, and `--`, behind which nothing may stand.
    mutating func read(arguments: [String]) throws(ConfigurationError) {
        var words = arguments[...]
        while let word = words.popFirst() {
            if word == "--" {
                if let argument = words.first { throw .unexpectedArgument(argument) }
            } else if word.utf8.starts(with: "--".utf8) {
                try readFlag(word, &words)
            } else if word.utf8.first == .hyphen, word.utf8.count > 1 {
                try readLetters(word)
            } else {
                throw .unexpectedArgument(word)
            }
        }
    }

    /// Reads `--flag` and, where the value does not stand behind an equals sign, the next word.
    private mutating func readFlag(_ word: String, _ words: inout ArraySlice<String>)
        throws(ConfigurationError)
    {
        let octets = word.utf8.dropFirst(2)
        let name = octets.prefix { $0 != .equals }
        guard let option = Option.named(name) else {
            throw .unknownOption(UnknownOption(flag: "--\(Substring(name))"))
        }
        let text =
            name.endIndex == octets.endIndex
            ? nil : String(Substring(octets[name.endIndex...].dropFirst()))
        switch option.argument {
        case .flag: set(option, text ?? "true")
        case .value:
            guard let text = text ?? words.popFirst() else { throw .missingValue(word) }
            set(option, text)
        case .command:
            if text != nil { throw .unexpectedValue("--\(option.flag)") }
            set(option, "true")
        }
    }

    /// Reads flags by their letters, one or several behind a hyphen.
    private mutating func readLetters(_ word: String) throws(ConfigurationError) {
        for letter in word.dropFirst() {
            guard let option = Option.table.first(where: { $0.letter == letter }) else {
                let word = String(word.prefix { $0 != "=" })
                throw .unknownOption(UnknownOption(letter, in: word))
            }
            set(option, "true")
        }
    }

    private mutating func set(_ option: Option, _ text: String) {
        self[option.name] = Value(text: text, source: "--\(option.flag)")
    }
}

// MARK: - What a value may be

extension OptionValues.Value {
    func flag() throws(ConfigurationError) -> Bool {
        switch text.lowercased() {
        case "true", "yes", "on", "1": return true
        case "false", "no", "off", "0": return false
        default: throw .badValue(self, expected: "true, false, yes, no, on, off, 1 or 0")
        }
    }

    /// A decimal number in the range; `what` is what the operator is told that it should be.
    func integer(_ range: ClosedRange<Int>, _ what: String) throws(ConfigurationError) -> Int {
        guard let number = Int(decimal: text.utf8), range.contains(number) else {
            throw .badValue(
                self, expected: "\(what) from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The case of a type that the value is the word for.
    func word<Words: CaseIterable & RawRepresentable<String>>() throws(ConfigurationError) -> Words
    {
        if let word = Words(rawValue: text) { return word }
        let words = Words.allCases.map { $0.rawValue }
        let last = words.last ?? ""
        throw .badValue(self, expected: words.dropLast().joined(separator: ", ") + " or \(last)")
    }

    /// A text for the greeting, or nil where it is empty.
    func label() throws(ConfigurationError) -> String? {
        // RFC 5321 §4.2: textstring; §4.5.3.1.5: a reply line has at most 512 octets.
        guard text.utf8.allSatisfy({ $0.isPrintable }), text.utf8.count <= 200 else {
            throw .badValue(self, expected: "a text of up to 200 printable ASCII characters")
        }
        return text.isEmpty ? nil : text
    }

    /// Keywords with commas or blanks between them, in letters of either case, each behind `-` or `+`.
    func extensions() throws(ConfigurationError) -> Extensions {
        var extensions = Extensions.standard
        for item in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
            guard let sign = item.first, sign == "-" || sign == "+" else {
                throw ConfigurationError("\(source): \"\(item)\" has neither - nor + before it")
            }
            let keyword = item.dropFirst().uppercased()
            guard let (_, named) = Extensions.byKeyword.first(where: { $0.keyword == keyword })
            else { throw ConfigurationError("\(source): \"\(item)\" \(Self.fault(keyword))") }
            if sign == "+" { extensions.insert(named) } else { extensions.remove(named) }
        }
        return extensions
    }

    private static func fault(_ keyword: String) -> String {
        switch keyword {
        case "STARTTLS": "cannot be chosen here, as it follows from the options of TLS"
        case "AUTH": "cannot be chosen here, as it follows from the options of AUTH"
        default:
            "is none of " + Extensions.byKeyword.map { $0.keyword }.joined(separator: ", ")
        }
    }

    func mechanisms() throws(ConfigurationError) -> [Mechanism] {
        try ConfigurationError.rewrapping(source) { () throws(MechanismListError) in
            try [Mechanism](parsing: text)
        }
    }
}
