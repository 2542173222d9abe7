/// A place in a session where a failure can be made on purpose.
package enum ChaosPoint: String, CaseIterable, Sendable {
    /// Where the greeting would be sent. A reply in place of it ends the session.
    case connection
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
    /// Where the message would be made durable.
    case data
}

extension Reply {
    /// What a client gets of a failure that was made on purpose.
    package static func chaos(_ code: Int, at point: ChaosPoint) -> Reply {
        // RFC 2034 §4: the class of the enhanced code is the first digit of the code.
        let status = "\(code / 100).\(point.statusDetail(code))"
        return Reply(code, "\(status) Chaos \(point.rawValue) error")
    }
}

extension ChaosPoint {
    /// Subject and detail of RFC 3463.
    fileprivate func statusDetail(_ code: Int) -> String {
        switch self {
        case .connection: "3.2"
        case .strip: "5.1"
        case .authentication where code == 535: "7.8"  // RFC 4954 §6
        case .startTLS, .handshake, .authentication: "7.0"
        case .sender, .recipient: "1.0"
        case .data: "3.0"
        }
    }
}
