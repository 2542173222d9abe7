/// A message that clients and servers are apt to spoil: dots at the start of lines, an end of data
/// that is none, lines that `openssl s_client` takes for its own commands, octets beyond ASCII, and
/// empty lines at the end.
enum Sample {
    static func lines(subject: String) -> [String] {
        [
            "From: Alice <alice@example.org>", "To: bob@example.org", "Subject: \(subject)",
            "Date: Wed, 25 Nov 2026 04:30:00 +0000", "Message-ID: <1@client.example>",
            "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit", "", "Grüße", ".", "..", ".hidden", "...", "QUIT",
            "RCPT TO:<x@example.org>", "R", "Q", "a\u{1}b",
            String(repeating: "x", count: 998), "trailing blanks  ", "\ttab", "", "",
        ]
    }

    static func octets(subject: String, lineEnd: String) -> [UInt8] {
        Array(lines(subject: subject).map { $0 + lineEnd }.joined().utf8)
    }

    /// As it is to be found in the file.
    static func stored(subject: String) -> [UInt8] { octets(subject: subject, lineEnd: "\n") }

    /// With the dots of RFC 5321 §4.5.2, without the end of the data.
    static func stuffed(subject: String, lineEnd: String) -> String {
        lines(subject: subject).map { ($0.hasPrefix(".") ? "." + $0 : $0) + lineEnd }.joined()
    }
}
