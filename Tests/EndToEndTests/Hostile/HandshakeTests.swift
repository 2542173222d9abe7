import POSIX
import TestSupport
import Testing

/// What may come instead of a ClientHello. No SMTP follows it, whatever it was.
extension HostileTests {
    static let garbage: [(name: String, octets: [UInt8])] = {
        var random = Xorshift(seed: 20_110_411)
        let noise = (0..<65_536).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let hello = ClientHello().records
        return [
            ("garbage", noise),
            ("garbage in a TLS record", [22, 3, 1, 0x40, 0] + noise.prefix(0x4000)),
            ("zeros", [UInt8](repeating: 0, count: 65_536)),
            ("plaintext SMTP", Array("EHLO evil.example\r\nMAIL FROM:<a@b.example>\r\n".utf8)),
            ("an HTTP request", Array("GET / HTTP/1.1\r\nHost: mx.example\r\n\r\n".utf8)),
            ("a TLS 1.0 hello", ClientHello(version: 0x0301, isModern: false).records),
            ("a TLS 1.1 hello", ClientHello(version: 0x0302, isModern: false).records),
            ("an SSL 2.0 hello", [0x80, 0x2E, 1, 0, 2, 0, 0x15, 0, 0, 0, 0x10] + noise.prefix(37)),
            ("an SSL 3.0 hello", ClientHello(version: 0x0300, isModern: false).records),
            ("an alert", [21, 3, 1, 0, 2, 2, 40]),
            ("application data", [23, 3, 3, 0, 16] + noise.prefix(16)),
            (
                "a hello whose length is a lie",
                Array(hello.prefix(6)) + [0xFF, 0xFF] + hello.dropFirst(8)
            ),
            ("SNI with NUL", ClientHello.naming(Array("mx\0.example".utf8)).records),
            (
                "SNI of 60,000 octets",
                ClientHello.naming([UInt8](repeating: 97, count: 60_000)).records
            ),
        ]
    }()

    @Test(arguments: garbage.indices)
    func `What is no ClientHello that can be used ends the session`(index: Int) {
        let (name, octets) = Self.garbage[index]
        let siege = Siege("\(name) for a ClientHello", isSecure: true)
        #expect(siege.client.command("STARTTLS") == ["220 2.0.0 Ready to start TLS"])
        siege.client.send(octets)
        siege.expectFailedHandshake()
    }

    static let oddHellos: [(name: String, hello: ClientHello)] = [
        (
            "a ClientHello of 64 KiB",
            ClientHello(extensions: [(21, [UInt8](repeating: 0, count: 65_000))])
        ),
        ("a ClientHello with an empty SNI", .naming([])),
        (
            "a ClientHello with 10,000 unknown extensions",
            ClientHello(extensions: (0..<10_000).map { (UInt16(0x6000 + $0), []) })
        ),
    ]

    @Test(arguments: oddHellos.indices)
    func `A ClientHello that is odd but good is answered in TLS`(index: Int) {
        let (name, hello) = Self.oddHellos[index]
        let siege = Siege(name, isSecure: true)
        #expect(siege.client.command("STARTTLS") == ["220 2.0.0 Ready to start TLS"])
        siege.client.send(hello.records)
        #expect(siege.client.hasInput(milliseconds: 10_000))
        siege.expectEndOfClient(log: [" tls-failed: "]) { siege.client.endWithoutCloseNotify() }
        #expect(Wire.isTLS(siege.client.restInPlaintext()))
    }

    @Test(arguments: [0, 1, 5, 100])
    func `Half a ClientHello, or none, and silence end with the deadline`(count: Int) {
        let siege = Siege(
            "\(count) octets of a ClientHello and silence", isSecure: true, ["--smtp-timeout", "1"])
        #expect(siege.client.command("STARTTLS") == ["220 2.0.0 Ready to start TLS"])
        siege.client.send(Array(ClientHello().records.prefix(count)))
        siege.expectFailedHandshake(log: [" timeout: "])
    }

    @Test(arguments: [
        "../../etc/passwd", "a/b\\c", "%n%s%n", "x\r\nmessage-stored: y", "\u{1B}[2J", "ü.example",
    ])
    func `An SNI that is no host name is noted and does no harm`(serverName: String) {
        let siege = Siege("SNI \(serverName.debugDescription)", isSecure: true)
        #expect(siege.client.command("STARTTLS") == ["220 2.0.0 Ready to start TLS"])
        #expect(siege.client.handshake(serverName: serverName))
        siege.client.send("QUIT\r\n")
        siege.expectEnd(saying: "221 2.0.0 Bye\r\n", log: [" tls-established: "])
        let lines = siege.mailpit.log.split(separator: "\n")
        #expect(lines.count { $0.contains(" tls_sni=") } == 1)
        #expect(!siege.mailpit.log.utf8.contains(0x1B))
        #expect(!lines.contains { $0.hasPrefix("message-stored") })
    }

    @Test func `Renegotiation is refused`() {
        let siege = Siege("renegotiation in TLS 1.2", isSecure: true)
        #expect(siege.client.command("STARTTLS") == ["220 2.0.0 Ready to start TLS"])
        #expect(siege.client.handshake(maximumVersion: 0x0303))
        #expect(siege.client.command("NOOP") == ["250 2.0.0 Ok"])
        #expect(!siege.client.renegotiate())
        siege.expectEndOfClient(log: [" tls-established: TLSv1.2", " tls-failed: "]) {
            siege.client.endWithoutCloseNotify()
        }
        #expect(Wire.isTLS(siege.client.restInPlaintext()))
        #expect(
            siege.mailpit.log.split(separator: "\n").count { $0.contains(" tls-established") } == 1)
    }
}
