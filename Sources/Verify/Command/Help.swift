/// What `--help` and `--version` print.
enum Help {
    static let version = "0.1.0"

    static var text: String {
        var text = """
            Usage: mailpit verify [OPTION]... [--] COMMAND [ARGUMENT]...
                   mailpit verify [OPTION]...

            Runs a mail client once per scenario. In each the server is different: STARTTLS is
            stripped, the certificate has expired, answers are forged in plaintext. Judged is what
            the client did on the wire, together with its exit status.

            In COMMAND and its arguments {host}, {port}, {ca}, {user}, {password}, {scenario} and
            {dir} are replaced. The same is in MAILPIT_HOST, MAILPIT_PORT and so on; SSL_CERT_FILE,
            CURL_CA_BUNDLE, NODE_EXTRA_CA_CERTS and REQUESTS_CA_BUNDLE name the file of {ca}.

            Without COMMAND it goes on step by step, for clients that are operated by hand.


            """
        for option in Option.table {
            text += "  \(option.synopsis)\n      \(option.meaning)\n"
            if !option.defaultText.isEmpty { text += "      default: \(option.defaultText)\n" }
        }
        return text + """

            Exit status: 0 all passed or known, 1 a failure, 2 nothing could be judged, 70 a defect
            of the program, 78 a wrong option; 128 and its number if a signal ended it.

            """
    }
}

/// What `--list` prints.
enum ScenarioList {
    /// A line a scenario: name, group, severity, what a good client does, and the clause.
    static func text(_ scenarios: [Scenario]) -> String {
        let rows = scenarios.map { scenario in
            let clause = scenario.clause.isEmpty ? "" : " (\(scenario.clause))"
            return [
                scenario.id, scenario.group.rawValue, scenario.severity.rawValue,
                scenario.expected + clause,
            ]
        }
        let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let columns = zip(row, widths).map { PlainText.padded($0, to: $1) }
            return (columns + [row[3]]).joined(separator: "  ") + "\n"
        }.joined()
    }
}
