@testable import SMTP

/// What a run of the session target is made of: the configuration, what becomes of the session's
/// requests, and what the client sends.
struct Scenario {
    enum TLS { case required, optional, unavailable, implicit }
    enum AUTH { case unavailable, optional, required }

    let tls: TLS
    let auth: AUTH
    /// Recipients that begin with x are not wanted: refused, or accepted and dropped.
    let recipients: Session.Configuration.Recipients
    let limits: Limits
    /// Decides what becomes of each request.
    let fate: UInt8
    /// How the octets are cut in the second run.
    let cuts: UInt8
    /// What the client sends without waiting, one after the other: cut at 0xFE.
    let flights: [[UInt8]]

    init?(_ input: [UInt8]) {
        guard input.count > 4 else { return nil }
        tls = [.required, .optional, .unavailable, .implicit][Int(input[0] & 3)]
        auth = [.unavailable, .optional, .required, .unavailable][Int(input[0] >> 2 & 3)]
        recipients =
            [.all, .checkedRefusingOthers, .checkedDroppingOthers, .all][
                Int(input[0] >> 4 & 3)]
        hasChunking = input[0] >> 4 & 3 != 3
        // Limits that a short input can reach, or those that are in force.
        var limits = Limits()
        if input[0] & 64 != 0 {
            limits.commandLineOctets = 64
            limits.authLineOctets = 128
            limits.droppedLineOctets = 256
            limits.recipients = 3
            limits.errorsInARow = 5
            limits.commandsWithoutMessage = 12
            limits.octetsPerDeadline = 50
        }
        if input[0] & 128 != 0 { limits.messageOctets = 40 }
        self.limits = limits
        fate = input[1]
        cuts = input[2]
        flights = input.dropFirst(3).split(separator: 0xFE, omittingEmptySubsequences: false)
            .map { Array($0) }
    }

    var configuration: Session.Configuration {
        var configuration = Session.Configuration(
            hostname: "mx.example",
            tls: [.required: .required, .optional: .optional, .unavailable: .unavailable][tls]
                ?? .implicit)
        configuration.authentication =
            [.optional: .optional, .required: .required][auth] ?? .unavailable
        configuration.plaintextMechanisms = allowsPlaintextAUTH ? ["PLAIN"] : []
        configuration.recipients = recipients
        configuration.limits = limits
        if !hasChunking {
            configuration.extensions.remove(.chunking)
            configuration.extensions.insert([.dsn, .requireTLS])
        }
        if hasFailures {
            configuration.chaos = [
                .hello, .startTLS, .sender, .recipient, .begin, .data, .stored,
            ]
        }
        configuration.reportsCommands = fate & 1 != 0
        return configuration
    }

    /// What a failure on purpose is answered with, and nothing else is.
    static let failureCode = 499
    /// The same for a message that is stored.
    static let storedFailureCode = 498

    /// Without it there are DSN and REQUIRETLS instead.
    let hasChunking: Bool

    private var hasFailures: Bool { fate & 8 != 0 }

    /// Whether the action of that number that asks is answered by a failure on purpose.
    func failsOnPurpose(atAction number: Int) -> Bool {
        hasFailures && (number + Int(fate >> 4)) % 3 == 0
    }

    var allowsPlaintextAUTH: Bool { fate & 2 != 0 }

    /// The mechanisms within TLS.
    var mechanisms: [String] { ["PLAIN", "LOGIN"] }

    /// What becomes of the file of the message of that number, the first one being 0.
    enum Storage: Equatable { case stored, cannotBegin, cannotCommit }

    func storage(ofMessage number: Int) -> Storage {
        if fate & 4 == 0 { return .stored }
        return [.stored, .cannotBegin, .cannotCommit][(number + Int(fate >> 4)) % 3]
    }

    /// What becomes of the step of AUTH of that number.
    enum Exchange: Equatable { case challenge, success, failure }

    func exchange(atStep number: Int) -> Exchange {
        [.challenge, .success, .failure, .challenge][(number + Int(fate >> 4)) % 4]
    }

    func isWanted(_ address: some Sequence<UInt8>) -> Bool {
        recipients == .all || !address.starts(with: [UInt8(ascii: "x")])
    }
}
