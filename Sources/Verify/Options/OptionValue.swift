internal import POSIX

/// The value that an option was given, and the forms that it can be asked to have.
struct OptionValue {
    let option: String
    let text: String

    /// A fault that names the option and what it was given.
    func fault(_ reason: String) -> OptionError { OptionError("\(option) \(text): \(reason)") }

    /// A whole number in a range.
    func number(_ range: ClosedRange<Int64>) throws(OptionError) -> Int64 {
        guard let number = Int64(text), range.contains(number) else {
            throw fault("not a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func word(of words: [String]) throws(OptionError) -> String {
        guard words.contains(text) else { throw fault("not \(words.joined(separator: " or "))") }
        return text
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>() throws(OptionError) -> Choice {
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue)
            throw fault("not \(words.joined(separator: " or "))")
        }
        return choice
    }

    /// A name of the DNS in the form of RFC 1123 §2.1; no address, which no certificate is for.
    func hostName() throws(OptionError) -> String {
        if SocketAddress(text: text, port: 0) != nil { throw fault("a name is needed, no address") }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        let areLabels = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { Self.isInLabel($0) }
        }
        guard areLabels, text.utf8.count <= 253 else { throw fault("no host name") }
        return text.lowercased()
    }

    private static func isInLabel(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// What is between commas, of which nothing may be empty.
    private func items() throws(OptionError) -> [String] {
        let items = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard !items.contains("") else { throw fault("a name is missing") }
        return items
    }

    /// The mechanisms of AUTH, in the order in which they are to be offered; none for `none`.
    func mechanisms() throws(OptionError) -> [String] {
        if text == "none" { return [] }
        let names = try items().map { $0.uppercased() }
        for name in names where !Self.mechanismNames.contains(name) {
            throw fault(
                "\(name.lowercased()) is none of those that take any user: "
                    + Self.mechanismNames.map { $0.lowercased() }.joined(separator: ", "))
        }
        return names
    }

    private static let mechanismNames = ["PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER"]

    /// Names of scenarios and groups, all of which there are.
    func scenarios() throws(OptionError) -> [String] {
        let names = try items()
        for name in names where !Selection.isName(name) {
            throw fault("no such scenario or group: \(name)")
        }
        return names
    }
}
