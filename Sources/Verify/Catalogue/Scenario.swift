/// One server that a client is run against, and what a good client does there.
package struct Scenario: Sendable {
    /// Its name in options and reports; it never changes its meaning.
    package let id: String
    package let group: ScenarioGroup
    package let severity: Severity
    /// Where the standards say so, as in `RFC 8314 §5.2`; empty where none does.
    package let clause: String
    /// What a good client does, as a sentence without its subject.
    package let expected: String
    /// What usually mends a client that fails, of no particular product; empty where nothing is
    /// known.
    package let hint: String
    let expectation: Expectation
    /// What the server does on the first connection.
    let script: Script
    /// What it does on every further connection of the run, where that is something else.
    let laterScript: Script?

    init(
        _ id: String, _ group: ScenarioGroup, _ severity: Severity, _ clause: String,
        _ expectation: Expectation, expected: String? = nil, hint: String = "",
        _ first: (inout Script) -> Void = { _ in }, later: ((inout Script) -> Void)? = nil
    ) {
        self.id = id
        self.group = group
        self.severity = severity
        self.clause = clause
        self.expected = expected ?? expectation.text
        self.hint = hint
        self.expectation = expectation
        script = Script(first)
        laterScript = later.map { Script($0) }
    }
}

extension Script {
    /// A sound server, but for what `change` says.
    fileprivate init(_ change: (inout Script) -> Void) {
        self.init()
        change(&self)
    }
}
