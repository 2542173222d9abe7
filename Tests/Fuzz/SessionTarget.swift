@testable import SMTP

/// The session in full flight: each reply is of the class that the model predicts, the octets that
/// are stored are those that were sent, and how they were cut makes no difference.
enum SessionTarget {
    static func run(_ input: [UInt8]) {
        guard let scenario = Scenario(input) else { return }
        var whole = Conversation(scenario)
        var model = ReplyModel(scenario)
        model.expectGreeting(whole.takeReplies())
        for flight in scenario.flights {
            whole.send(flight, cuts: 0)
            model.receive(flight, replies: whole.takeReplies(), stored: whole.takeStored())
            if whole.isOver { break }
        }
        // A STARTTLS with something behind it shows only where both come at once.
        if whole.isInjected { return }
        for cuts in [scenario.cuts | 1, 255] {
            var cut = Conversation(scenario)
            for flight in scenario.flights where !cut.isOver { cut.send(flight, cuts: cuts) }
            require(cut.events == whole.events, "cut: \(cut.events) whole: \(whole.events)")
        }
    }
}

/// What is compared between two runs.
private enum Event: Equatable {
    case action(Action)
    /// Those of a message that is made durable, in one piece.
    case octets([UInt8])
}

/// Carries out what a session wants done, as the scenario has it.
private struct Conversation {
    private let scenario: Scenario
    private var session: Session
    private var replies: [Int] = []
    private var stored: [[UInt8]] = []
    private(set) var events: [Event] = []
    private(set) var isOver = false
    private(set) var isInjected = false
    private var isSecure = false
    private var isGreeted = false
    private var message: [UInt8]?
    private var messages = 0
    private var steps = 0
    private var asked = 0

    init(_ scenario: Scenario) {
        self.scenario = scenario
        session = Session(scenario.configuration)
        carryOut()
    }

    mutating func takeReplies() -> [Int] {
        defer { replies = [] }
        return replies
    }

    mutating func takeStored() -> [[UInt8]] {
        defer { stored = [] }
        return stored
    }

    mutating func send(_ octets: [UInt8], cuts seed: UInt8) {
        var cuts = Cuts(seed)
        var rest = octets[...]
        while !rest.isEmpty, !isOver {
            let part = Array(rest.prefix(cuts.next(upTo: octets.count)))
            rest = rest.dropFirst(part.count)
            session.receive(part.span)
            carryOut()
        }
    }

    private mutating func carryOut() {
        while let action = session.next() {
            require(!isOver, "\(action) behind the end")
            carryOut(action)
        }
    }

    private mutating func carryOut(_ action: Action) {
        switch action {
        case .appendMessage(let octets):
            require(message != nil && !octets.isEmpty, "octets for no message")
            message! += octets
            return
        case .report(.startTLSInjection): isInjected = true
        case .report, .abandonAuthentication: break
        case .ask(.stored, _) where failsOnPurpose():
            session.refused(with: .chaos(Scenario.storedFailureCode, at: .stored))
        case _ where asks(action) && failsOnPurpose():
            session.refused(with: .chaos(Scenario.failureCode, at: .data))
        case .ask: session.permitted()
        case .reply(let reply): replies.append(reply.code)
        case .startTLS:
            isSecure = true
            session.tlsEstablished(mechanisms: scenario.mechanisms)
        case .checkRecipient(let path):
            session.recipientChecked(isAllowed: scenario.isWanted(path.text.utf8))
        case .beginAuthentication, .continueAuthentication: authenticate()
        case .beginMessage: begin()
        case .commitMessage: commit()
        case .abandonMessage:
            require(message != nil, "nothing to abandon")
            message = nil
        case .close:
            require(message == nil, "a message is left behind")
            isOver = true
        }
        if scenario.tls == .required, !isSecure {
            switch action {
            case .beginMessage, .checkRecipient, .beginAuthentication, .commitMessage:
                require(false, "\(action) before TLS")
            default: break
            }
        }
        events.append(.action(action))
    }

    /// What a failure on purpose may be the answer to.
    private func asks(_ action: Action) -> Bool {
        switch action {
        case .ask(.stored, _): false
        case .ask, .checkRecipient, .beginAuthentication, .commitMessage: true
        default: false
        }
    }

    private mutating func failsOnPurpose() -> Bool {
        asked += 1
        return scenario.failsOnPurpose(atAction: asked - 1)
    }

    private mutating func authenticate() {
        steps += 1
        switch scenario.exchange(atStep: steps - 1) {
        case .challenge: session.authenticationChallenged(with: [])
        case .success: session.authenticationSucceeded()
        case .failure: session.authenticationFailed()
        }
    }

    private mutating func begin() {
        require(message == nil, "two messages at once")
        message = []
        messages += 1
        if scenario.storage(ofMessage: messages - 1) == .cannotBegin {
            message = nil
            session.storingFailed(.other)
        }
    }

    private mutating func commit() {
        guard let octets = message else {
            require(session.envelope?.forwardPaths == [], "nothing to commit")
            return session.messageStored(as: nil)
        }
        message = nil
        events.append(.octets(octets))
        if scenario.storage(ofMessage: messages - 1) == .cannotCommit {
            session.storingFailed(.full)
        } else {
            stored.append(octets)
            // That commands came together is the one thing that is told of how octets were cut.
            session.sessionFindings.remove(.improperPipelining)
            session.messageStored(as: "NAME")
        }
    }
}
