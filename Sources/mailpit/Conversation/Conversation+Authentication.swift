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
        policy?.offered(over: channel).map(\.rawValue) ?? []
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
            session.authenticationFailed()
        }
        authentication = nil
    }
}
