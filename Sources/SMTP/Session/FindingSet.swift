/// Findings, each at most once.
package struct FindingSet: Equatable, Sendable {
    private var bits: UInt32 = 0

    package init() {}

    package init(_ findings: Finding...) {
        for finding in findings { insert(finding) }
    }

    package var isEmpty: Bool { bits == 0 }

    package func contains(_ finding: Finding) -> Bool {
        bits & Self.bit(finding) != 0
    }

    package mutating func insert(_ finding: Finding) {
        bits |= Self.bit(finding)
    }

    package mutating func formUnion(_ other: FindingSet) {
        bits |= other.bits
    }

    package func union(_ other: FindingSet) -> FindingSet {
        var union = self
        union.formUnion(other)
        return union
    }

    /// The names in order, as in `helo, no-sni`.
    package var text: String {
        isEmpty ? "" : names.joined(separator: ", ")
    }

    /// The names in order.
    var names: [String] {
        Finding.allCases.filter(contains).map(\.name)
    }

    private static func bit(_ finding: Finding) -> UInt32 {
        1 << finding.rawValue
    }
}
