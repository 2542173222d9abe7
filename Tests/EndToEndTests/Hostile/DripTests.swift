import Glibc
import POSIX
import TestSupport
import Testing

/// One octet a second, in each state that a session can be in: the deadline of three seconds holds,
/// as no octet extends it.
extension HostileTests {
    private final class Dripping {
        let siege: Siege
        private let octets: [UInt8]
        private let reply: String
        /// The octets come past TLS on the client's side, as a part of a record.
        private let isRaw: Bool
        private let start: Int64
        private var sent = 0
        /// When the server has said something or ended the connection.
        private(set) var milliseconds: Int64?
        /// The peak at that moment, as the process does not stay for long.
        private var peakKiB: Int?

        init(
            _ state: String, isSecure: Bool = false, _ options: [String] = [],
            octets: [UInt8] = [UInt8](repeating: UInt8(ascii: "x"), count: 20),
            reply: String = "421 4.4.2 Timeout\r\n", isRaw: Bool = false,
            _ reach: (SMTPClient) -> Void
        ) {
            start = Clock.monotonicNanoseconds()
            siege = Siege(
                "an octet a second: \(state)", isSecure: isSecure,
                ["--smtp-timeout", "3"] + options,
                greeting: !options.contains("--smtp-require-tls"))
            (self.octets, self.reply, self.isRaw) = (octets, reply, isRaw)
            reach(siege.client)
        }

        /// Sends the octet of each full second, unless the server has said something.
        func tick() {
            if milliseconds != nil { return }
            let now = (Clock.monotonicNanoseconds() - start) / 1_000_000
            if siege.client.hasInput(milliseconds: 0) {
                (milliseconds, peakKiB) = (now, siege.peakKiB)
            } else if now >= sent * 1000 {
                let octet = octets[sent % octets.count]
                sent += 1
                if isRaw {
                    siege.client.sendInPlaintext(String(UnicodeScalar(octet)))
                } else {
                    siege.client.send([octet])
                }
            }
        }

        func expectEnd() {
            let milliseconds = milliseconds ?? .max
            // The upper bound is for machines that are busy with other tests.
            #expect(milliseconds >= 2900 && milliseconds < 7000, "\(siege.name)")
            siege.expectTimeout(saying: reply)
            siege.expectPeak(peakKiB)
        }
    }

    private static func mail(_ client: SMTPClient) {
        client.command("EHLO client.example")
        client.command("MAIL FROM:<a@b.example>")
        client.command("RCPT TO:<c@d.example>")
    }

    private static func secureMail(_ client: SMTPClient) {
        client.enterTLS()
        mail(client)
    }

    private static func everyState() -> [Dripping] {
        let hello = ClientHello().records
        let accept = ["--smtp-auth-accept-any"]
        return [
            Dripping("before EHLO") { _ in },
            Dripping("before EHLO, TLS required", isSecure: true) { _ in },
            Dripping("behind EHLO") { $0.command("EHLO client.example") },
            Dripping("in a transaction") { mail($0) },
            Dripping("in DATA") {
                mail($0)
                $0.command("DATA")
            },
            Dripping("in DATA, line by line", octets: [120, 13, 10, 13, 10, 46, 46]) {
                mail($0)
                $0.command("DATA")
            },
            Dripping("in BDAT") {
                mail($0)
                $0.send("BDAT 1000 LAST\r\n")
            },
            Dripping("between chunks") {
                mail($0)
                $0.send("BDAT 1\r\nx")
                _ = $0.reply()
            },
            Dripping("in a BDAT that is refused", isSecure: true) { $0.send("BDAT 1000\r\n") },
            Dripping("in a line too long") { $0.send(String(repeating: "x", count: 10_000)) },
            Dripping("in a response of AUTH", accept + ["--smtp-auth-allow-insecure"]) {
                $0.command("EHLO client.example")
                #expect($0.command("AUTH PLAIN") == ["334 "])
            },
            Dripping("in TLS, behind EHLO", isSecure: true) { $0.enterTLS() },
            Dripping("in TLS, in DATA", isSecure: true) {
                secureMail($0)
                $0.command("DATA")
            },
            Dripping(
                "in a TLS record", isSecure: true, octets: [23, 3, 3, 0, 100, 1, 2],
                isRaw: true
            ) { secureMail($0) },
            Dripping("in a ClientHello", isSecure: true, octets: hello, reply: "") {
                $0.command("STARTTLS")
            },
            Dripping(
                "in a ClientHello, implicit TLS", isSecure: true, ["--smtp-require-tls"],
                octets: hello, reply: ""
            ) { _ in },
        ]
    }

    @Test func `One octet a second in every state does not extend the deadline`() {
        let states = Self.everyState()
        let patience = Deadline.after(seconds: 10)
        while states.contains(where: { $0.milliseconds == nil }),
            patience.remainingMilliseconds != 0
        {
            for state in states { state.tick() }
            usleep(10_000)
        }
        for state in states { state.expectEnd() }
    }
}

extension Siege {
    /// Expects the reply and the end of a session that may have lingered as long as it does.
    fileprivate func expectTimeout(saying reply: String) {
        #expect(String(decoding: client.rest(), as: UTF8.self) == reply, "\(name)")
        client.close()
        expectSound(stored: 0, log: [" timeout: "], sourceLocation: #_sourceLocation)
    }
}
