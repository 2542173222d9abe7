import Glibc
import POSIX
import TestSupport
import Testing

/// Many sessions at once, and a session that is given no memory.
extension HostileTests {
    @Test func `100 sessions at once, each within a message over TLS, need little memory`() {
        let sessions = (0..<100).map { _ in Mailpit() }
        let block = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000)
        for session in sessions {
            session.client.begin()
            #expect(session.client.beginData().starts(with: "354 "))
            session.client.send(block)
        }
        // All of it is read when nothing more is written.
        let sizes = sessions.map { session in
            Int(proportionalKiB(of: session.child.pid) ?? 1 << 20)
        }
        let total = sizes.reduce(0, +)
        print("hostile 100 sessions at once: \(total) KiB of proportional memory in all")
        // OpenSSL 3.5 has larger tables than 3.0, of which each process has some for itself.
        // A debug binary is larger by itself.
        let debug = getenv("MAILPIT_BIN") == nil ? 60 : 0
        #expect(total < ((World.hasOpenSSL3_0 ? 160 : 190) + debug) << 10)
        for session in sessions {
            #expect(session.client.command("\r\n.").starts(with: "250 "))
            session.client.quit()
            #expect(session.child.wait() == 0)
            #expect(session.stored?.count == 1)
        }
    }

    /// The sum of the proportional set sizes of a process: its own pages, and its part of those that
    /// it shares. proc(5)
    private func proportionalKiB(of pid: Int32) -> Int? {
        let line = textOfFile("/proc/\(pid)/smaps_rollup")?.split(separator: "\n")
            .first { $0.hasPrefix("Pss:") }
        return line?.split { $0 == "\t" || $0 == " " }.dropFirst().first.flatMap { Int($0) }
    }

    @Test func `A session without memory ends cleanly wherever that happens`() {
        let body = String(repeating: String(repeating: "y", count: 98) + "\r\n", count: 1000)
        let message = "Subject: x\r\n\r\n" + body
        let stored = Array(message.replacing("\r\n", with: "\n").utf8)
        var ends: [Int32: Int] = [:]
        // From what not even the program can be loaded in, up to more than a session needs, most of it
        // for libraries, of which later ones are larger.
        for limit in stride(from: 8 << 10, through: 32 << 10, by: 64) where ends[0] != 20 {
            let mailpit = Mailpit(["--sandbox=off"], through: ["prlimit", "--as=\(limit << 10)"])
            let client = mailpit.client
            let isGreeted = !client.reply().isEmpty
            let acknowledged =
                client.enterTLS() && client.deliver(message).hasPrefix("250 2.0.0 Ok: queued")
            client.command("QUIT")
            client.close()
            let status = mailpit.child.wait()
            // 127 is that of the dynamic linker, and SIGILL the runtime's before our first line.
            let isSound =
                [0, 70, 75, 78, 127].contains(status) || status == -SIGILL && !isGreeted
            #expect(isSound, "\(limit) KiB: \(String(describing: status))")
            ends[status ?? -999, default: 0] += 1
            #expect(acknowledged == !(mailpit.stored ?? []).isEmpty, "\(limit) KiB")
            for message in mailpit.messages { #expect(message.message == stored, "\(limit) KiB") }
            if status != 70 { #expect(mailpit.abandoned == [], "\(limit) KiB") }
        }
        let tally = ends.sorted { $0.key < $1.key }.map { "\($0.value) x \($0.key)" }
        print("hostile sessions without memory, exit statuses: \(tally.joined(separator: ", "))")
        // For the last ones there was enough, and not for all before them.
        #expect(ends[0] == 20 && ends.count > 1)
    }

    @Test(arguments: ["the greeting", "STARTTLS", "DATA"])
    func `A session whose memory is cut off goes on or ends cleanly`(place: String) {
        let message = "Subject: x\r\n\r\n" + String(repeating: "y", count: 1_000_000) + "\r\n"
        let siege = Siege("memory cut off behind \(place)", isSecure: true)
        let client = siege.client
        func cutOff(_ here: String) {
            guard here == place else { return }
            let command = Command(["prlimit", "--pid", "\(siege.mailpit.child.pid)", "--as=1"])
            #expect(command.status == 0, "\(command.errors)")
        }
        cutOff("the greeting")
        client.command("EHLO client.example")
        client.command("STARTTLS")
        cutOff("STARTTLS")
        let isSecure = client.handshake() && !client.command("EHLO client.example").isEmpty
        let isBegun = isSecure && client.beginData().starts(with: "354 ")
        cutOff("DATA")
        if isBegun { client.send(message) }
        let reply = isBegun ? client.command(".").first ?? "" : ""
        client.command("QUIT")
        client.close()
        let status = siege.mailpit.child.wait()
        #expect([0, 70, 75].contains(status), "\(place): \(String(describing: status))")
        print("hostile memory cut off behind \(place): \(status ?? -1), \(reply.prefix(20))")
        let stored = siege.mailpit.messages
        #expect(stored.count == (reply.hasPrefix("250 2.0.0 Ok: queued") ? 1 : 0))
        for file in stored {
            #expect(file.message == Array(message.replacing("\r\n", with: "\n").utf8))
        }
        if status != 70 { #expect(siege.mailpit.abandoned == []) }
    }
}
