internal import Notation

/// Keeps what was said in AUTH out of what a client has printed, as some print all that they say.
enum Redaction {
    /// The texts by which a response of SASL could be told: in Base64, and each of its parts.
    ///
    /// What is shorter than three octets is in every text, and tells nothing.
    static func texts(of response: [UInt8]) -> [String] {
        let parts = response.split { $0 < 0x20 || $0 == 0x7F }.map(Array.init)
        return ([Base64.encode(response), response] + parts).filter { $0.count > 2 }
            .map { String(decoding: $0, as: UTF8.self) }
    }

    static func redacted(_ text: String, of credentials: Set<String>) -> String {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map { line in
                // The longest first, as others may be in it.
                credentials.sorted { $0.count > $1.count }.reduce(withoutResponse(line)) {
                    $0.replacing($1, with: mark)
                }
            }
        return lines.joined(separator: "\n")
    }

    /// A line in which `AUTH MECHANISM RESPONSE` stands, without the response: it may be one that
    /// nobody has accepted.
    private static func withoutResponse(_ line: Substring) -> String {
        guard let verb = line.firstRange(of: "AUTH ") else { return String(line) }
        let words = line[verb.upperBound...].split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { return String(line) }
        return line[..<verb.upperBound] + words[0] + " " + mark
    }

    private static let mark = "[redacted]"
}
