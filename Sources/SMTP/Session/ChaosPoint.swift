internal import Notation

/// A place in a session where a failure can be made on purpose.
package enum ChaosPoint: String, CaseIterable, Sendable {
    /// Where the greeting would be sent. A reply in place of it ends the session.
    case connection
    /// Where EHLO would be granted. HELO is not meant: who falls back to it gets on.
    case hello
    /// Where EHLO would show STARTTLS, or STARTTLS would be granted: once a session, as somebody
    /// who strips it does so all along.
    case strip
    /// Where STARTTLS would be answered by 220.
    case startTLS = "starttls"
    /// Where the ClientHello would be answered.
    case handshake
    /// Where AUTH with a mechanism that is offered would begin, before any credentials are asked for.
    case authentication
    /// Where MAIL would be granted.
    case sender
    /// Where RCPT would be granted, before it is looked at whether mail for it is wanted.
    case recipient
    /// Where DATA would be answered by 354; BDAT has no such place.
    case begin
    /// Where the message would be made durable.
    case data
    /// Where a message that is durable would be acknowledged.
    case stored
}

extension Reply {
    /// The longest text of a failure in octets. RFC 5321 §4.5.3.1.5: a reply line has 512 at most,
    /// of which code, enhanced code and line end take twelve.
    package static let maximumChaosTextOctets = 500

    /// What a client gets of a failure that was made on purpose: a text of its own goes out as it
    /// is, behind an enhanced code if it has none.
    package static func chaos(
        _ code: Int, at point: ChaosPoint, saying text: String? = nil
    ) -> Reply {
        if let text, beginsWithStatus(text) { return Reply(code, text) }
        // RFC 2034 §4: the class of the enhanced code is the first digit of the code.
        let status = "\(code / 100).\(point.statusDetail(code))"
        return Reply(code, "\(status) \(text ?? "Chaos \(point.rawValue) error")")
    }

    /// `class "." subject "." detail` of RFC 2034 §4 as a word of its own; whether it fits the code
    /// is for whoever wrote it.
    private static func beginsWithStatus(_ text: String) -> Bool {
        let word = text.utf8.prefix { $0 != .space }
        let parts = word.split(separator: .dot, omittingEmptySubsequences: false)
        return parts.count == 3 && ["2", "4", "5"].contains(Substring(parts[0]))
            && parts.dropFirst().allSatisfy {
                (1...3).contains($0.count) && $0.allSatisfy { $0.isDigit }
            }
    }
}

extension ChaosPoint {
    /// Subject and detail of RFC 3463.
    fileprivate func statusDetail(_ code: Int) -> String {
        switch self {
        case .connection: "3.2"
        case .hello, .strip: "5.1"
        case .authentication where code == 535: "7.8"  // RFC 4954 §6
        case .startTLS, .handshake, .authentication: "7.0"
        case .sender, .recipient: "1.0"
        case .begin, .data, .stored: "3.0"
        }
    }
}
