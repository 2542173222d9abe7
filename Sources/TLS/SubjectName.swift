internal import Glibc
internal import Notation

/// A name that a certificate can be made out to. RFC 5280 §4.2.1.6
enum SubjectName: Equatable {
    /// A domain name, also with `*` for its first label.
    case domain(String)
    /// Four octets of IPv4 or sixteen of IPv6.
    case address([UInt8])

    /// Takes what it is from how it is written; nil where it is neither.
    init?(_ text: String) {
        if let octets = Self.address(text, AF_INET, 4) ?? Self.address(text, AF_INET6, 16) {
            self = .address(octets)
        } else if Self.isDomain(text) {
            self = .domain(text)
        } else {
            return nil
        }
    }

    private static func address(_ text: String, _ family: CInt, _ count: Int) -> [UInt8]? {
        var octets = [UInt8](repeating: 0, count: count)
        // To C the text would end where a NUL is.
        guard !text.utf8.contains(0), unsafe inet_pton(family, text, &octets) == 1 else {
            return nil
        }
        return octets
    }

    /// RFC 1123 §2.1, and the underscore, which is not in it but in names that people use.
    private static func isDomain(_ text: String) -> Bool {
        var labels = text.utf8.split(separator: .dot, omittingEmptySubsequences: false)
        // RFC 6125 §6.4.3: a whole label, and the first one.
        if labels.count > 1, labels[0].elementsEqual("*".utf8) { labels.removeFirst() }
        // RFC 1123 §2.1: what ends in a number is meant for an address, and then it is a wrong one.
        guard let last = labels.last, !last.allSatisfy({ $0.isDigit }) else {
            return false
        }
        // RFC 1035 §2.3.4: 255 octets with a length before each label and none at the end.
        return text.utf8.count <= 253 && labels.allSatisfy(isLabel)
    }

    private static func isLabel(_ label: Substring.UTF8View) -> Bool {
        (1...63).contains(label.count) && label.first != .hyphen && label.last != .hyphen
            && label.allSatisfy { $0.isLetterOrDigit || $0 == .hyphen || $0 == .underscore }
    }
}
