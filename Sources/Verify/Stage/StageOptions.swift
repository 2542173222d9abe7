/// What all runs of a client have in common.
package struct StageOptions: Sendable {
    /// How TLS begins.
    package enum TLS: String, CaseIterable, Sendable {
        case starttls
        /// RFC 8314 §3.3: the handshake comes before the greeting.
        case implicit
    }

    /// How long the server takes where it takes its time.
    package struct Pauses: Sendable {
        /// In `slow-*`.
        package var slowMilliseconds: Int32 = 3000
        /// Within TLS, where the client is to keep silent.
        package var silenceMilliseconds: Int32 = 1500

        package init() {}
    }

    /// The name that the client knows the server by, and that the good certificate is for.
    package var host: String
    /// 0 for one that is free.
    package var port: UInt16 = 0
    package var tls = TLS.starttls
    /// What AUTH offers, by name, in this order; empty where it is never offered.
    package var mechanisms = ["PLAIN", "LOGIN"]
    /// Where the certificates are, as `Forge` has written them.
    package var certificateDirectory: String
    package var pauses = Pauses()

    /// The mechanisms that it can play the server of.
    package static let knownMechanisms = ["PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER"]

    package init(host: String, certificateDirectory: String) {
        self.host = host
        self.certificateDirectory = certificateDirectory
    }
}
