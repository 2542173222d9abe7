@testable import SASL

/// An htpasswd file: parsed, or refused with the line that is wrong.
enum CredentialTarget {
    static func run(_ input: [UInt8]) {
        let text = String(decoding: input.filter { $0 != 0 }, as: UTF8.self)
        do throws(CredentialError) {
            let store = try CredentialStore(inline: text, source: "fuzz")
            require(store.userCount > 0, "nobody: \(shown(input))")
        } catch {
            require("\(error)".hasPrefix("fuzz"), "no source: \(shown(input))")
            // The reason is for a log, where no hash may stand.
        }
        for line in text.split(separator: "\n").prefix(8) {
            _ = try? PasswordHash(entry: Array(line.utf8)[...])
        }
    }
}

/// An exchange, the messages of which are cut at 0xFE. Nobody who does not know it gets in.
enum ExchangeTarget {
    private static let file =
        "user:{SCRAM-SHA-256}1,W22ZaJ0SNY7soEsUEjb6gQ==,"
        + "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=,wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
    private static let store = try! CredentialStore(inline: file, source: "fuzz")
    private static let policies = [
        Policy(.store(store), hostname: "mx.example"), Policy(.anything, hostname: "mx.example"),
        Policy(.certificates, hostname: "mx.example"),
    ]

    static func run(_ input: [UInt8]) {
        guard input.count > 2 else { return }
        let policy = policies[Int(input[0] & 3) % 3]
        let mechanism = Mechanism.allCases[Int(input[1]) % Mechanism.allCases.count]
        let hasCertificate = input[0] & 4 != 0
        let channel = Channel(
            isProtected: input[0] & 8 == 0, tlsExporter: Array(0..<32),
            clientSubject: hasCertificate ? "CN=alice" : nil)
        var exchange = Exchange(policy, over: channel, nonce: Array("nonce".utf8))
        let messages = input.dropFirst(2).split(separator: 0xFE, omittingEmptySubsequences: false)
        var step = exchange.begin(
            mechanism, initialResponse: input[0] & 16 == 0 ? messages.first.map { Array($0) } : nil)
        for message in messages.dropFirst(input[0] & 16 == 0 ? 1 : 0).prefix(6) {
            guard case .challenge = step else { break }
            step = exchange.respond(Array(message))
        }
        guard case .succeeded = step else { return }
        // No hash of a message that was guessed is right; a certificate and "anything" may be.
        let isOpen = input[0] & 3 == 1 || mechanism == .external && hasCertificate
        require(isOpen && channel.isProtected, "\(mechanism): \(shown(input))")
    }
}
