import Glibc
import POSIX
import TestSupport
import Testing

/// `--smtp-proxy-protocol`, with a proxy that is played by the test.
@Suite struct ProxyTests {
    private static let greeting = ["220 mx.example ESMTP Mailpit"]
    private static let four = "PROXY TCP4 198.51.100.9 127.0.0.1 4711 25\r\n"
    /// The fixed part of version 2, and what is behind it.
    private static func binary(
        _ versionAndCommand: UInt8, _ family: UInt8, _ body: [UInt8]
    ) -> [UInt8] {
        Array("\r\n\r\n\0\r\nQUIT\n".utf8)
            + [versionAndCommand, family, UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
    }
    private static let addresses: [UInt8] = [198, 51, 100, 9, 127, 0, 0, 1, 0x12, 0x67, 0, 25]
    private static let mapped: [UInt8] =
        [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 198, 51, 100, 9]
        + [UInt8](repeating: 0, count: 16) + [0x12, 0x67, 0, 25]
    private static let unix = Array("/run/client".utf8) + [UInt8](repeating: 0, count: 205)

    struct Header: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let octets: [UInt8]
        /// As Received has it, and the log, if at all.
        let origin: String
        let logged: String?

        init(_ name: String, _ octets: [UInt8], _ origin: String, _ logged: String?) {
            (testDescription, self.octets, self.origin, self.logged) =
                (name, octets, origin, logged)
        }
    }

    static let headers = [
        Header("TCP4", Array(four.utf8), "[198.51.100.9]", "198.51.100.9"),
        Header(
            "TCP6", Array("PROXY TCP6 2001:db8::9 ::1 4711 25\r\n".utf8), "[IPv6:2001:db8::9]",
            "2001:db8::9"),
        Header(
            "TCP6, IPv4-mapped", Array("PROXY TCP6 ::ffff:198.51.100.9 ::1 4711 25\r\n".utf8),
            "[198.51.100.9]", "198.51.100.9"),
        Header("UNKNOWN", Array("PROXY UNKNOWN\r\n".utf8), "[127.0.0.1]", "127.0.0.1"),
        Header("2, INET", binary(0x21, 0x11, addresses), "[198.51.100.9]", "198.51.100.9"),
        Header("2, INET6", binary(0x21, 0x21, mapped), "[198.51.100.9]", "198.51.100.9"),
        Header("2, UNIX", binary(0x21, 0x31, unix), "unknown", nil),
        Header("2, UNSPEC", binary(0x21, 0x00, []), "[127.0.0.1]", "127.0.0.1"),
        Header("2, UDP", binary(0x21, 0x12, addresses), "[127.0.0.1]", "127.0.0.1"),
        Header("2, LOCAL", binary(0x20, 0x11, addresses), "[127.0.0.1]", "127.0.0.1"),
        Header(
            "2, INET with 65,523 octets more",
            binary(0x21, 0x11, addresses + [UInt8](repeating: 0x0A, count: 65_523)),
            "[198.51.100.9]", "198.51.100.9"),
    ]

    /// Over TCP, where the socket's own peer is 127.0.0.1.
    private func start(
        _ options: [String] = [], isRequired: Bool = true, by handover: Mailpit.Handover = .inetd
    ) -> Mailpit {
        let listener = TestListener(AF_INET)
        let client = listener.connect()
        return Mailpit(
            (isRequired ? ["--smtp-proxy-protocol"] : []) + options, by: handover,
            server: listener.accept(), client: client)
    }

    private func expectDelivery(
        _ mailpit: Mailpit, _ header: Header, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let reply = mailpit.client.deliver("Subject: x\r\n\r\ny\r\n")
        #expect(reply.hasPrefix("250 2.0.0 "), sourceLocation: sourceLocation)
        mailpit.client.quit()
        #expect(mailpit.child.wait() == 0, sourceLocation: sourceLocation)
        let message = StoredMessage(name: "", octets: Array((mailpit.onlyMessage ?? "").utf8))
        #expect(message.trace?.origin == header.origin, sourceLocation: sourceLocation)
        for line in mailpit.log.split(separator: "\n") where !line.contains(" sandbox: ") {
            if let address = header.logged {
                #expect(line.contains("remote_addr=\(address) ") || line.hasSuffix("=\(address)"))
            } else {
                #expect(!line.contains("remote_addr"))
            }
        }
        #expect(mailpit.log.contains("session-opened"), sourceLocation: sourceLocation)
    }

    @Test(arguments: headers) func `the header tells who is there`(header: Header) {
        let mailpit = start(by: .standardInput)
        mailpit.client.send(header.octets)
        #expect(mailpit.client.reply() == Self.greeting)
        mailpit.client.enterTLS()
        expectDelivery(mailpit, header)
    }

    @Test(arguments: headers) func `implicit TLS begins right behind the header`(header: Header) {
        let mailpit = start(["--smtp-require-tls"], by: .standardInput)
        mailpit.client.send(header.octets)
        #expect(mailpit.client.handshake())
        #expect(mailpit.client.reply() == Self.greeting)
        mailpit.client.command("EHLO client.example")
        expectDelivery(mailpit, header)
    }

    @Test(arguments: headers) func `what comes in one piece with the header is the session's`(
        header: Header
    ) {
        let mailpit = start()
        mailpit.client.send(header.octets + Array("NOOP\r\nQUIT\r\n".utf8))
        #expect(mailpit.client.reply() == Self.greeting)
        #expect(mailpit.client.reply() == ["250 2.0.0 Ok"])
        #expect(mailpit.client.reply() == ["221 2.0.0 Bye"])
    }

    @Test(arguments: headers[..<10])
    func `before the header ends nothing is said`(header: Header) {
        let mailpit = start()
        // The header comes octet by octet, and the last one after a look at what is said.
        for octet in header.octets.dropLast() { mailpit.client.send([octet]) }
        #expect(!mailpit.client.hasInput(milliseconds: 100))
        mailpit.client.send([header.octets.last!])
        #expect(mailpit.client.reply() == Self.greeting)
    }

    /// Expects the connection to end without an octet, and one line in the log that says why.
    private func expectRefusal(
        _ mailpit: Mailpit, _ reason: String, event: String = "protocol-error",
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(mailpit.client.rest() == [], sourceLocation: sourceLocation)
        mailpit.client.close()
        #expect(mailpit.child.wait() == 0, sourceLocation: sourceLocation)
        let lines = mailpit.log.split(separator: "\n").filter { !$0.contains(" sandbox: ") }
        #expect(lines.count == 1, "\(lines)", sourceLocation: sourceLocation)
        #expect(
            lines.first?.hasSuffix(
                " \(event): no PROXY header: \(reason); remote_addr=127.0.0.1") == true,
            "\(lines)", sourceLocation: sourceLocation)
    }

    @Test(arguments: [[], ["--smtp-require-tls"]])
    func `another beginning ends the connection without an octet`(options: [String]) {
        for beginning in ["EHLO client.example\r\n", "\r\n\r\n\0\r\nQUIT\r", "\u{16}\u{3}\u{1}"] {
            let mailpit = start(options, by: .standardInput)
            mailpit.client.send(beginning)
            expectRefusal(mailpit, "it is no PROXY header")
        }
    }

    @Test func `a malformed header ends the connection without an octet`() {
        let mailpit = start(by: .standardInput)
        mailpit.client.send("PROXY TCP4 198.51.100.9 127.0.0.1 4711 65536\r\nEHLO x\r\n")
        expectRefusal(mailpit, "a port in it is none")
        let binary = start(by: .standardInput)
        binary.client.send(Self.binary(0x31, 0x11, Self.addresses))
        expectRefusal(binary, "its version is not 2")
    }

    @Test(arguments: ["", "PROXY TCP4 198.51.100.9", "\r\n\r\n\0\r\nQUIT\n!"])
    func `an end before that of the header ends the connection without an octet`(part: String) {
        let mailpit = start(by: .standardInput)
        mailpit.client.send(part)
        mailpit.client.close()
        expectRefusal(mailpit, "the connection ended before its end")
    }

    @Test(arguments: ["", "PROXY TCP4 198.51.100.9"])
    func `a deadline without a header ends the connection without an octet`(part: String) {
        let mailpit = start(["--smtp-timeout=1"], by: .standardInput)
        let begin = Clock.monotonicNanoseconds()
        mailpit.client.send(part)
        expectRefusal(mailpit, "the deadline has passed", event: "timeout")
        #expect(Clock.monotonicNanoseconds() - begin >= 950_000_000)
    }

    @Test func `octets that drip in do not extend the time for a header`() {
        let mailpit = start(["--smtp-timeout=1"], by: .standardInput)
        for octet in Self.four.utf8 {
            if mailpit.client.hasInput(milliseconds: 200) { break }
            mailpit.client.send([octet])
        }
        expectRefusal(mailpit, "the deadline has passed", event: "timeout")
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `told to end before the header it ends without an octet`(signal: Int32) {
        let mailpit = start(by: .standardInput)
        mailpit.client.send("PROXY TCP4 ")
        // Whatever it does before, it begins with the Maildir.
        #expect(eventually { mailpit.stored != nil })
        mailpit.child.signal(signal)
        #expect(mailpit.client.rest() == [])
        mailpit.client.close()
        #expect(mailpit.child.wait() == 0)
        #expect(!mailpit.log.contains("error"))
    }

    @Test func `without the flag a header is a bad command`() {
        let strict = start(isRequired: false)
        #expect(strict.client.reply() == Self.greeting)
        #expect(
            strict.client.command(String(Self.four.dropLast()))
                == ["530 5.7.0 Must issue a STARTTLS command first"])
        let lax = start(Mailpit.withoutTLS, isRequired: false)
        #expect(lax.client.reply() == Self.greeting)
        #expect(lax.client.command(String(Self.four.dropLast())).starts(with: "500 5.5.2 "))
    }

    @Test func `a configuration error comes before the header`() {
        let mailpit = start(["--smtp-timeout=0"])
        #expect(
            mailpit.client.reply() == ["421 4.3.5 mx.example Server configuration error"])
    }
}
