internal import Journal
internal import SASL

extension SessionLog {
    func authenticated(as user: String, by mechanism: String) {
        let name = user.isEmpty ? "somebody without a name" : logText(user)
        journal.record(.authSucceeded, priority: .info, "\(name) by \(mechanism)")
    }

    /// Tells the operator what the client must not know.
    func authenticationFailed(_ failure: Failure, by mechanism: String) {
        let name = failure.user.map { " (\(logText($0)))" } ?? ""
        journal.record(.authFailed, priority: .notice, "\(mechanism): \(failure.reason)\(name)")
    }
}
