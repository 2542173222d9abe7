/// A SASL mechanism that can be spoken here.
///
/// The order of the cases is that in which they are offered, the strongest first: what proves
/// most and gives away least.
package enum Mechanism: String, Sendable, CaseIterable {
    /// RFC 4422 appendix A: the client's certificate says who it is.
    case external = "EXTERNAL"
    /// RFC 7677, bound to the TLS connection by `tls-exporter` of RFC 9266.
    case scramSHA256Plus = "SCRAM-SHA-256-PLUS"
    /// RFC 7677.
    case scramSHA256 = "SCRAM-SHA-256"
    /// RFC 7628.
    case oauthBearer = "OAUTHBEARER"
    /// Google's predecessor of OAUTHBEARER.
    case xoauth2 = "XOAUTH2"
    /// RFC 2195.
    case cramMD5 = "CRAM-MD5"
    /// RFC 4616.
    case plain = "PLAIN"
    /// draft-murchison-sasl-login.
    case login = "LOGIN"

    /// The mechanism of this name, in letters of either case.
    package init?(named name: some StringProtocol) {
        self.init(rawValue: name.uppercased())
    }
}

/// A list of mechanisms that is none.
package enum MechanismListError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknown(String)
    case empty

    package var description: String {
        switch self {
        case .unknown(let name): "\"\(name)\" is no mechanism that can be offered"
        case .empty: "no mechanism is named"
        }
    }
}

extension [Mechanism] {
    /// The mechanisms of a list as an operator writes it: names in letters of either case, between
    /// them commas or blanks. Their order does not matter, nor does naming one twice.
    package init(parsing list: String) throws(MechanismListError) {
        var named: [Mechanism] = []
        for name in list.split(whereSeparator: { $0 == "," || $0 == " " }) {
            guard let mechanism = Mechanism(named: name) else { throw .unknown(String(name)) }
            named.append(mechanism)
        }
        if named.isEmpty { throw .empty }
        self = Mechanism.allCases.filter(named.contains)
    }
}
