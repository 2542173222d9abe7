internal import Notation

/// Findings, each at most once.
package struct FindingSet: Equatable, Sendable {
    private var bits: UInt64 = 0

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

    mutating func remove(_ finding: Finding) {
        bits &= ~Self.bit(finding)
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

    /// The same in so many octets at most; where that is not enough, the last names are left out, and
    /// `...` says so.
    func text(maximumOctets: Int) -> String {
        let text = text
        if text.utf8.count <= maximumOctets { return text }
        var beginning = text.utf8.prefix(max(maximumOctets - 3, 0))
        while let last = beginning.last, last != .space { beginning.removeLast() }
        return String(Substring(beginning)) + "..."
    }

    /// The names in order.
    var names: [String] {
        Finding.allCases.filter(contains).map { $0.name }
    }

    private static func bit(_ finding: Finding) -> UInt64 {
        1 << finding.rawValue
    }
}
