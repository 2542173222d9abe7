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
    ///
    /// It is put together piece by piece in one place, as every message is waited for by its client.
    package var text: String {
        var text = "Return-Path: <"
        text.reserveCapacity(Self.usualOctets)
        text += envelope.reversePath.text
        text += ">\n"
        let paths = envelope.forwardPaths
        Self.fold("Envelope-To:", paths.count, into: &text) { "<\(paths[$0].text)>" }
        appendReceived(to: &text)
        let requests = envelope.requests
        if !requests.isEmpty {
            Self.fold("X-Mailpit-DSN:", requests.count, "", into: &text) { requests[$0] }
        }
        let names = findings.names
        if !names.isEmpty {
            Self.fold("X-Mailpit-Findings:", names.count, into: &text) { names[$0] }
        }
        return text
    }

    /// So many octets have room without the text's being moved; there may be more.
    private static let usualOctets = 640

    /// A list, folded so that a line stays within the 78 characters of RFC 5322 §2.1.1 wherever its
    /// items let it. There may be so many that they are not wanted all at once.
    private static func fold(
        _ name: String, _ count: Int, _ separator: String = ",", into text: inout String,
        item word: (Int) -> String
    ) {
        text += name
        var column = name.utf8.count
        for index in 0..<count {
            let item = word(index)
            let separator = index == count - 1 ? "" : separator
            let octets = item.utf8.count + separator.utf8.count
            if index > 0, column + 1 + octets > 78 {
                text += "\n   "
                column = 3
            }
            text += " "
            text += item
            text += separator
            column += 1 + octets
        }
        text += "\n"
    }

    /// RFC 5321 §4.4: Time-stamp-line, with the `tls` clause of RFC 8314 §4.3.
    private func appendReceived(to text: inout String) {
        text += "Received: from "
        text += client.hasValidName ? client.name : "[invalid]"
        text += " ("
        text += address
        text += ") by "
        text += hostname
        text += " (Mailpit) with "
        text += with
        text += " id "
        text += id
        if let login { text += "\n    (\(Self.comment(on: login)))" }
        let clauses = clauses
        if clauses.isEmpty {
            text += ";\n    "
        } else {
            text += "\n   "
            text += clauses
            text += "; "
        }
        text += UTCTime(secondsSince1970: time).mailText
        text += "\n"
    }

    /// What stands between our name for the message and the time, each with a blank before it.
    private var clauses: String {
        var clauses = ""
        // RFC 5321 §7.2: to name one of several recipients would tell it to the others.
        if envelope.forwardPaths.count == 1, let path = envelope.forwardPaths.first {
            clauses += " for <\(path.text)>"
        }
        if let cipherSuite { clauses += " tls \(cipherSuite)" }
        // No clauses are registered for these, but comments may stand before the semicolon.
        if let clientSubject { clauses += "\n    (\(Self.comment(on: clientSubject)))" }
        return clauses
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

    private var address: String {
        switch origin {
        case .address(let literal): "[\(literal)]"
        case .user(let uid): "uid \(uid)"
        case .unknown: "unknown"
        }
    }

    /// The `with` keyword of RFC 3848, or of RFC 6531 §4.3 where SMTPUTF8 was asked for.
    private var with: String {
        // Without EHLO there is no ESMTP, and so no keyword that could tell of TLS.
        guard client.isExtended else { return "SMTP" }
        let base = envelope.usesSMTPUTF8 ? "UTF8SMTP" : "ESMTP"
        return base + (cipherSuite == nil ? "" : "S") + (login == nil ? "" : "A")
    }
}
