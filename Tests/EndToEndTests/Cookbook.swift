import TestSupport

/// Commands of the manual, with what they are promised to print.
struct Cookbook {
    struct Step {
        /// As it stands there, which may be several lines.
        var command: String
        /// The lines below it; `...` stands for anything, alone for any number of lines.
        var promised: [String] = []
    }

    /// What is to be done once before them.
    private(set) var preparation = ""
    private(set) var steps: [Step] = []

    /// Reads the commands of a section. A line that begins with `$ ` is a command, as are those behind
    /// a backslash at its end; other lines are what it prints. Lines before the first are the
    /// preparation.
    init(_ section: String) {
        for line in section.split(separator: "\n") { take(line) }
    }

    private mutating func take(_ line: Substring) {
        if line.hasPrefix("$ ") {
            steps.append(Step(command: String(line.dropFirst(2))))
        } else if steps.isEmpty {
            preparation += line + "\n"
        } else if steps[steps.count - 1].command.hasSuffix("\\") {
            steps[steps.count - 1].command += "\n" + line
        } else {
            steps[steps.count - 1].promised.append(String(line))
        }
    }

    /// A script that does all of it, with a line before what each command prints. Nothing but the
    /// port differs from what stands in the manual.
    func script(port: UInt16) -> String {
        // A person takes longer to type the next command than a session to end.
        let settle = #"while pgrep -P "${pid:-0}" -f mailpit > children; do sleep 0.02; done"#
        let commands = steps.enumerated().map { index, step in
            (step.command.contains("pit.log") || step.command.contains("Maildir/")
                ? settle + "\n" : "")
                + "echo '\(Self.mark)\(index)'\n\(step.command)\n"
        }
        return (preparation + "exec 2>&1\n" + commands.joined()).replacing("1025", with: "\(port)")
    }

    private static let mark = "=== step "

    /// What each command has printed, by its place.
    static func outputs(of text: String) -> [Int: [Substring]] {
        var outputs: [Int: [Substring]] = [:]
        var index: Int?
        // What came over the wire ends in CR LF.
        for line in text.replacing("\r\n", with: "\n").split(separator: "\n") {
            if line.hasPrefix(mark) {
                index = Int(line.dropFirst(mark.count))
                outputs[index!] = []
            } else if let index {
                outputs[index]!.append(line)
            }
        }
        return outputs
    }
}

extension Cookbook.Step {
    /// Whether the lines are those that were promised.
    func isFulfilled(by lines: [Substring]) -> Bool {
        Self.matches(promised[...], lines[...])
    }

    private static func matches(_ promised: ArraySlice<String>, _ lines: ArraySlice<Substring>)
        -> Bool
    {
        guard let first = promised.first else { return lines.isEmpty }
        if first == "..." {
            return (lines.startIndex...lines.endIndex).contains {
                matches(promised.dropFirst(), lines[$0...])
            }
        }
        guard let line = lines.first, matches(first, line) else { return false }
        return matches(promised.dropFirst(), lines.dropFirst())
    }

    private static func matches(_ promised: String, _ line: Substring) -> Bool {
        var rest = line
        let parts = promised.split(separator: "...", omittingEmptySubsequences: false)
        guard let first = parts.first, rest.hasPrefix(first) else { return false }
        rest = rest.dropFirst(first.count)
        if parts.count == 1 { return rest.isEmpty }
        for part in parts.dropFirst().dropLast() {
            guard let place = rest.firstRange(of: part) else { return false }
            rest = rest[place.upperBound...]
        }
        return rest.hasSuffix(parts[parts.count - 1])
    }
}
