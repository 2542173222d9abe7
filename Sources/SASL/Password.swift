/// A password that a client has sent.
struct Password: ~Copyable {
    private let sent: Secret
    /// As SASLprep makes it, where that is not what was sent.
    private let prepared: Secret?

    /// Refuses what no hash could have been made from, or none by an honest tool.
    init(_ octets: some Collection<UInt8>) throws(Failure) {
        try octets.checkAsCredential("password")
        let sent = Secret(octets)
        do throws(SASLprep.Fault) {
            prepared = try SASLprep.prepared(sent)
        } catch {
            if case .prohibited(let what) = error {
                throw Failure("password with \(what)")
            }
            prepared = nil
        }
        self.sent = sent
    }

    /// Whether the hash was made from it.
    ///
    /// RFC 4616 §2 has both sides prepared. The tools that write hashes do not prepare, so as it
    /// was sent the password is right too.
    func matches(_ hash: PasswordHash) -> Bool {
        // Both are computed always, so that the time does not tell which was the one.
        let matchesAsSent = hash.matches(sent)
        switch prepared {
        case nil: return matchesAsSent
        case .some(let prepared): return hash.matches(prepared) || matchesAsSent
        }
    }
}
