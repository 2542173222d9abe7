/// An authority, and what it issues for one server.
struct CertificateSet {
    private let host: String
    /// The one that clients are to know.
    let authority: IssuedCertificate

    init(_ host: String) throws(ForgeError) {
        self.host = host
        authority = try IssuedCertificate(.authority("mailpit verify CA"), issuer: nil)
    }

    /// Nil where the name has not the labels for it.
    func certificate(_ leaf: Leaf) throws(ForgeError) -> IssuedCertificate? {
        guard let plan = leaf.plan(for: host) else { return nil }
        let issuer: IssuedCertificate? =
            switch plan.issuer {
            case .authority: authority
            case .stranger: try IssuedCertificate(.authority("unknown CA"), issuer: nil)
            case .server: try IssuedCertificate(.server("server.example"), issuer: authority)
            case .itself: nil
            }
        return try IssuedCertificate(plan, issuer: issuer)
    }
}
