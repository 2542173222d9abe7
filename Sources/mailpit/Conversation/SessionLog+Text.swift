internal import Journal
internal import Maildir
internal import Notation
internal import SMTP
internal import TLS

// How what happened is put into words and fields. What a client has chosen goes through `logText` on
// its way into a message, and into a field if it may be any text.

extension SessionLog {
    static func text(_ command: RefusedCommand) -> String {
        switch command {
        case .unknown: "an unknown command"
        case .mail(let address): "MAIL\(address.map { " <\(logText($0))>" } ?? "")"
        case .rcpt(let address): "RCPT\(address.map { " <\(logText($0))>" } ?? "")"
        case .other(let verb): verb
        }
    }

    static func text(_ findings: FindingSet) -> String {
        findings.isEmpty ? "" : " (findings: \(findings.text))"
    }

    static func fields(_ login: DeliveryHeader.Login) -> [Field] {
        [Field(.authUser, logText(login.user)), Field(.authMechanism, login.mechanism)]
    }

    /// As in `TLSv1.3 with TLS_AES_128_GCM_SHA256, x25519, for mx.example`.
    static func text(_ facts: TLSSessionFacts) -> String {
        var text = facts.version?.name ?? "TLS"
        text += " with " + (facts.cipher ?? "an unknown cipher")
        if let group = facts.group { text += ", " + group }
        if facts.isResumed { text += ", resumed" }
        if let name = facts.serverName { text += ", for " + logText(name) }
        if let subject = facts.clientSubject { text += ", client certificate " + logText(subject) }
        return text
    }

    static func fields(_ facts: TLSSessionFacts) -> [Field] {
        var fields: [Field] = []
        if let version = facts.version { fields.append(Field(.tlsVersion, version.name)) }
        if let cipher = facts.cipher { fields.append(Field(.tlsCipher, cipher)) }
        if let group = facts.group { fields.append(Field(.tlsGroup, group)) }
        if let name = facts.serverName { fields.append(Field(.tlsServerName, logText(name))) }
        return fields
    }
}

// MARK: - Envelopes

extension SessionLog {
    static func text(
        _ message: StoredMessage, _ envelope: Envelope, _ findings: FindingSet
    ) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(256)
        text += "message stored: "
        append(envelope, octets: UInt64(message.octets), to: &text)
        text += ", "
        text += message.name
        text += Self.text(findings)
        return String(decoding: text, as: UTF8.self)
    }

    static func text(_ envelope: Envelope, octets: UInt64) -> String {
        var text: [UInt8] = []
        append(envelope, octets: octets, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// As in `<a> -> <b>, <c>, 340 octets`; recipients that are dropped stand there if no others
    /// do. Of many the first are told, and how many there are besides.
    private static func append(_ envelope: Envelope, octets: UInt64, to text: inout [UInt8]) {
        let start = text.count
        text += "<"
        text += logText(envelope.reversePath.text)
        text += "> ->"
        let paths = recipients(of: envelope)
        for (index, path) in paths.enumerated() {
            if text.count - start > maximumEnvelopeOctets {
                text += " and \(paths.count - index) more"
                break
            }
            text += index == 0 ? " <" : ", <"
            text += logText(path.text)
            text += ">"
        }
        text += ", "
        text.append(decimal: octets)
        text += " octets"
    }

    /// Beyond so many no further recipient stands in a message; the fields have them all.
    private static let maximumEnvelopeOctets = 1000

    static func fields(_ envelope: Envelope, octets: UInt64) -> [Field] {
        [
            Field(.messageSize, "\(octets)"),
            Field(.sender, "<\(envelope.reversePath.text)>"),
            // Last, as there may be so many that the line is cut.
            Field(.recipient, Self.list(recipients(of: envelope))),
        ] + (envelope.requests.isEmpty ? [] : [requests(of: envelope)])
    }

    private static func requests(of envelope: Envelope) -> Field {
        Field(.requests, envelope.requests.joined(separator: " "))
    }

    private static func recipients(of envelope: Envelope) -> [ForwardPath] {
        envelope.forwardPaths.isEmpty ? envelope.droppedPaths : envelope.forwardPaths
    }

    /// The paths with blanks between them. `joined` is generic: the runtime would look up by name
    /// what it works on, which costs as much as all other fields together.
    private static func list(_ paths: [ForwardPath]) -> String {
        var text: [UInt8] = []
        for path in paths {
            text += text.isEmpty ? "<" : " <"
            text += path.text
            text += ">"
        }
        return String(decoding: text, as: UTF8.self)
    }
}
