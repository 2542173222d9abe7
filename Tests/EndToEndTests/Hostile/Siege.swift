import POSIX
import Synchronization
import TestSupport
import Testing

/// One session with a client that means harm: what it must have said when it is over, what the log
/// has to tell, and how much memory it may have had.
///
/// Each prints its peak of resident memory in a line that begins with `hostile`.
struct Siege {
    let name: String
    let mailpit: Mailpit
    private let isSecure: Bool
    private let options: [String]
    /// What the session may need beyond what an ordinary one does.
    private let allowanceKiB: Int

    /// Starts a session whose client has taken the greeting.
    ///
    /// - Parameters:
    ///   - isSecure: TLS is required, so the session is held against one that has used it.
    ///   - greeting: The server speaks first.
    init(
        _ name: String, isSecure: Bool = false, _ options: [String] = [], greeting: Bool = true,
        allowanceKiB: Int = 2048
    ) {
        self.allowanceKiB = allowanceKiB
        self.name = name
        self.isSecure = isSecure
        self.options = options
        mailpit = Mailpit((isSecure ? [] : Mailpit.withoutTLS) + options)
        if greeting { #expect(client.reply() == ["220 mx.example ESMTP Mailpit"], "\(name)") }
    }

    var client: SMTPClient { mailpit.client }

    /// The peak so far.
    var peakKiB: Int? { ProcessTable.peakResidentKiB(of: mailpit.child.pid) }

    /// Expects that nothing more is said but this before the server ends the connection, and that
    /// the session is sound.
    func expectEnd(
        saying expected: String = "", stored: Int = 0, log: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        expectEnd(
            client.rest(), saying: expected, stored: stored, log: log,
            sourceLocation: sourceLocation)
    }

    /// The same where TLS was to come, and at most an alert of it did.
    func expectFailedHandshake(
        log: [String] = [" tls-failed: "], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let octets = client.restInPlaintext()
        // To SSL 3.0, whose records look the same, OpenSSL answers with an alert of that version.
        #expect(
            Wire.isTLS(octets) || octets == [21, 3, 0, 0, 2, 2, 40], "\(name): \(octets)",
            sourceLocation: sourceLocation)
        expectEnd([], saying: "", stored: 0, log: log, sourceLocation: sourceLocation)
    }

    private func expectEnd(
        _ octets: [UInt8], saying expected: String, stored: Int, log: [String],
        sourceLocation: SourceLocation
    ) {
        let said = String(decoding: octets, as: UTF8.self)
        #expect(said == expected, "\(name)", sourceLocation: sourceLocation)
        // The server still waits for the client's end of the connection.
        expectPeak(sourceLocation: sourceLocation)
        client.close()
        expectSound(stored: stored, log: log, sourceLocation: sourceLocation)
    }

    /// Expects that the client's end of the connection, which the server does not wait for any
    /// more, ends the session.
    func expectEndOfClient(
        stored: Int = 0, log: [String], sourceLocation: SourceLocation = #_sourceLocation,
        _ end: () -> Void
    ) {
        expectPeak(sourceLocation: sourceLocation)
        end()
        expectSound(stored: stored, log: log, sourceLocation: sourceLocation)
    }

    func expectSound(stored: Int, log: [String], sourceLocation: SourceLocation) {
        #expect(mailpit.child.wait() == 0, "\(name)", sourceLocation: sourceLocation)
        #expect(mailpit.stored?.count == stored, "\(name)", sourceLocation: sourceLocation)
        #expect(mailpit.abandoned == [], "\(name)", sourceLocation: sourceLocation)
        let text = mailpit.log
        for line in log {
            #expect(text.contains(line), "\(name): \(text)", sourceLocation: sourceLocation)
        }
        // Whatever the client says is one line each, and the last one is ours.
        #expect(
            text.split(separator: "\n").last?.contains(" session-closed: ") == true, "\(name)",
            sourceLocation: sourceLocation)
    }

    /// Expects the peak, the one so far if none is given, to be within bounds, and prints it.
    func expectPeak(_ known: Int? = nil, sourceLocation: SourceLocation = #_sourceLocation) {
        guard let peakKiB = known ?? peakKiB else {
            // It lingers for a second, for which a busy machine may stand still.
            let missed = Ordinary.missed.add(1, ordering: .relaxed).newValue
            #expect(missed <= 5, "\(name) and others are gone", sourceLocation: sourceLocation)
            return
        }
        let ordinary = Ordinary.peakKiB(isSecure: isSecure, options)
        Ordinary.say(name, peakKiB, ordinary)
        #expect(peakKiB - ordinary <= allowanceKiB, "\(name)", sourceLocation: sourceLocation)
    }
}

/// The sessions that hostile ones are held against: one message, and the end in order.
enum Ordinary {
    private static let peaks = Mutex<[String: Int]>([:])
    /// How many of the others were over before their peak could be read.
    static let missed = Atomic<Int>(0)

    /// The peak of an ordinary session with these options.
    static func peakKiB(isSecure: Bool, _ options: [String]) -> Int {
        let key = "\(isSecure) \(options)"
        if let known = peaks.withLock({ $0[key] }) { return known }
        let mailpit = Mailpit((isSecure ? [] : Mailpit.withoutTLS) + options)
        let client = mailpit.client
        if options.contains("--smtp-require-tls") { _ = client.handshake() }
        _ = client.reply()
        if isSecure, !options.contains("--smtp-require-tls") { client.enterTLS() }
        client.command("EHLO client.example")
        if options.contains("--smtp-auth-file") { client.command(Credentials.line) }
        #expect(client.deliver("Subject: x\r\n\r\ny\r\n").hasPrefix("250 2.0.0 "), "\(key)")
        let peak = ProcessTable.peakResidentKiB(of: mailpit.child.pid) ?? 0
        client.quit()
        #expect(mailpit.child.wait() == 0)
        say("an ordinary session\(isSecure ? " over TLS" : "") \(options)", peak, peak)
        peaks.withLock { $0[key] = peak }
        return peak
    }

    static func say(_ name: String, _ peakKiB: Int, _ ordinaryKiB: Int) {
        let columns = ["\(peakKiB)", "\(peakKiB - ordinaryKiB)"].map {
            String(repeating: " ", count: max(0, 7 - $0.count)) + $0
        }
        print("hostile\(columns[0]) KiB\(columns[1])  \(name)")
    }
}

/// Who may log in.
enum Credentials {
    /// `alice` with `password`, and `bob` with `pencil` by SCRAM.
    static let file = """
        alice:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=
        bob:{SCRAM-SHA-256}4096,W22ZaJ0SNY7soEsUEjb6gQ==,\
        WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=,wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=

        """

    static let line = "AUTH PLAIN AGFsaWNlAHBhc3N3b3Jk"
}
