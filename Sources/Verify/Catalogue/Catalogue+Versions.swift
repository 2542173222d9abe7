internal import TLS

extension Catalogue {
    static let versions = [
        only(.v1_2, .medium, "RFC 9325 §3.1.1", .delivers, "allow TLS 1.2"),
        only(.v1_3, .low, "RFC 9325 §3.1.1", .delivers, "allow TLS 1.3"),
        only(.v1_0, .medium, "RFC 8996 §2", .stops, "set the lowest version to TLS 1.2"),
        only(.v1_1, .medium, "RFC 8996 §3", .stops, "set the lowest version to TLS 1.2"),
    ]

    private static func only(
        _ version: TLSVersion, _ severity: Severity, _ clause: String, _ expectation: Expectation,
        _ hint: String
    ) -> Scenario {
        Scenario(
            "tls-\(version.rawValue)-only", .version, severity, clause, expectation, hint: hint
        ) {
            $0.minimumVersion = version
            $0.maximumVersion = version
        }
    }
}
