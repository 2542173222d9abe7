/// A password, as it was written and as it is prepared.
struct Password: ~Copyable, Sendable {
    private let written: Secret
    /// As SASLprep makes it, where that is not what was written.
    private let prepared: Secret?

    /// Refuses what no password can be: none, one of more than 511 octets, one that is no UTF-8 or
    /// has a NUL, a line end, or a character that SASLprep prohibits.
    init(_ octets: some Collection<UInt8>) throws(Failure) {
        try octets.checkAsCredential("password")
        let written = Secret(octets)
        do throws(SASLprep.Fault) {
            prepared = try SASLprep.prepared(written)
        } catch {
            if case .prohibited(let what) = error {
                throw Failure("password with \(what)")
            }
            prepared = nil
        }
        self.written = written
    }

    /// Whether the hash was made from it.
    ///
    /// RFC 4616 §2 has both sides prepared. The tools that write hashes do not prepare, so as it
    /// was sent the password is right too.
    func matches(_ hash: PasswordHash) -> Bool {
        // Both are computed always, so that the time does not tell which was the one.
        let matchesAsWritten = hash.matches(written)
        switch prepared {
        case nil: return matchesAsWritten
        case .some(let prepared): return hash.matches(prepared) || matchesAsWritten
        }
    }

    /// Whether the secret is this password as it was written, or as it is prepared. Digests are
    /// compared, so that the time does not tell how much of it is right, nor how long it is.
    func isEqual(to secret: borrowing Secret) -> Bool {
        let digest = secret.digest
        let isAsWritten = areEqualInConstantTime(written.digest, digest)
        switch prepared {
        case nil: return isAsWritten
        case .some(let prepared):
            return areEqualInConstantTime(prepared.digest, digest) || isAsWritten
        }
    }

    /// Calls `body` with the octets of the password as it was written.
    func withOctets<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        unsafe written.withOctets(body)
    }

    /// Calls `body` with the octets of the password as it is prepared.
    func withPreparedOctets<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        switch prepared {
        case nil: unsafe written.withOctets(body)
        case .some(let prepared): unsafe prepared.withOctets(body)
        }
    }
}
