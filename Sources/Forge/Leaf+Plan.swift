extension Leaf {
    /// The certificate for a server of this name; nil where the name has not the labels for it.
    ///
    /// Wherever its alternative names are not the host, its common name is not either, but where
    /// that is the flaw: a client that looks at the wrong one would not be found out.
    func plan(for host: String) -> Plan? {
        let labels = host.split(separator: ".").map(String.init)
        if needsThreeLabels, labels.count < 3 || isAddress(host) { return nil }
        let parent = labels.dropFirst().joined(separator: ".")
        var plan = Plan.server(host)
        switch self {
        case .good: break
        case .expired: plan.validDays = -31 ... -1
        case .future: plan.validDays = 30...90
        case .selfSigned: plan.issuer = .itself
        case .unknownAuthority: plan.issuer = .stranger
        case .leafAsAuthority: plan.issuer = .server
        case .wrongHost: plan = .server("wrong.example")
        case .similarHost:
            plan = .server("x\(host)", names: ["\(host).other.example", "x\(host)"])
        case .commonNameBesideOthers: plan.alternativeNames = ["wrong.example"]
        case .commonNameOnly: plan.alternativeNames = []
        case .parent: plan = .server(parent)
        case .wildcard: plan = .server("*.\(parent)")
        case .wildcardAlone: plan = .server("*")
        case .wildcardForTwoLabels:
            plan = .server("*." + labels.dropFirst(2).joined(separator: "."))
        case .wildcardInLabel: plan = .server("\(host.prefix(1))*.\(parent)")
        case .forClients: plan.isForClients = true
        case .unknownCriticalExtension: plan.hasUnknownCriticalExtension = true
        case .shortKey: plan.key = .rsa(bits: 1024)
        case .weakDigest: plan.isSignedOverSHA1 = true
        }
        return plan
    }
}

/// Whether it is an address of IPv4 or IPv6, as far as their form goes.
func isAddress(_ host: String) -> Bool {
    if host.contains(":") { return host.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." } }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
}
