// What is read once, from the operator or from the log's side: no input may end the process.

@testable import Journal
@testable import POSIX
@testable import TLS
@testable import mailpit

/// A command line, the words of which are cut at LF, up to the settings; and patterns.
enum OptionsTarget {
    static func run(_ input: [UInt8]) {
        let words = input.split(separator: 10, omittingEmptySubsequences: false)
            .map { String(decoding: $0.filter { $0 != 0 }, as: UTF8.self) }
        var values = OptionValues()
        do throws(ConfigurationError) {
            try values.read(arguments: words)
            _ = try Settings(Choices(values))
        } catch {
            require(!"\(error)".isEmpty, "no reason")
        }
        guard let first = words.first else { return }
        _ = try? ChaosTrigger.list(OptionValues.Value(text: first, source: "fuzz"))
        // The patterns of regcomp(3) may take long: CVE-2010-4051. The operator writes them.
        if first.utf8.count < 40, !first.contains(where: { "{*+".contains($0) }) {
            _ = try? RegularExpression(first).matches("alice@example.org")
        }
    }
}

/// What the callbacks of OpenSSL take apart.
enum HandshakeTarget {
    static func run(_ input: [UInt8]) {
        if let name = ClientHello.serverName(input) {
            require(name.unicodeScalars.count <= input.count - 5, "SNI: \(shown(input))")
        }
        let versions = ClientHello.supportedVersions(input)
        require(versions.count <= input.count / 2, "versions: \(shown(input))")
        var wasDue = false
        for count in 0...min(input.count, 64) {
            let isDue = TLSAlert.isDue(after: Array(input.prefix(count)))
            require(isDue || !wasDue, "an alert was due: \(shown(input))")
            wasDue = isDue
        }
    }
}

/// A certificate in DER: what is plain OpenSSL takes, too, and has the same dates.
enum CertificateTarget {
    static func run(_ input: [UInt8]) {
        guard let plain = PlainCertificate(input) else { return }
        guard let certificate = Certificate(input) else {
            require(false, "refused: \(shown(input))")
            return
        }
        let validity = certificate.validity
        require(
            validity.notBefore == plain.notBefore && validity.notAfter == plain.notAfter,
            "dates: \(shown(input))")
        require(certificate.isEncoded(as: input), "other octets: \(shown(input))")
    }
}

/// Whatever a client sent is one line of the log, in which nothing controls a terminal.
enum LogTarget {
    static func run(_ input: [UInt8]) {
        let text = logText(input)
        require(text.utf8.allSatisfy { $0 >= 32 && $0 != 127 }, "controls: \(shown(input))")
        require(
            !text.unicodeScalars.contains { (0x80...0x9F).contains($0.value) },
            "C1: \(shown(input))")
        require(!text.utf8.contains(59), "a semicolon: \(shown(input))")
    }
}
