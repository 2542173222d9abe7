import Verify

/// A client of mail submission that does everything right, or all but what it is told.
///
/// Its timeouts are those of somebody in a hurry, as the server's pauses are short in tests.
struct Client {
    let port: UInt16
    let host: String
    let authorityFile: String
    var isImplicit = false
    var mistakes: Set<Mistake> = []
    /// It throws away what came behind the 220, and goes on; else it stops.
    var discardsBuffer = false

    static let patienceMilliseconds = 4000
    static let impatienceMilliseconds = 1200

    /// Delivers one message, and says how it exits.
    func run() -> ClientExit {
        do {
            try attempt()
            if has(.deliversTwice) { try attempt() }
            return .exited(has(.exitsWithOne) ? 1 : 0)
        } catch ClientFailure.refusedGreeting where has(.hidesRefusedGreeting) {
            return .exited(0)
        } catch ClientFailure.lost where has(.hidesLoss) {
            return .exited(0)
        } catch {
            return .exited(1)
        }
    }

    func has(_ mistake: Mistake) -> Bool { mistakes.contains(mistake) }

    private func attempt() throws {
        do {
            try ClientSession(self).deliver(isProtected: true)
        } catch ClientFailure.insecure where has(.retriesInPlaintext) {
            try ClientSession(self).deliver(isProtected: false)
        } catch ClientFailure.lost where has(.retriesLossInPlaintext) {
            try ClientSession(self).deliver(isProtected: false)
        }
    }
}

enum ClientFailure: Error {
    /// The connection ended.
    case lost
    case timedOut
    case refusedGreeting
    /// The handshake failed, or the certificate cannot be trusted.
    case insecure
    case refused
}
