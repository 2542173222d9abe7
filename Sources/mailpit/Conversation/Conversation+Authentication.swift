internal import SASL
internal import SMTP
internal import TLS

extension Conversation {
    /// An exchange that is under way, and by what.
    struct Authentication {
        let mechanism: Mechanism
        var exchange: Exchange
    }

    /// The names of what a client may choose from on such a connection.
    static func offered(_ policy: Policy?, over channel: Channel) -> [String] {
        policy?.offered(over: channel).map { $0.rawValue } ?? []
    }

    /// What an exchange may know of the connection as it is now.
    var channel: Channel {
        guard resources.policy != nil, let tls = connection.tlsFacts else { return Channel() }
        return Channel(
            isProtected: true, tlsExporter: connection.channelBinding,
            // A certificate without a subject may be valid, and yet names nobody to log in as.
            clientSubject: tls.clientSubject.flatMap { $0.isEmpty ? nil : $0 })
    }

    /// Who the client has logged in as; nobody once TLS has come after the login.
    var login: DeliveryHeader.Login? { session.isAuthenticated ? lastLogin : nil }

    mutating func beginAuthentication(_ name: String, initialResponse: [UInt8]?)
        throws(Interruption)
    {
        let mechanism = Mechanism(named: name)
        let hasResponse = initialResponse != nil
        if try refusesLoginOnPurpose(by: mechanism, hasResponse: hasResponse) { return }
        guard let policy = resources.policy, let mechanism else {
            return session.authenticationFailed()
        }
        var exchange = Exchange(policy, over: channel)
        let step = exchange.begin(mechanism, initialResponse: initialResponse)
        authentication = Authentication(mechanism: mechanism, exchange: exchange)
        follow(step)
    }

    mutating func continueAuthentication(_ response: [UInt8]) {
        if tokenRefusal != nil { return goOnRefusingToken() }
        guard let step = authentication?.exchange.respond(response) else {
            return session.authenticationFailed()
        }
        follow(step)
    }

    private mutating func follow(_ step: Exchange.Step) {
        let mechanism = authentication?.mechanism.rawValue ?? "AUTH"
        switch step {
        case .challenge(let challenge):
            return session.authenticationChallenged(with: challenge)
        case .succeeded(let user):
            let login = DeliveryHeader.Login(user: user, mechanism: mechanism)
            log.authenticated(login)
            lastLogin = login
            session.authenticationSucceeded()
        case .failed(let failure):
            log.authenticationFailed(failure, by: mechanism)
            if authentication?.mechanism.takesToken == true {
                refuse(TokenRefusal())
            } else {
                session.authenticationFailed()
            }
        }
        authentication = nil
    }
}

// MARK: - Tokens

extension Conversation {
    /// A client by OAUTHBEARER or XOAUTH2 that learns in the way of these mechanisms that its token is
    /// not taken.
    struct TokenRefusal {
        /// The failure on purpose that the exchange ends with, or nil where the client has failed.
        var reply: Reply?
        /// Whether the token has come: else it is asked for first.
        var hasToken = true

        /// RFC 7628 §3.2.2: why, for the client's eyes.
        var reason: [UInt8] {
            Array(#"{"status":"\#(reply == nil ? "invalid_request" : "invalid_token")"}"#.utf8)
        }
    }

    mutating func refuse(_ refusal: TokenRefusal) {
        tokenRefusal = refusal
        session.authenticationChallenged(with: refusal.hasToken ? refusal.reason : [])
    }

    /// Goes on behind the token, or behind the client's answer to what is wrong with it. RFC 7628
    /// §3.2.3: that says nothing, and only then the exchange may end.
    private mutating func goOnRefusingToken() {
        guard var refusal = tokenRefusal else { return }
        if !refusal.hasToken {
            refusal.hasToken = true
            return refuse(refusal)
        }
        tokenRefusal = nil
        switch refusal.reply {
        case .some(let reply): session.refused(with: reply)
        case nil: session.authenticationFailed()
        }
    }
}

extension Mechanism {
    /// RFC 7628, and what came before it.
    var takesToken: Bool { self == .oauthBearer || self == .xoauth2 }
}
