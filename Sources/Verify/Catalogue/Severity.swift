/// How much a failure matters.
package enum Severity: String, CaseIterable, Sendable {
    /// Without it nothing can be judged.
    case control
    /// A password or a message goes to an attacker, or is taken for delivered where it is lost.
    case critical
    case high
    case medium
    case low
    /// It is told what the client does; either way is right.
    case note
}
