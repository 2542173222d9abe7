internal import Glibc
internal import POSIX
internal import SMTP
internal import TLS

/// One connection of a run: carries out what a session decides, as the script has it.
///
/// It is the only type that knows of the session.
final class Dialogue: @unchecked Sendable {
    // One thread runs it, another one has made it.
    let performance: Performance
    let script: Script
    private let index: Int
    private var session: Session
    var wire: Wire
    var output = ReplyWriter()
    /// What came while the server kept silent.
    var earlyInput: [UInt8] = []
    private var login: Login?
    private var records = RecordFilter()
    private(set) var isInTLS = false
    /// Lines that came and that the session has not told of yet, up to the first message.
    private(set) var unheardLines = 0
    private var isOver = false

    init(_ performance: Performance, _ index: Int, _ connection: consuming Descriptor) {
        self.performance = performance
        self.index = index
        let scenario = performance.scenario
        script = index > 1 ? scenario.laterScript ?? scenario.script : scenario.script
        session = Session(script.configuration(performance.options))
        wire = Wire(connection)
    }

    private var options: StageOptions { performance.options }

    /// Leads it to its end.
    func run() {
        log("* connected")
        while true {
            while !isOver, let action = session.next() { carryOut(action) }
            if isOver { break }
            flush()
            receive()
        }
        performance.found(session.allFindings)
    }

    private func carryOut(_ action: Action) {
        switch action {
        case .reply(let reply):
            var octets: [UInt8] = []
            reply.append(to: &octets)
            send(octets)
        case .startTLS: startTLS()
        case .ask: session.permitted()
        case .beginMessage, .appendMessage, .abandonMessage: break
        case .checkRecipient: session.recipientChecked(isAllowed: script.acceptsRecipients)
        case .beginAuthentication(let mechanism, let response):
            keep(response ?? [])
            login = Login(mechanism, hasInitialResponse: response != nil)
            followLogin()
        case .continueAuthentication(let response):
            keep(response)
            followLogin()
        case .abandonAuthentication: login = nil
        case .commitMessage: store()
        case .report(.commandReceived(let line)): heard(line)
        case .report: break
        case .close: close()
        }
    }

    func log(_ lines: String...) {
        performance.write(lines, index)
    }
}

// MARK: - What is decided here and not by the session

extension Dialogue {
    /// A command line, credentials redacted.
    private func heard(_ line: [UInt8]) {
        log("C: " + Self.printable(line))
        unheardLines -= 1
        output.heard(line)
        let verb = output.verb
        performance.observe { [isInTLS] seen in
            switch (verb, isInTLS) {
            case ("AUTH", false): seen.hasAuthInPlaintext = true
            case ("AUTH", true): seen.hasAuthInTLS = true
            case ("MAIL", false): seen.hasMailInPlaintext = true
            case ("MAIL", true): seen.hasMailInTLS = true
            default: break
            }
        }
    }

    private func keep(_ response: [UInt8]) {
        performance.observe { $0.credentials.formUnion(Redaction.texts(of: response)) }
    }

    private func followLogin() {
        if let challenge = login?.next(host: options.host) {
            return session.authenticationChallenged(with: challenge)
        }
        login = nil
        script.acceptsCredentials
            ? session.authenticationSucceeded() : session.authenticationFailed()
    }

    private func store() {
        output.isMessageEnd = true
        // A message that nobody acknowledges, on purpose or not, is not delivered.
        guard script.storesMessages, !output.isMute, !output.isRefusing else {
            return session.storingFailed(.other)
        }
        log("* message stored")
        performance.observe { $0.stored += 1 }
        session.messageStored(as: "\(index)")
    }
}

// MARK: - The connection

extension Dialogue {
    private func send(_ octets: [UInt8]) {
        var octets = output.isRefusing ? Self.refusal : octets
        if !output.isRefusing {
            let twists = script.twists.filter { output.isDue($0, isInTLS: isInTLS) }
            output.replied()
            for twist in twists where !isOver { apply(twist, &octets) }
        }
        guard !isOver, !output.isMute else { return }
        log(octets)
        output.pending += octets
    }

    /// What every line gets where all are refused.
    private static let refusal = Array("500 5.5.2 Command not recognized\r\n".utf8)

    func log(_ octets: [UInt8]) {
        for line in octets.split(separator: 10) { log("S: " + Self.printable(Array(line))) }
    }

    func flush() {
        if output.pending.isEmpty { return }
        wire.write(output.pending)
        output.pending = []
    }

    private func receive() {
        if !earlyInput.isEmpty {
            session.receive(earlyInput.span)
            earlyInput = []
            return
        }
        var input = [UInt8](repeating: 0, count: 16 << 10)
        switch wire.read(into: &input, until: .after(seconds: .max)) {
        case .octets(let count):
            let octets =
                output.isRefusing
                ? records.lines(from: input[..<count]) : Array(input[..<count])
            unheardLines += octets.count { $0 == 10 }
            session.receive(octets.span)
        case .end: session.disconnected()
        case .truncated: session.disconnected(.truncated)
        case .lost, .timedOut: session.disconnected(.givenUp)
        }
    }

    private func startTLS() {
        flush()
        let failure = handshake()
        var seen = Observation.Handshake(wire.tlsFacts ?? TLSSessionFacts())
        seen.failure = failure
        performance.observe { $0.handshakes.append(seen) }
        log("* TLS: " + (failure ?? "\(seen.version ?? ""), \(seen.cipher ?? "")"))
        if failure != nil { return session.disconnected(.givenUp) }
        isInTLS = true
        unheardLines = 0
        output.enteredTLS()
        session.tlsEstablished(
            isOutdated: wire.tlsFacts?.version?.isOutdated ?? false,
            isServerNamed: seen.serverName != nil,
            mechanisms: script.offersAuthInTLS ? options.mechanisms : [])
    }

    /// Tells why there is no TLS, or nil.
    private func handshake() -> String? {
        switch script.handshake {
        case .sound: break
        case .slow: wire.pause(milliseconds: options.pauses.slowMilliseconds)
        case .alert(let number):
            wire.refuseTLS(TLSAlert(description: number))
            return "refused by the alert \(number)"
        case .closed:
            wire.refuseTLS(nil)
            return "refused by the end of the connection"
        }
        do throws(TLSError) {
            return wire.secure(by: try script.context(options))
        } catch {
            return error.description
        }
    }

    func close(isOrderly: Bool = true) {
        if isOver { return }
        isOver = true
        flush()
        switch wire.close(isOrderly: isOrderly) {
        case .end: session.disconnected(isOrderly ? .orderly : .givenUp)
        case .truncated: session.disconnected(isOrderly ? .truncated : .givenUp)
        case .lost: session.disconnected(.givenUp)
        case .octets, .timedOut: break
        }
        log("* closed")
    }
}
