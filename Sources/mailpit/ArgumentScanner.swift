internal import CLinux
internal import Glibc

/// Walks over a command line by `getopt_long`, driven by the table of options.
///
/// There can be only one at a time, as getopt keeps its place in the process.
@safe struct ArgumentScanner: ~Copyable {
    private let arguments: [String]
    private let count: Int
    private let words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let options: UnsafeMutablePointer<CLinux.option>
    private let letters: String
    /// getopt's codes for the options begin behind those of the letters.
    private static let firstCode: CInt = 256

    init(_ arguments: [String]) {
        self.arguments = arguments
        count = arguments.count + 1
        unsafe words = .allocate(capacity: count + 1)
        unsafe words[0] = strdup("mailpit")
        for (index, word) in arguments.enumerated() { unsafe words[index + 1] = strdup(word) }
        unsafe words[count] = nil
        unsafe options = .allocate(capacity: Option.table.count + 1)
        for (index, entry) in Option.table.enumerated() {
            unsafe options[index] = entry.forGetopt(code: Self.firstCode + CInt(index))
        }
        unsafe options[Option.table.count] = CLinux.option()
        // "+": what is no option ends the options; ":": tell a missing value from an unknown name.
        letters = "+:" + Option.table.compactMap(\.letter).map { String($0) }.joined()
        clinux_getopt_reset()
    }

    deinit {
        for index in 0..<count { unsafe free(words[index]) }
        unsafe words.deallocate()
        unsafe options.deallocate()
    }

    /// The next option with its value, or nil at the end.
    mutating func next() throws(ConfigurationError) -> (Option, OptionValues.Value)? {
        let position = clinux_getopt_position()
        let code = unsafe getopt_long(
            CInt(count), words, letters, options, nil)
        let word = Int(position) <= arguments.count ? arguments[Int(position) - 1] : ""
        switch code {
        case -1:
            let index = Int(clinux_getopt_position()) - 1
            if index < arguments.count { throw .unexpectedArgument(arguments[index]) }
            return nil
        case CInt(UInt8(ascii: ":")):
            let isName = Option.table.contains { word == "--\($0.flag)" }
            throw isName ? .missingValue(word) : .unknownOption(word)
        case CInt(UInt8(ascii: "?")):
            throw .unknownOption(String(word.prefix { $0 != "=" }))
        default:
            let option = try option(for: code, in: word)
            return (option, value(of: option))
        }
    }

    private func option(for code: CInt, in word: String) throws(ConfigurationError) -> Option {
        if code >= Self.firstCode {
            let option = Option.table[Int(code - Self.firstCode)]
            // getopt takes any unambiguous beginning of a name; we do not (SPEC 10), as a later
            // version could give it another meaning.
            let name = word.dropFirst(2).prefix { $0 != "=" }
            guard name == option.flag.description else { throw .unknownOption("--\(name)") }
            return option
        }
        let letter = Character(Unicode.Scalar(UInt8(clamping: code)))
        guard let option = Option.table.first(where: { $0.letter == letter }) else {
            throw .unknownOption(word)
        }
        return option
    }

    private func value(of option: Option) -> OptionValues.Value {
        let text = unsafe clinux_getopt_argument().map { unsafe String(cString: $0) }
        return OptionValues.Value(text: text ?? "true", source: "--\(option.flag)")
    }
}

extension Option {
    fileprivate func forGetopt(code: CInt) -> CLinux.option {
        let hasArgument =
            switch argument {
            case .flag: optional_argument
            case .value: required_argument
            case .command: no_argument
            }
        let name = unsafe UnsafeRawPointer(flag.utf8Start).assumingMemoryBound(to: CChar.self)
        return unsafe CLinux.option(name: name, has_arg: hasArgument, flag: nil, val: code)
    }
}
