/// An option: one row of the table that the command line, `--help` and the manual come from.
struct Option {
    enum Name: CaseIterable {
        case isolation, host, port, policy, tls, authentication, only, skip, list, known
        case timeout, total, exit, settle, report, verbose, certificates, help, version
    }

    let name: Name
    /// The long name without its hyphens.
    let flag: String
    let letter: Character?
    /// The word for its value, or its choices with `|` between them; nil where it takes none.
    let argument: String?
    /// In words for the reader; empty where there is nothing to say.
    let defaultText: String
    let meaning: String

    private init(
        _ name: Name, _ flag: String, letter: Character? = nil, _ argument: String?,
        default defaultText: String = "", _ meaning: String
    ) {
        self.name = name
        self.flag = flag
        self.letter = letter
        self.argument = argument
        self.defaultText = defaultText
        self.meaning = meaning
    }

    /// All options, in the order of the help.
    static let table: [Option] = [
        Option(
            .isolation, "as", "HOST[:PORT]",
            "run the client with its production settings, in namespaces in which HOST is here"),
        Option(
            .host, "host", "NAME", default: "mx.mailpit.test, or localhost if that is unknown",
            "the server's name, which has to be loopback's"),
        Option(
            .port, "port", "N", default: "one that is free",
            "the server's port, the same for all runs"),
        Option(
            .policy, "policy", "submission|opportunistic", default: "submission",
            "what is asked of the client; with opportunistic plaintext is only noted"),
        Option(
            .tls, "tls", "starttls|implicit", default: "starttls",
            "how TLS begins: by STARTTLS, or before the greeting as on port 465"),
        Option(
            .authentication, "auth", "LIST", default: "plain,login",
            "the mechanisms of AUTH that are offered, or none"),
        Option(
            .only, "only", "LIST", default: "all",
            "the scenarios or groups that are run, with commas between them"),
        Option(.skip, "skip", "LIST", "the scenarios or groups that are not run"),
        Option(.list, "list", nil, "print the scenarios, what a good client does in each, and end"),
        Option(
            .known, "known", "FILE",
            "lines of a scenario and a reason: failures that are expected, and asked for"),
        Option(
            .timeout, "timeout", "SECONDS", default: "20", "how long one run of the client may take"
        ),
        Option(.total, "total", "SECONDS", default: "900", "how long all of them may take"),
        Option(
            .exit, "exit", "judge|ignore", default: "judge",
            "whether the client's exit status counts; ignore it for clients that queue"),
        Option(
            .settle, "settle", "SECONDS",
            "end a run after so long a silence, for clients that queue"),
        Option(
            .report, "report", "FORM[=FILE]", default: "text",
            "text, json, junit or tap, printed or written to FILE; may be given several times"),
        Option(
            .verbose, "verbose", letter: "v", nil,
            "show what was said in every run, not only in those that failed"),
        Option(
            .certificates, "certificates", "DIR",
            "run no client: write the authority, a good certificate and every bad one, and end"),
        Option(.help, "help", nil, "print this and end"),
        Option(.version, "version", nil, "print the version and end"),
    ]

    /// The option as one writes it: `-v, --verbose` or `--known FILE`.
    var synopsis: String {
        let short = letter.map { "-\($0), " } ?? ""
        return "\(short)--\(flag)" + (argument.map { " \($0)" } ?? "")
    }
}
