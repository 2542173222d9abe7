internal import Glibc
internal import Journal
internal import POSIX

/// What a check finds, told as it is found: facts on standard output, what the operator has to do
/// something about on standard error.
///
/// Where standard output is the client, as in an `ExecStartPre=` of the service, nothing goes there:
/// warnings and errors go to the log then.
struct CheckReport: ~Copyable {
    private let journal: Journal?
    private let choices: Choices
    private var errors: [String] = []
    private var warnings: [String] = []

    init(journal: consuming Journal?, _ choices: Choices) {
        self.journal = journal
        self.choices = choices
    }

    private var isQuiet: Bool { choices.verbosity == .quiet }

    /// `SUBJECT: TEXT`, and nothing is wrong with it.
    func fact(_ subject: String, _ text: String) {
        if journal == nil, !isQuiet { Self.write("\(subject): \(text)", STDOUT_FILENO) }
    }

    /// Sessions are served all the same. Each is told once.
    mutating func warning(_ text: String) {
        if warnings.contains(text) { return }
        warnings.append(text)
        switch journal {
        case .some(let journal): journal.record(.configError, priority: .warning, text)
        case nil: if !isQuiet { Self.write("warning: \(text)", STDERR_FILENO) }
        }
    }

    /// No session can be served. Each is told once.
    mutating func error(_ fault: String) {
        let text = choices.explained(fault)
        if errors.contains(text) { return }
        errors.append(text)
        switch journal {
        case .some(let journal): journal.record(.configError, priority: .error, text)
        case nil: Self.write("error: \(text)", STDERR_FILENO)
        }
    }

    /// What came of `body`, or nil where it throws; then that is an error.
    mutating func take<Value: ~Copyable, Failure: Error & CustomStringConvertible>(
        _ body: () throws(Failure) -> Value
    ) -> Value? {
        do throws(Failure) {
            return try body()
        } catch {
            self.error(error.description)
            return nil
        }
    }

    /// The last line, and what the process ends with.
    func finish() -> ExitStatus {
        fact(
            "result",
            "\(Self.number(errors.count, "error")), \(Self.number(warnings.count, "warning"))")
        return errors.isEmpty ? .success : .configuration
    }

    /// As in `no errors`, `1 error` or `2 errors`.
    static func number(_ count: Int, _ noun: String) -> String {
        switch count {
        case 0: "no \(noun)s"
        case 1: "1 \(noun)"
        default: "\(count) \(noun)s"
        }
    }

    /// What is quoted of a file, an option or a variable may be any text: a line each all the same.
    private static func write(_ line: String, _ stream: CInt) {
        _ = StandardStreams.write(lineText(line) + "\n", to: stream)
    }
}
