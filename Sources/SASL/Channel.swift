/// What is known of the connection that an exchange runs over.
package struct Channel: Equatable, Sendable {
    /// TLS is in use.
    package var isProtected = false
    /// The channel binding `tls-exporter`, or nil where the connection has none. RFC 9266 §2: 32
    /// octets, exported with the label `EXPORTER-Channel-Binding` and an empty context.
    package var tlsExporter: [UInt8]?
    /// Whom the client's certificate was made out to, as a string of RFC 2253; nil unless it was
    /// verified.
    package var clientSubject: String?

    package init(
        isProtected: Bool = false, tlsExporter: [UInt8]? = nil, clientSubject: String? = nil
    ) {
        self.isProtected = isProtected
        self.tlsExporter = tlsExporter
        self.clientSubject = clientSubject
    }
}
