/// What a certificate is to say.
struct Plan: Equatable, Sendable {
    enum Issuer: Equatable, Sendable {
        /// The authority that clients know.
        case authority
        /// An authority that nobody knows.
        case stranger
        /// A server's certificate of the authority's.
        case server
        /// It vouches for itself.
        case itself
    }

    var commonName: String
    /// Domain names and addresses; none where there is no such extension.
    var alternativeNames: [String]
    var isAuthority = false
    var issuer = Issuer.authority
    /// When its validity begins and ends, in days from now.
    var validDays: ClosedRange<Int> = -1...397
    var key = Key.Kind.ellipticCurve
    var isSignedOverSHA1 = false
    var isForClients = false
    var hasUnknownCriticalExtension = false
}

extension Plan {
    /// What is right for a server of this name, or of these names.
    static func server(_ host: String, names: [String]? = nil) -> Plan {
        Plan(commonName: host, alternativeNames: names ?? [host])
    }

    static func authority(_ commonName: String) -> Plan {
        var plan = Plan(commonName: commonName, alternativeNames: [], isAuthority: true)
        plan.issuer = .itself
        // Longer than all that it issues, in both directions.
        plan.validDays = -90...825
        return plan
    }
}
