/// The command line of the client under test, with places for what differs between runs.
package struct ClientCommand: Equatable, Sendable {
    /// The program, as execvp(3) finds it, and its arguments; never empty.
    package let words: [String]

    package init(_ words: [String]) {
        precondition(!words.isEmpty)
        self.words = words
    }

    /// The words with `{host}` and the like replaced; an unknown `{…}` stays as it is.
    ///
    /// What was put in is not looked at again, so that no password can be taken for a placeholder.
    func arguments(for surroundings: ClientSurroundings) -> [String] {
        let values = surroundings.values
        return words.map { Self.replacing(placeholdersIn: $0, by: values) }
    }

    private static func replacing(
        placeholdersIn word: String, by values: [(name: String, value: String)]
    ) -> String {
        var result = ""
        var rest = word[...]
        while let brace = rest.firstIndex(of: "{") {
            result += rest[..<brace]
            rest = rest[brace...]
            if let (name, value) = values.first(where: { rest.hasPrefix("{\($0.name)}") }) {
                result += value
                rest = rest.dropFirst(name.count + 2)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result + rest
    }
}
