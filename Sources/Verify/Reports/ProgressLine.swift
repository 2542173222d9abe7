internal import FoundationEssentials
internal import Glibc
internal import POSIX

/// The line at the end of a terminal that says what is being run; nothing where standard error is
/// no terminal.
struct ProgressLine {
    private let total: Int
    private var done = 0
    private let isShown: Bool

    init(total: Int) {
        self.total = total
        isShown = Terminal.canControl(STDERR_FILENO)
    }

    mutating func advance() { done += 1 }

    func show(_ name: String) {
        write("\r\u{1B}[K[\(min(done + 1, total))/\(total)] \(name) …")
    }

    func clear() { write("\r\u{1B}[K") }

    private func write(_ text: String) {
        guard isShown else { return }
        // A terminal that has gone takes no harm.
        _ = StandardStreams.write(text, to: STDERR_FILENO)
    }
}

/// What is known of the other end of a descriptor.
enum Terminal {
    /// Whether it is a terminal that obeys control sequences.
    static func canControl(_ number: CInt) -> Bool {
        isatty(number) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    /// The same, and nobody has asked for no colours (no-color.org).
    static func showsColours(_ number: CInt) -> Bool {
        canControl(number) && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
    }
}
