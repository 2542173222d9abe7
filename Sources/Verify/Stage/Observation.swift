/// What the server saw of the client in one run, on all its connections.
package struct Observation: Equatable, Sendable {
    /// One TLS handshake, as far as it came.
    package struct Handshake: Equatable, Sendable {
        /// As in `TLSv1.3`; nil where it was not completed.
        package var version: String?
        /// The suite's registered name; nil where it was not completed.
        package var cipher: String?
        /// The name that the client asked for (SNI), as it came: it may contain anything.
        package var serverName: String?
        /// Why it was not completed.
        package var failure: String?

        package init() {}
    }

    package var connections = 0
    /// In the order in which they ended.
    package var handshakes: [Handshake] = []
    /// AUTH was sent in plaintext, whatever became of it.
    package var hasAuthInPlaintext = false
    /// MAIL was sent in plaintext.
    package var hasMailInPlaintext = false
    /// AUTH was sent within TLS.
    package var hasAuthInTLS = false
    /// MAIL was sent within TLS.
    package var hasMailInTLS = false
    /// The client spoke while the server kept silent within TLS.
    package var spokeInSilence = false
    /// Messages that were acknowledged, or whose acknowledgement was withheld on purpose.
    package var stored = 0
    /// What the client did that a stricter server would mind, by name.
    package var findings: [String] = []
    /// What was said in AUTH, in all forms in which the client may print it; told to nobody.
    var credentials: Set<String> = []
    /// What was said, a line each, with credentials redacted: `1 C: EHLO me`, `1 S: 250 mx`, and
    /// `1 * …` for what happened. The number is that of the connection.
    package var transcript: [String] = []

    package init() {}
}
