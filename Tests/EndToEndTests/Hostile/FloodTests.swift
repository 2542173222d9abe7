import Glibc
import POSIX
import TestSupport
import Testing

/// More of everything than anybody needs.
extension HostileTests {
    /// Millions are for the release binary; one that is not optimised gets a tenth.
    private static let million = Mailpit.isRelease ? 1_000_000 : 100_000
    private static let ok = "250 2.0.0 Ok\r\n"

    private static func times(_ count: Int, _ text: String) -> String {
        String(repeating: text, count: count)
    }

    @Test(arguments: ["NOOP", "RSET", "VRFY root", "NOOP %n%s%n"])
    func `A million commands: 100 are answered`(line: String) {
        let siege = Siege("a million of \(line)")
        let reply = line == "VRFY root" ? "252 2.0.0 Cannot verify the user\r\n" : Self.ok
        siege.client.flood("\(line)\r\n", times: Self.million)
        siege.expectEnd(
            saying: Self.times(100, reply) + "421 4.7.0 Too many commands without a message\r\n",
            log: ["Too many commands without a message"])
    }

    /// Of a million commands 20 are answered, by this where TLS is not required.
    private func expectTwentyAnswers(_ name: String, to command: String, of answer: String) {
        for isSecure in [false, true] {
            let siege = Siege(name, isSecure: isSecure)
            siege.client.flood(command, times: Self.million)
            let reply = isSecure ? "530 5.7.0 Must issue a STARTTLS command first" : answer
            siege.expectEnd(
                saying: Self.times(20, "\(reply)\r\n") + "421 4.7.0 Too many errors\r\n",
                log: ["Too many errors"])
        }
    }

    @Test(arguments: ["", "\0", "XYZZY", " ", ".", "\u{FF}"])
    func `A million lines that are no commands: 20 are answered`(line: String) {
        expectTwentyAnswers(
            "a million of \(line.debugDescription)", to: "\(line)\r\n",
            of: "500 5.5.2 Command not recognized")
    }

    @Test func `A million chunks of one octet make one message`() {
        let siege = Siege("a million of BDAT 1")
        let client = siege.client
        client.command("EHLO client.example")
        client.command("MAIL FROM:<a@b.example>")
        client.command("RCPT TO:<c@d.example>")
        client.send("BDAT 1\r\n\n")
        #expect(client.reply() == ["250 2.0.0 Ok"])
        let replies = client.flood(
            "BDAT 1\r\nx", times: Self.million, expecting: Array(Self.ok.utf8))
        #expect(replies == Self.million)
        #expect(client.command("BDAT 0 LAST").starts(with: "250 2.0.0 Ok: queued"))
        client.send("QUIT\r\n")
        siege.expectEnd(saying: "221 2.0.0 Bye\r\n", stored: 1, log: [" message-stored: "])
        #expect(
            siege.mailpit.messages.first?.message
                == [10] + [UInt8](repeating: UInt8(ascii: "x"), count: Self.million))
    }

    @Test func `A million chunks without a transaction: 20 are answered`() {
        expectTwentyAnswers(
            "a million of BDAT 1 without a transaction", to: "BDAT 1\r\nx",
            of: "503 5.5.1 Send EHLO first")
    }

    @Test func `A million EHLOs: 100 are answered`() {
        let siege = Siege("a million of EHLO")
        siege.client.command("EHLO client.example")
        siege.client.flood("EHLO client.example\r\n", times: Self.million)
        let said = String(decoding: siege.client.rest(), as: UTF8.self)
        #expect(said.components(of: "250-mx.example\r\n") == 99)
        #expect(said.hasSuffix("250 CHUNKING\r\n421 4.7.0 Too many commands without a message\r\n"))
        siege.expectEnd(log: ["Too many commands without a message"])
    }

    @Test func `A line that does not end: 64 KiB are read, and the session is over`() {
        for isSecure in [false, true] {
            let siege = Siege("10 MB without a line end", isSecure: isSecure)
            siege.client.flood(Self.times(1000, "x"), times: 10_000)
            siege.expectEnd(saying: "421 4.7.0 Line too long\r\n", log: ["Line too long"])
        }
    }

    @Test func `A message of a million header lines`() {
        let siege = Siege("a million header lines")
        siege.client.command("EHLO client.example")
        siege.client.beginData()
        siege.client.flood("X-Y: z\r\n", times: Self.million)
        #expect(siege.client.command("\r\n.").starts(with: "250 2.0.0 Ok: queued"))
        siege.client.send("QUIT\r\n")
        siege.expectEnd(saying: "221 2.0.0 Bye\r\n", stored: 1, log: [" message-stored: "])
        #expect(
            siege.mailpit.messages.first?.message
                == Array((Self.times(Self.million, "X-Y: z\n") + "\n").utf8))
    }
}

extension String {
    /// How often a text stands in it.
    fileprivate func components(of text: String) -> Int { split(separator: text).count }
}

extension SMTPClient {
    /// Sends a block so many times, and takes replies meanwhile if there is a reply to expect to
    /// each; how many came, each as it should be. Ends when the server ends the connection.
    @discardableResult
    func flood(_ block: String, times: Int, expecting reply: [UInt8] = []) -> Int {
        let blocks = max(1, 65_536 / block.utf8.count)
        let octets = Array(String(repeating: block, count: blocks).utf8)
        let pattern = Array(repeatElement(reply, count: reply.isEmpty ? 0 : 8192).joined())
        var (left, taken) = (times * block.utf8.count, 0)
        var rest = octets.prefix(left)
        while left > 0 || taken < times * reply.count {
            if !reply.isEmpty, hasInput(milliseconds: left > 0 && canSend(milliseconds: 0) ? 0 : 50)
            {
                let part = takeSome()
                let phase = taken % reply.count
                guard !part.isEmpty, part.count + phase <= pattern.count,
                    part.elementsEqual(pattern[phase..<(phase + part.count)])
                else { break }
                taken += part.count
            }
            guard left > 0, canSend(milliseconds: reply.isEmpty ? 10_000 : 0) else {
                if reply.isEmpty { break }
                continue
            }
            let sent = sendSome(rest)
            if sent == 0, reply.isEmpty { break }
            left -= sent
            rest = rest.dropFirst(sent)
            if rest.isEmpty { rest = octets.prefix(left) }
        }
        return reply.isEmpty ? 0 : taken / reply.count
    }
}
