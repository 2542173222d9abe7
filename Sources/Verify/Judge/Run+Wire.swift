internal import Forge

// What the client did on the wire.

extension Run {
    /// What is wrong with it.
    var wireFailures: [String] {
        var failures: [String] = []
        if observation.hasAuthInPlaintext {
            failures.append("sent credentials in plaintext (RFC 8314 §5.2)")
        }
        failures += judge.policy == .submission ? unprotected : []
        if scenario.expectation == .staysSilent, observation.spokeInSilence {
            failures.append("took an answer from before TLS for one within it (RFC 3207 §4.2)")
        }
        if scenario.expectation == .sendsNoCredentials, observation.hasAuthInTLS,
            !hasControlFailed
        {
            failures.append("used AUTH, which was offered before TLS only (RFC 3207 §4.2)")
        }
        return failures
    }

    /// Mail in plaintext, and whatever went over a bad TLS: a relay may do so.
    var unprotected: [String] {
        var texts: [String] = []
        if observation.hasMailInPlaintext {
            texts.append("sent a message in plaintext (RFC 8314 §5.2)")
        }
        if scenario.script.isTLSBad {
            switch (observation.hasAuthInTLS, observation.hasMailInTLS) {
            case (true, true): texts.append("sent credentials and a message over \(badTLS)")
            case (true, false): texts.append("sent credentials over \(badTLS)")
            case (false, true): texts.append("sent a message over \(badTLS)")
            case (false, false): break
            }
        }
        return texts
    }

    private var badTLS: String {
        scenario.script.certificate.isFlawed
            ? "TLS whose certificate is bad (RFC 8314 §5.3)" : "TLS that is too old (RFC 8996)"
    }

    /// The client uses AUTH where nobody offers it, so it tells nothing that it does.
    var hasControlFailed: Bool {
        scenario.expectation == .sendsNoCredentials && observation.hasAuthInTLS
            && (scenario.group == .control || judge.sendsUnofferedAuthentication)
    }
}
