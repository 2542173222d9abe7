internal import Notation

// Mechanisms by tokens, which only whoever issued them can check: they are offered only where
// anything is accepted. The form of a message is checked all the same.

extension Exchange {
    /// RFC 7628 §3.1: a GS2 header, then pairs of key and value, each with ^A before it and two
    /// at the end; the user is the identity in the header.
    func takeOAuthBearer(_ message: [UInt8]) throws(Failure) -> String {
        let header = message.prefix { $0 != separator }
        let fields = header.split(separator: .comma, omittingEmptySubsequences: false)
        guard fields.count == 3, fields[2].isEmpty,
            fields[0].elementsEqual("n".utf8) || fields[0].elementsEqual("y".utf8)
        else { throw .malformed(.oauthBearer) }
        try checkToken(message[header.endIndex...].dropFirst(), .oauthBearer)
        if fields[1].isEmpty { return "" }
        guard fields[1].starts(with: "a=".utf8) else { throw .malformed(.oauthBearer) }
        return try anyName(SCRAMClientFirst.saslname(Array(fields[1].dropFirst(2))))
    }

    /// `user=NAME ^A auth=Bearer TOKEN ^A ^A`, as developers.google.com/gmail/imap/xoauth2-protocol
    /// has it.
    func takeXOAuth2(_ message: [UInt8]) throws(Failure) -> String {
        let user = message.prefix { $0 != separator }
        guard user.starts(with: "user=".utf8) else { throw .malformed(.xoauth2) }
        try checkToken(message[user.endIndex...].dropFirst(), .xoauth2)
        return try anyName(Array(user.dropFirst(5)))
    }

    /// Whether pairs that end in ^A have a bearer token among them, and a last ^A behind them.
    private func checkToken(_ text: ArraySlice<UInt8>, _ mechanism: Mechanism) throws(Failure) {
        let pairs = text.split(separator: separator, omittingEmptySubsequences: false)
        guard pairs.count >= 3, pairs.suffix(2).allSatisfy({ $0.isEmpty }),
            pairs.dropLast(2).contains(where: isBearerToken)
        else { throw .malformed(mechanism) }
    }

    /// RFC 6750 §2.1: the scheme in letters of either case, and a token in printable ASCII.
    private func isBearerToken(_ pair: ArraySlice<UInt8>) -> Bool {
        let scheme = Array("auth=bearer ".utf8)
        let token = pair.dropFirst(scheme.count)
        return pair.prefix(scheme.count).elementsEqual(scheme) { $0.lowercased == $1 }
            && !token.isEmpty && token.allSatisfy { $0.isVisible }
    }

    /// ^A
    private var separator: UInt8 { 0x01 }
}
