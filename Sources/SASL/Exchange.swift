internal import Notation

/// One authentication exchange: what AUTH begins, without the framing that SMTP gives it.
///
/// Responses go in and steps come out, as octets without base64; there is no I/O. Whatever a client
/// sends, an exchange ends in success or in a failure with a reason for the log. RFC 4422 §3
package struct Exchange: Sendable {
    /// What follows from what the client said.
    package enum Step: Equatable, Sendable {
        /// Send this, which may be empty, and come back with the response.
        case challenge([UInt8])
        /// The exchange is over, and the client is this user; the name may be empty where any
        /// credentials are accepted.
        case succeeded(user: String)
        /// The exchange is over. The client is told no more than that.
        case failed(Failure)
    }

    /// What the next response is.
    private enum State: Sendable {
        case idle
        /// The first message of a mechanism in which the client speaks first.
        case firstMessage(Mechanism)
        case loginPassword(user: [UInt8])
        case digest
        case scramProof(SCRAM)
        case scramAcknowledgement(user: String)
        case over
    }

    let policy: Policy
    let channel: Channel
    private var state = State.idle
    /// Printable ASCII without commas, different for each exchange.
    private let nonce: [UInt8]

    package init(_ policy: Policy, over channel: Channel) {
        self.init(policy, over: channel, nonce: Self.randomNonce())
    }

    init(_ policy: Policy, over channel: Channel, nonce: [UInt8]) {
        self.policy = policy
        self.channel = channel
        self.nonce = nonce
    }

    /// 18 octets from getrandom(2), which is where Swift's random numbers come from.
    private static func randomNonce() -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return Base64.encode((0..<18).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }

    /// Begins the exchange, once. The initial response is nil where there is none, which is not the
    /// same as an empty one.
    ///
    /// It fails for a mechanism that is not offered. A session refuses such a one by itself, but what
    /// lets nobody in who should not get in does not depend on that.
    package mutating func begin(_ mechanism: Mechanism, initialResponse: consuming [UInt8]?) -> Step
    {
        guard case .idle = state, policy.offered(over: channel).contains(mechanism) else {
            return end(Failure("\(mechanism.rawValue) is not offered"))
        }
        if mechanism == .cramMD5 {
            // RFC 4422 §5: in it the server speaks first.
            if initialResponse != nil { return end(.malformed(mechanism)) }
            state = .digest
            return .challenge(cramChallenge())
        }
        state = .firstMessage(mechanism)
        guard let initialResponse else {
            return .challenge(mechanism == .login ? Array("Username:".utf8) : [])
        }
        return respond(initialResponse)
    }

    /// Goes on with the client's response to the last challenge, and overwrites it if the caller
    /// has kept no copy.
    package mutating func respond(_ response: consuming [UInt8]) -> Step {
        defer { wipe(&response) }
        do throws(Failure) {
            return try take(response)
        } catch {
            return end(error)
        }
    }

    private mutating func end(_ failure: Failure) -> Step {
        state = .over
        return .failed(failure)
    }

    private mutating func take(_ response: borrowing [UInt8]) throws(Failure) -> Step {
        let state = state
        self.state = .over
        switch state {
        case .idle, .over:
            throw Failure("no exchange is in progress")
        case .firstMessage(let mechanism):
            return try takeFirst(copy response, mechanism)
        case .loginPassword(let user):
            return .succeeded(user: try check(user, (copy response)[...]))
        case .digest:
            return .succeeded(user: try takeDigest(copy response))
        case .scramProof(let scram):
            let (user, proof) = try scram.finish(copy response)
            self.state = .scramAcknowledgement(user: user)
            // RFC 4954 §4: what the server says at the end goes into a challenge of its own.
            return .challenge(proof)
        case .scramAcknowledgement(let user):
            guard (copy response).isEmpty else { throw .malformedSCRAM.of(user) }
            return .succeeded(user: user)
        }
    }

    private mutating func takeFirst(_ response: [UInt8], _ mechanism: Mechanism) throws(Failure)
        -> Step
    {
        switch mechanism {
        case .plain:
            return .succeeded(user: try takePlain(response))
        case .login:
            state = .loginPassword(user: response)
            return .challenge(Array("Password:".utf8))
        case .external:
            return .succeeded(user: try takeExternal(response))
        case .oauthBearer:
            return .succeeded(user: try takeOAuthBearer(response))
        case .xoauth2:
            return .succeeded(user: try takeXOAuth2(response))
        case .scramSHA256, .scramSHA256Plus:
            let scram = try beginSCRAM(response, isPlus: mechanism == .scramSHA256Plus)
            state = .scramProof(scram)
            return .challenge(scram.challenge)
        case .cramMD5:
            throw .malformed(mechanism)
        }
    }

    private func beginSCRAM(_ response: [UInt8], isPlus: Bool) throws(Failure) -> SCRAM {
        guard case .store(let store) = policy.credentials else {
            throw Failure("no keys for SCRAM")
        }
        return try SCRAM(
            response, store, binding: isPlus ? channel.tlsExporter : nil,
            isPlusOffered: policy.offered(over: channel).contains(.scramSHA256Plus), nonce: nonce)
    }

    /// RFC 2195 §2: what nobody can have seen before, in the form of a message identifier.
    func cramChallenge() -> [UInt8] {
        Array("<\(String(decoding: nonce, as: UTF8.self))@\(policy.hostname)>".utf8)
    }
}
