import Glibc
import POSIX
import Synchronization
import TestSupport
import Testing

/// Many sessions at a time, and sessions that are killed at any moment.
@Suite(.serialized) struct DurabilityTests {
    /// Runs a body for each number below `count`, so many at a time, and waits until all are done.
    private func forEach(
        below count: Int, atATime width: Int, _ body: @escaping @Sendable (Int) -> Void
    ) -> Bool {
        let work = Work()
        for _ in 0..<width {
            startThread {
                while let number = work.begin(below: count) {
                    body(number)
                    work.end()
                }
            }
        }
        return eventually(seconds: 4 * Child.patience) { work.ended == count }
    }

    private final class Work: Sendable {
        private let counts = Mutex((begun: 0, ended: 0))
        var ended: Int { counts.withLock { $0.ended } }
        func end() { counts.withLock { $0.ended += 1 } }
        func begin(below count: Int) -> Int? {
            counts.withLock { counts in
                guard counts.begun < count else { return nil }
                counts.begun += 1
                return counts.begun - 1
            }
        }
    }

    /// A message that is unlike any other and shows whether it is whole.
    private static func text(_ id: String, lines: Int = 100) -> String {
        "Subject: \(id)\r\n\r\n" + String(repeating: "line of \(id)\r\n", count: lines)
            + "end of \(id)\r\n"
    }

    private static func stored(_ id: String, lines: Int = 100) -> [UInt8] {
        Array(text(id, lines: lines).utf8.filter { $0 != 13 })
    }

    @Test func `200 sessions, 20 at a time, store 200 messages`() throws {
        let server = try SuperServer(.activatePassingConnections)
        let port = server.port
        let replies = Mutex<[Int: String]>([:])
        let isDone = forEach(below: 200, atATime: 20) { number in
            let client = SMTPClient(connectToLoopback(port: port))
            client.begin()
            let reply = client.deliver(Self.text("message \(number)"))
            replies.withLock { $0[number] = reply }
            client.quit()
        }
        #expect(isDone)
        let prefix = "250 2.0.0 Ok: queued as "
        let names = replies.withLock { $0 }.values.map { reply in
            // Behind the name there may be findings.
            reply.hasPrefix(prefix)
                ? String(reply.dropFirst(prefix.count).prefix { $0 != " " }) : reply
        }
        let messages = server.stored
        #expect(messages.count == 200)
        #expect(Set(messages.compactMap { $0.trace?.id }) == Set(names))
        #expect(messages.allSatisfy { $0.hasSoundName })
        #expect(
            Set(messages.compactMap(\.message))
                == Set((0..<200).map { Self.stored("message \($0)") }))
        #expect(namesInDirectory("\(server.maildir)/tmp") == [])
    }

    /// A session of three messages, the process of which is killed after so many microseconds.
    /// Returns what was acknowledged, and how long it took as a whole.
    private static func killedSession(
        _ number: Int, in directory: TemporaryDirectory, after microseconds: UInt32?
    ) -> (acknowledged: [String], microseconds: UInt32) {
        let pair = SocketPair()
        let socket = pair.second.rawValue
        let start = Clock.monotonicNanoseconds()
        let child = Child(
            [Mailpit.binary],
            environment: [
                "MP_MAILDIR": directory.file("Maildir"), "MP_HOSTNAME": "mx.example",
                "MP_SMTP_TLS_CERT": TestCertificate.shared.certificateFile,
                "MP_SMTP_TLS_KEY": TestCertificate.shared.keyFile,
            ], descriptors: [0: socket, 1: socket])
        let client = SMTPClient(Descriptor(owning: dup(pair.first.rawValue)))
        // Only the process has it now, so that the client sees its end.
        pair.closeSecond()
        if let microseconds {
            let pid = child.pid
            startThread {
                // This is the random moment itself, and no wait for anything.
                usleep(microseconds)
                kill(pid, SIGKILL)
            }
        }
        var acknowledged: [String] = []
        _ = client.reply()
        if client.command("STARTTLS") == ["220 2.0.0 Ready to start TLS"], client.handshake() {
            client.command("EHLO client.example")
            for message in 0..<3 {
                let id = "message \(number)-\(message)"
                if client.deliver(text(id, lines: 3000)).hasPrefix("250 2.0.0 Ok: queued") {
                    acknowledged.append(id)
                }
            }
        }
        let end = Clock.monotonicNanoseconds()
        if microseconds == nil { client.quit() }
        // Waited for only now, so that the number is not another process's when it is killed.
        _ = child.wait()
        return (acknowledged, UInt32((end - start) / 1000))
    }

    @Test func `sessions killed at any moment lose and halve nothing`() {
        let directory = TemporaryDirectory()
        let whole = Self.killedSession(-1, in: directory, after: nil)
        #expect(whole.acknowledged.count == 3)
        var random = Seeded(state: 2)
        // From before its first instruction to somewhat beyond its end.
        let moments = (0..<150).map { _ in Double.random(in: 0..<2, using: &random) }
        let duration = Mutex(whole.microseconds)
        let acknowledged = Mutex<[String]>(whole.acknowledged)
        let isDone = forEach(below: moments.count, atATime: 4) { number in
            // How long a whole one takes changes with what else runs, so every tenth is one.
            let isWhole = number % 10 == 0
            let moment = UInt32(moments[number] * Double(duration.withLock { $0 }))
            let session = Self.killedSession(
                number, in: directory, after: isWhole ? nil : moment)
            if isWhole { duration.withLock { $0 = session.microseconds } }
            acknowledged.withLock { $0 += session.acknowledged }
        }
        #expect(isDone)
        let messages = (namesInDirectory(directory.file("Maildir/new")) ?? []).map { name in
            StoredMessage(
                name: name, octets: octetsOfFile(directory.file("Maildir/new/\(name)")) ?? [])
        }
        #expect(messages.allSatisfy { $0.hasSoundName })
        let found = messages.compactMap { $0.message.map { String(decoding: $0, as: UTF8.self) } }
        let ids = found.map { text in
            String(text.prefix { $0 != "\n" }.dropFirst("Subject: ".count))
        }
        for (id, text) in zip(ids, found) {
            #expect(Array(text.utf8) == Self.stored(id, lines: 3000), "\(id) is not whole")
        }
        #expect(Set(ids).count == ids.count)
        let promised = Set(acknowledged.withLock { $0 })
        #expect(promised.subtracting(ids).isEmpty)
        // It is worth nothing if all or none got through.
        #expect(promised.count > 50 && promised.count < 400, "\(promised.count)")
    }
}

/// The same numbers at each run: splitmix64.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
