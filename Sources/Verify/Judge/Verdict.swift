/// What is said of a client's run against one server.
package enum Verdict: String, CaseIterable, Sendable {
    case pass
    case fail
    /// Nothing wrong went over the wire, and yet it cannot be called right.
    case warn
    /// Worth knowing, and neither right nor wrong.
    case note
    /// A failure that was expected.
    case known
    /// Nothing can be judged.
    case error
    /// The scenario was not run.
    case skip
}
