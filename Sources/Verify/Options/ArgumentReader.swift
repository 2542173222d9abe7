/// Takes a command line apart: options first, then the client's command.
struct ArgumentReader {
    private var words: ArraySlice<String>

    init(_ words: [String]) { self.words = words[...] }

    /// What is left once the options have ended.
    var rest: [String] { Array(words) }

    /// The next option with its value, empty where it takes none; nil where they end: at the first
    /// word that is no option, or behind `--`.
    mutating func next() throws(OptionError) -> (Option, value: String)? {
        guard let word = words.first, word.hasPrefix("-"), word != "-" else { return nil }
        words.removeFirst()
        if word == "--" { return nil }
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let option = try Self.option(String(parts[0]))
        guard option.argument != nil else {
            if parts.count > 1 { throw OptionError("\(parts[0]) takes no value") }
            return (option, "")
        }
        if parts.count > 1 { return (option, String(parts[1])) }
        guard let value = words.popFirst() else { throw OptionError("\(word) needs a value") }
        return (option, value)
    }

    private static func option(_ name: String) throws(OptionError) -> Option {
        let option = Option.table.first { option in
            name == "--\(option.flag)" || option.letter.map { name == "-\($0)" } == true
        }
        guard let option else { throw OptionError("unknown option \(name)") }
        return option
    }
}
