internal import Notation

// RFC 4954: AUTH. What is in the messages, and who gets in, is decided elsewhere; here is their
// framing in lines of base64, and the replies.

extension Session {
    /// AUTH is required and has not succeeded: mail is refused until it does.
    var mustAuthenticate: Bool {
        configuration.authentication == .required && !isAuthenticated
    }

    /// The mechanisms that EHLO offers and AUTH takes as things stand.
    ///
    /// AUTH before TLS: none while TLS is required (530), and where it is optional only those that
    /// the operator allows without it; if these are none, AUTH gets 538.
    var offeredMechanisms: [String] {
        configuration.authentication == .unavailable || isGated ? [] : mechanisms
    }

    mutating func auth(_ parser: inout CommandParser) throws(Reply) {
        // Where TLS is optional, too: no password is for who has stripped it.
        if case .stripped = offer { throw .mustStartTLS }
        if configuration.authentication == .unavailable { throw .notImplemented }
        let client = try clientReadyForAuthentication()
        if offeredMechanisms.isEmpty, !isProtected { throw .encryptionRequired }
        let (name, text) = try parser.auth()
        guard offeredMechanisms.contains(name) else { throw .unknownMechanism }
        let response = try text.map { text throws(Reply) in try decode(initialResponse: text) }
        state = .authenticating(client)
        pending.append(.beginAuthentication(mechanism: name, initialResponse: response))
    }

    /// RFC 4954 §4: not in a mail transaction, and not again.
    private func clientReadyForAuthentication() throws(Reply) -> Client {
        switch state {
        case .ready(let client):
            if isAuthenticated { throw .alreadyAuthenticated }
            return client
        case .transaction, .betweenChunks, .refusingChunks: throw .authenticationInTransaction
        default: throw .helloFirst
        }
    }

    private func decode(initialResponse text: ArraySlice<UInt8>) throws(Reply) -> [UInt8] {
        // RFC 4954 §4: a response of no octets, which is not the same as no response.
        if text.elementsEqual([.equals]) { return [] }
        guard let response = Base64.decode(text) else { throw .badBase64 }
        return response
    }
}

extension CommandParser {
    /// The mechanisms that clients know. Any other word behind AUTH may be a response, where a client
    /// has left out the mechanism.
    private static var mechanisms: [String] {
        [
            "ANONYMOUS", "CRAM-MD5", "DIGEST-MD5", "EXTERNAL", "GSS-SPNEGO", "GSSAPI", "LOGIN",
            "NTLM", "OAUTHBEARER", "PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256",
            "SCRAM-SHA-256-PLUS", "SCRAM-SHA-512", "SCRAM-SHA-512-PLUS", "XOAUTH2",
        ]
    }

    /// What a log may have of a line: what stands before AUTH, also where that is not the verb, as
    /// behind blanks or in `AUTH=PLAIN`; then AUTH itself, and the mechanism.
    static func withoutCredentials(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var parser = CommandParser(line)
        while !parser.isAtEnd, !parser.take(word: "AUTH") { _ = parser.takeOctet() }
        _ = parser.takeBlanks()
        let end = parser.rest.startIndex
        let name = parser.takeWhile { !$0.isBlank }.map { $0.uppercased }
        _ = parser.takeBlanks()
        let isKnown = mechanisms.contains { $0.utf8.elementsEqual(name) }
        return line[..<(isKnown ? parser.rest.startIndex : end)]
    }
}

// MARK: - Responses

extension Session {
    /// Takes the line with the response to a challenge; false if it is not there yet.
    mutating func takeResponse(_ client: Client) -> Bool {
        switch nextLine(isResponse: true) {
        case .incomplete:
            return false
        case .farTooLong:
            break
        case .tooLong:
            notePipelining(.auth)
            abandonAuthentication(client, .lineTooLong)
        case .complete(let line, _):
            notePipelining(.auth)
            take(response: trimmingBlanks(line), client)
        }
        return true
    }

    private mutating func take(response line: ArraySlice<UInt8>, _ client: Client) {
        let isCancellation = line.elementsEqual([UInt8(ascii: "*")])
        if configuration.reportsCommands {
            let shown = isCancellation ? Array(line) : Array("[redacted]".utf8)
            pending.append(.report(.commandReceived(shown)))
        }
        if isCancellation { return abandonAuthentication(client, .authenticationCancelled) }
        guard let response = Base64.decode(line) else {
            return abandonAuthentication(client, .badBase64)
        }
        state = .authenticating(client)
        pending.append(.continueAuthentication(response: response))
    }

    private mutating func abandonAuthentication(_ client: Client, _ reply: Reply) {
        state = .ready(client)
        pending.append(.abandonAuthentication)
        refuse(reply, to: RefusedCommand(.auth))
    }
}

// MARK: - Events

extension Session {
    /// The exchange goes on: the client has to respond to these octets, of which there may be none.
    package mutating func authenticationChallenged(with challenge: [UInt8]) {
        guard case .authenticating(let client) = state else { return }
        state = .awaitingResponse(client)
        // Not as an answer, which would forget the errors: a client could guess passwords for ever.
        send(.challenge(String(decoding: Base64.encode(challenge), as: UTF8.self)))
    }

    /// The exchange has ended, and the client is who it says.
    package mutating func authenticationSucceeded() {
        guard case .authenticating(let client) = state else { return }
        state = .ready(client)
        isAuthenticated = true
        answer(.authenticationSucceeded)
    }

    /// The exchange has ended in anything else.
    package mutating func authenticationFailed() {
        guard case .authenticating(let client) = state else { return }
        state = .ready(client)
        refuse(.badCredentials, to: RefusedCommand(.auth))
    }
}
