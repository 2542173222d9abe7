/// What there is to know of a server's certificate and the key that belongs to it.
package struct CertificateFacts: Equatable, Sendable {
    package var validity: CertificateValidity
    /// The domain names and addresses that it is for, in the order of the certificate; names of other
    /// kinds are left out.
    package var names: [String]
    /// As in `ECDSA P-256`, `RSA 2048` or `ED25519`.
    package var key: String
    /// Whether it vouches for itself: no client accepts it unless it was told to.
    package var isSelfSigned: Bool
    /// The certificates of authorities that are sent along, in their order.
    package var chain: [CertificateValidity]
    /// Each certificate that is sent has been issued by the next one, so that a client can go along
    /// the chain up to an authority that it knows.
    package var isChainInOrder: Bool
}
