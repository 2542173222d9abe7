internal import Notation

/// The header fields that delivery puts before a message: Return-Path, Envelope-To, Received and,
/// where there is something to be told, X-Mailpit-DSN and X-Mailpit-Findings.
package struct DeliveryHeader: Equatable, Sendable {
    /// The address that the connection came from.
    package enum Origin: Equatable, Sendable {
        /// In the form of RFC 5321 §4.1.3, without brackets: `192.0.2.1` or `IPv6:2001:db8::1`.
        case address(String)
        /// A process on this machine, by the user it runs as.
        case user(UInt32)
        case unknown
    }

    /// Who has logged in, and how.
    package struct Login: Equatable, Sendable {
        /// As the client sent it: any text, also none.
        package var user: String
        /// By the name that SASL has for it.
        package var mechanism: String

        package init(user: String, mechanism: String) {
            self.user = user
            self.mechanism = mechanism
        }
    }

    package var client: Client
    package var envelope: Envelope
    package var origin: Origin
    /// Our own name.
    package var hostname: String
    /// The name that the message is stored under.
    package var id: String
    /// The TLS cipher suite by its registered name, or nil where there is no TLS.
    package var cipherSuite: String?
    /// Whom the client's certificate was made out to, if it was verified.
    package var clientSubject: String?
    /// How the client has authenticated itself, or nil where it has not.
    package var login: Login?
    /// When the message came, in seconds since 1970-01-01 00:00:00 UTC.
    package var time: Int64
    /// What was noticed about the session before the data began.
    package var findings = FindingSet()

    package init(
        client: Client, envelope: Envelope, origin: Origin, hostname: String, id: String,
        cipherSuite: String?, clientSubject: String? = nil, login: Login? = nil, time: Int64
    ) {
        self.client = client
        self.envelope = envelope
        self.origin = origin
        self.hostname = hostname
        self.id = id
        self.cipherSuite = cipherSuite
        self.clientSubject = clientSubject
        self.login = login
        self.time = time
    }

    /// The fields as they stand in the file, each line ended by LF.
    package var octets: [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(Self.usualOctets)
        octets += "Return-Path: <"
        octets += envelope.reversePath.text
        octets += ">\n"
        Self.fold("Envelope-To:", envelope.forwardPaths, into: &octets) { path, octets in
            octets += "<"
            octets += path.text
            octets += ">"
        }
        appendReceived(to: &octets)
        let requests = envelope.requests
        if !requests.isEmpty {
            Self.fold("X-Mailpit-DSN:", requests, separator: "", into: &octets) { $1 += $0 }
        }
        if !findings.isEmpty {
            Self.fold("X-Mailpit-Findings:", findings.names, into: &octets) { $1 += $0 }
        }
        return octets
    }

    /// So many have room without being moved; there may be more.
    private static let usualOctets = 640

    /// A list, folded so that a line stays within the 78 characters of RFC 5322 §2.1.1 wherever its
    /// items let it.
    private static func fold<Item>(
        _ name: String, _ items: [Item], separator: String = ",", into octets: inout [UInt8],
        append: (Item, inout [UInt8]) -> Void
    ) {
        var lineStart = octets.count
        octets += name
        for (index, item) in items.enumerated() {
            let start = octets.count
            octets += " "
            append(item, &octets)
            if index < items.count - 1 { octets += separator }
            if index > 0, octets.count - lineStart > 78 {
                octets.insert(contentsOf: "\n   ".utf8, at: start)
                lineStart = start + 1
            }
        }
        octets += "\n"
    }

    /// RFC 5321 §4.4: Time-stamp-line, with the `tls` clause of RFC 8314 §4.3.
    private func appendReceived(to octets: inout [UInt8]) {
        octets += "Received: from "
        octets += client.hasValidName ? client.name : "[invalid]"
        octets += " ("
        appendAddress(to: &octets)
        octets += ") by "
        octets += hostname
        octets += " (Mailpit) with "
        appendProtocol(to: &octets)
        octets += " id "
        octets += id
        if let login { octets += "\n    (\(Self.comment(on: login)))" }
        appendClauses(to: &octets)
        UTCTime(secondsSince1970: time).appendMailText(to: &octets)
        octets += "\n"
    }

    /// What stands between our name for the message and the time.
    private func appendClauses(to octets: inout [UInt8]) {
        // RFC 5321 §7.2: to name one of several recipients would tell it to the others.
        let recipient = envelope.forwardPaths.count == 1 ? envelope.forwardPaths.first : nil
        if recipient == nil, cipherSuite == nil, clientSubject == nil {
            octets += ";\n    "
            return
        }
        octets += "\n   "
        if let recipient {
            octets += " for <"
            octets += recipient.text
            octets += ">"
        }
        if let cipherSuite {
            octets += " tls "
            octets += cipherSuite
        }
        // No clauses are registered for these, but comments may stand before the semicolon.
        if let clientSubject { octets += "\n    (\(Self.comment(on: clientSubject)))" }
        octets += "; "
    }

    /// What a comment says of a verified client.
    private static func comment(on subject: String) -> String {
        if subject.isEmpty { return "client certificate without a subject" }
        return "client certificate \(commentText(subject))"
    }

    private static func comment(on login: Login) -> String {
        let user = login.user.isEmpty ? "\"\"" : commentText(login.user)
        return "authenticated \(user) by \(login.mechanism)"
    }

    /// Text that the client has chosen itself, as it may stand in a comment. RFC 5322 §3.2.2
    private static func commentText(_ text: String) -> String {
        var octets: [UInt8] = []
        for octet in text.utf8.prefix(maximumTextOctets) {
            switch octet {
            case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "\\"):
                octets += [UInt8(ascii: "\\"), octet]
            case 0x20...0x7E: octets.append(octet)
            default: octets.append(UInt8(ascii: "?"))
            }
        }
        let end = text.utf8.count > maximumTextOctets ? "..." : ""
        return String(decoding: octets, as: UTF8.self) + end
    }

    /// RFC 5322 §2.1.1: a line has 998 characters at most, and each of these may become two.
    private static let maximumTextOctets = 400

    private func appendAddress(to octets: inout [UInt8]) {
        switch origin {
        case .address(let literal):
            octets += "["
            octets += literal
            octets += "]"
        case .user(let uid): octets += "uid \(uid)"
        case .unknown: octets += "unknown"
        }
    }

    /// The `with` keyword of RFC 3848, or of RFC 6531 §4.3 where SMTPUTF8 was asked for.
    private func appendProtocol(to octets: inout [UInt8]) {
        // Without EHLO there is no ESMTP, and so no keyword that could tell of TLS.
        guard client.isExtended else { return octets += "SMTP" }
        octets += envelope.usesSMTPUTF8 ? "UTF8SMTP" : "ESMTP"
        if cipherSuite != nil { octets += "S" }
        if login != nil { octets += "A" }
    }
}
