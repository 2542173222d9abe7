/// A server's certificate: a good one, or one that has exactly one flaw.
///
/// The raw value names its files; it never changes its meaning.
package enum Leaf: String, CaseIterable, Sendable {
    /// Without a flaw.
    case good
    /// Its time is over.
    case expired = "cert-expired"
    /// It vouches for itself.
    case selfSigned = "cert-self-signed"
    /// Its authority is one that nobody knows.
    case unknownAuthority = "cert-unknown-ca"
    /// It is for another host.
    case wrongHost = "cert-wrong-host"
    /// It is for hosts in whose names the name is a part: at the start of one, at the end of another.
    case similarHost = "cert-similar-host"
    /// It was issued by the certificate of a server, which is no authority.
    case leafAsAuthority = "cert-leaf-as-ca"
    /// Its time has not come.
    case future = "cert-future"
    /// The name is its common name, and other names are its alternative ones.
    case commonNameBesideOthers = "cert-cn-not-san"
    /// It is for the domain above the host.
    case parent = "cert-parent"
    /// It is for `*` alone.
    case wildcardAlone = "cert-wildcard-star"
    /// It has a wildcard that would have to stand for two labels.
    case wildcardForTwoLabels = "cert-wildcard-two-labels"
    /// It has a wildcard for a part of a label.
    case wildcardInLabel = "cert-wildcard-part"
    /// It is for clients of TLS, not for servers.
    case forClients = "cert-eku-client"
    /// It has a critical extension that nobody knows.
    case unknownCriticalExtension = "cert-critical"
    /// Its RSA key has 1024 bits.
    case shortKey = "cert-rsa1024"
    /// Its signature is over SHA-1.
    case weakDigest = "cert-sha1"
    /// The name is its common name, and it has no alternative names.
    case commonNameOnly = "cert-cn-only"
    /// It has a wildcard for the first label of the name, which is no flaw.
    case wildcard = "cert-wildcard"
}

extension Leaf {
    /// Whether a client should find something wrong with it.
    package var isFlawed: Bool { self != .good && self != .wildcard }

    /// OpenSSL's usual security level refuses to serve it.
    package var isWeak: Bool { self == .shortKey || self == .weakDigest }

    /// It is made of the labels of the name, and needs three of them at least to differ from the
    /// others in one point only.
    package var needsThreeLabels: Bool {
        switch self {
        case .parent, .wildcard, .wildcardAlone, .wildcardForTwoLabels, .wildcardInLabel: true
        default: false
        }
    }
}
