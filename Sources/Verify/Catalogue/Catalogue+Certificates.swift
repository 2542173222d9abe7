internal import Forge

extension Catalogue {
    private static let verifyChain = "turn the verification of certificates on, with the CAs' file"
    private static let verifyName = "verify that the certificate is for the host, by its SANs"
    private static let followX509 = "leave the verification to a library that keeps RFC 5280"
    private static let usualLevel = "do not lower the security level of the TLS library"

    static let certificates = [
        flawed(.expired, .critical, "RFC 5280 §6.1.3", verifyChain),
        flawed(.selfSigned, .critical, "RFC 5280 §6.1", verifyChain),
        flawed(.unknownAuthority, .critical, "RFC 5280 §6.1", verifyChain),
        flawed(.wrongHost, .critical, "RFC 7817 §3", verifyName),
        flawed(.similarHost, .critical, "RFC 7817 §3", verifyName),
        flawed(.leafAsAuthority, .critical, "RFC 5280 §6.1.4", followX509),
        flawed(.future, .high, "RFC 5280 §6.1.3", verifyChain),
        flawed(.commonNameBesideOthers, .high, "RFC 9525 §2, RFC 7817 §3", verifyName),
        flawed(.parent, .high, "RFC 9525 §6.3, RFC 7817 §3", verifyName),
        flawed(.wildcardAlone, .high, "RFC 9525 §6.3, RFC 7817 §3", verifyName),
        flawed(.wildcardForTwoLabels, .high, "RFC 9525 §6.3, RFC 7817 §3", verifyName),
        flawed(.wildcardInLabel, .high, "RFC 9525 §6.3, RFC 7817 §3", verifyName),
        flawed(.forClients, .medium, "RFC 5280 §4.2.1.12", followX509),
        flawed(.unknownCriticalExtension, .medium, "RFC 5280 §4.2", followX509),
        flawed(.shortKey, .medium, "RFC 9325 §4.5", usualLevel),
        flawed(.weakDigest, .medium, "RFC 9325 §4.5", usualLevel),
        flawed(.commonNameOnly, .low, "RFC 9525 §2", verifyName),
        Scenario(
            Leaf.wildcard.rawValue, .certificate, .low, "RFC 7817 §3", .delivers,
            hint: "let a wildcard stand for the first label of the host"
        ) { $0.certificate = .wildcard },
    ]

    private static func flawed(
        _ leaf: Leaf, _ severity: Severity, _ clause: String, _ hint: String
    ) -> Scenario {
        Scenario(leaf.rawValue, .certificate, severity, clause, .stops, hint: hint) {
            $0.certificate = leaf
        }
    }
}
