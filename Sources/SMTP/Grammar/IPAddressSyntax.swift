internal import Notation

/// The address literals of RFC 5321 §4.1.3, checked without looking anything up.
enum IPAddressSyntax {
    /// `Snum 3("." Snum)`, each 0 to 255 in one to three digits.
    static func isIPv4(_ text: ArraySlice<UInt8>) -> Bool {
        let parts = text.split(separator: .dot, omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                part.count <= 3 && UInt8(decimal: part) != nil
            }
    }

    /// Eight groups of one to four hexadecimal digits; `::` once for groups of zero; an IPv4
    /// address in place of the last two.
    static func isIPv6(_ text: ArraySlice<UInt8>) -> Bool {
        let parts = text.split(separator: .colon, omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return false }
        var groups = 0
        var gaps = 0
        for (index, part) in parts.enumerated() {
            let isFirst = index == 0
            let isLast = index == parts.count - 1
            if part.isEmpty {
                // An end may be empty only beside another empty part: `::1`, `1::`, `::`.
                if isFirst && !parts[1].isEmpty { return false }
                if isLast && !parts[index - 1].isEmpty { return false }
                if !isFirst && !isLast { gaps += 1 }
            } else if isLast && part.contains(.dot) {
                guard isIPv4(part) else { return false }
                groups += 2
            } else {
                guard part.count <= 4, part.allSatisfy({ $0.hexadecimalValue != nil }) else {
                    return false
                }
                groups += 1
            }
        }
        // RFC 5321 §4.1.3: `::` stands for two groups of zeros or more.
        return gaps == 0 ? groups == 8 : gaps == 1 && groups <= 6
    }
}
