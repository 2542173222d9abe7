internal import Notation

/// A flag or a variable that no option has, and what there is to say about it.
///
/// To find that out costs more than to read all options, so it is made only where there is such a
/// word.
struct UnknownOption: CustomStringConvertible {
    /// What is known of it.
    private enum Kind {
        /// What Mailpit called this option once.
        case formerName(of: Option)
        /// Where to listen.
        case address
        /// An option of Mailpit's that this program has no use for, and what it is for there.
        case foreign(String)
        case misspelt(Option)
        case unheardOf
    }

    /// As it was written.
    private let word: String
    private let isVariable: Bool
    private let kind: Kind

    /// A variable, as in `MP_SMTP_SSL_CERT`.
    init(variable word: String) {
        let rest = word.dropFirst(Option.variablePrefix.utf8.count)
        self.init(word, Self.flag(rest.utf8), isVariable: true)
    }

    /// A flag with its hyphens, as in `--smtp-ssl-cert`.
    init(flag word: String) {
        self.init(word, Self.flag(word.dropFirst(2).utf8), isVariable: false)
    }

    /// A letter of the word with its hyphen, as in `-s`.
    init(_ letter: Character, in word: String) {
        self.init(word, Array((Self.letters[letter] ?? "").utf8), isVariable: false)
    }

    private init(_ word: String, _ flag: [UInt8], isVariable: Bool) {
        self.word = word
        self.isVariable = isVariable
        kind = Self.kind(of: flag, isVariable: isVariable)
    }

    /// The name as flags are written, also where somebody wrote capitals or `_`.
    private static func flag(_ name: some Sequence<UInt8>) -> [UInt8] {
        name.map { $0 == .underscore ? .hyphen : $0.lowercased }
    }

    private static func kind(of flag: [UInt8], isVariable: Bool) -> Kind {
        let text = String(decoding: flag, as: UTF8.self)
        if let name = formerNames[text] { return .formerName(of: Option.table[name.rawValue]) }
        if addresses.contains(text) { return .address }
        for (purpose, names) in foreignNames where names.contains(where: { matches(text, $0) }) {
            return .foreign(purpose)
        }
        return nearest(to: flag, isVariable: isVariable).map { .misspelt($0) } ?? .unheardOf
    }

    /// Whether it is this name, or begins so where that ends in a hyphen.
    private static func matches(_ flag: String, _ name: String) -> Bool {
        name.utf8.last == .hyphen ? flag.hasPrefix(name) : flag == name
    }

    /// Whether it is for something that only Mailpit does, so that it means no harm here.
    var isForeign: Bool {
        switch kind {
        case .address, .foreign: true
        case .formerName, .misspelt, .unheardOf: false
        }
    }

    var description: String {
        let subject = isVariable ? "\(word) has no effect" : "unknown option \(word)"
        return switch kind {
        case .formerName(let option): "\(subject): today it is \(name(of: option))"
        case .address: "\(subject): it is the super-server that listens"
        case .foreign(let purpose): "\(subject): it is for Mailpit's \(purpose)"
        case .misspelt(let option): "\(subject): the nearest is \(name(of: option))"
        case .unheardOf: isVariable ? "\(subject): there is no such option" : subject
        }
    }

    private func name(of option: Option) -> String {
        isVariable ? option.variable ?? "" : "--\(option.flag)"
    }
}

// MARK: - What Mailpit has

extension UnknownOption {
    private static let formerNames: [String: Option.Name] = [
        "smtp-ssl-cert": .tlsCertificate, "smtp-ssl-key": .tlsKey,
        "strict-rfc-headers": .strictRFCHeaders,
    ]

    private static let addresses = ["smtp", "smtp-bind-addr", "listen"]

    /// Flags, and variables written as such; one that ends in a hyphen is a beginning.
    private static let foreignNames: [(purpose: String, names: [String])] = [
        (
            "database",
            [
                "database", "db-", "data-", "disable-wal", "disable-auto-vacuum", "compression",
                "tenant-id", "max", "max-messages", "max-age", "use-message-dates",
                "ignore-duplicate-ids",
            ]
        ),
        (
            "web page",
            [
                "ui-", "api-cors", "webroot", "block-remote-css-and-fonts", "allow-untrusted-tls",
                "allow-internal-http-requests", "hide-delete-all-button", "enable-spamassassin",
                "disable-html-check", "disable-http-compression", "disable-link-check-rate-limit",
                "disable-version-check", "demo-mode", "auth-file", "ssl-cert", "ssl-key",
            ]
        ),
        ("relaying of messages", ["smtp-relay-", "smtp-forward-"]),
        ("way to send by HTTP", ["send-api-"]), ("sendmail", ["sendmail-"]),
        ("POP3 server", ["pop3", "pop3-"]), ("tags", ["tag", "tags-"]),
        ("webhook", ["webhook-"]), ("metrics", ["enable-prometheus"]),
    ]

    /// Flags that Mailpit has letters for.
    private static let letters: [Character: String] = [
        "s": "smtp", "l": "listen", "d": "database", "m": "max", "t": "tag",
    ]
}

// MARK: - The nearest one

extension UnknownOption {
    /// The option whose name differs least, if that is at most a third of the word; `smtp-` may be
    /// forgotten.
    private static func nearest(to flag: [UInt8], isVariable: Bool) -> Option? {
        var nearest: Option?
        var least = flag.count / 3 + 1
        for option in Option.table where !isVariable || option.variable != nil {
            let name = Array(option.flag.utf8)
            let distance = min(
                distance(flag, name), Self.distance(Array("smtp-".utf8) + flag, name))
            if distance < least { (nearest, least) = (option, distance) }
        }
        return nearest
    }

    /// How many octets have to be put in, left out, changed or swapped with the next one to make one
    /// word of the other: the distance of Levenshtein, with swaps.
    private static func distance(_ word: [UInt8], _ other: [UInt8]) -> Int {
        var before: [Int] = []
        var row = Array(0...other.count)
        for index in word.indices {
            var next = [index + 1]
            for place in other.indices {
                let changed = row[place] + (word[index] == other[place] ? 0 : 1)
                var least = min(changed, row[place + 1] + 1, next[place] + 1)
                if index > 0, place > 0, word[index] == other[place - 1],
                    word[index - 1] == other[place]
                {
                    least = min(least, before[place - 1] + 1)
                }
                next.append(least)
            }
            (before, row) = (row, next)
        }
        return row[other.count]
    }
}
