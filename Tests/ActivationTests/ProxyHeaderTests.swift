import Testing

@testable import Activation

/// What came of feeding octets: how many were taken and whom they name, or why they are no header.
private enum Outcome: Equatable {
    case origin(ProxyHeader.Origin, octets: Int)
    case incomplete
    case malformed(String)

    static func client(_ address: String, _ port: UInt16, octets: Int) -> Outcome {
        .origin(.client(.ipv4(address, port: port)), octets: octets)
    }
}

/// Feeds octets in pieces of `size`, and as much as the header asks for where that is nil.
private func parse(_ octets: [UInt8], inPiecesOf size: Int? = nil) -> Outcome {
    var header = ProxyHeader()
    var taken = 0
    while taken < octets.count {
        let count = min(size ?? header.minimumOctetsToCome, octets.count - taken)
        do throws(ProxyHeader.Malformed) {
            taken += try header.receive(octets.span.extracting(taken..<taken + count))
        } catch {
            return .malformed(error.reason)
        }
        if let origin = header.origin { return .origin(origin, octets: taken) }
    }
    return .incomplete
}

@Suite struct ProxyTextTests {
    @Test(arguments: [
        ("PROXY TCP4 192.0.2.1 198.51.100.1 56324 25", Peer.ipv4("192.0.2.1", port: 56324)),
        ("PROXY TCP4 255.255.255.255 0.0.0.0 65535 0", .ipv4("255.255.255.255", port: 65535)),
        ("PROXY TCP6 2001:db8::1 ::1 1 25", .ipv6("2001:db8::1", port: 1)),
        ("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 25", .ipv4("192.0.2.1", port: 1)),
        (
            "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
                + "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535",
            .ipv6("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", port: 65535)
        ),
    ]) func `a line names the client, and nothing behind it is taken`(line: String, peer: Peer) {
        let octets = Array("\(line)\r\nEHLO client.example\r\n".utf8)
        let expected = Outcome.origin(.client(peer), octets: line.utf8.count + 2)
        for size in [nil, 1, 2, 7, octets.count] {
            #expect(parse(octets, inPiecesOf: size) == expected)
        }
    }

    @Test(arguments: [
        "PROXY UNKNOWN", "PROXY UNKNOWN ffff:f...f 65535", "PROXY UNKNOWN a\nb\rc",
        "PROXY UNKNOWN " + String(repeating: "x", count: 91),
    ]) func `behind UNKNOWN anything is passed over`(line: String) {
        let octets = Array("\(line)\r\nEHLO".utf8)
        for size in [nil, 1, octets.count] {
            #expect(
                parse(octets, inPiecesOf: size)
                    == .origin(.connection, octets: line.utf8.count + 2))
        }
    }

    static let noAddress = "an address in it is none of its protocol"
    static let noPort = "a port in it is none"
    static let noFields = "it does not have all its fields"
    static let noProtocol = "it names no protocol that there is"
    static let noHeader = "it is no PROXY header"
    static let noEnd = "its line does not end in CR LF"
    static let tooLong = "its line is longer than 107 octets"

    @Test(arguments: [
        ("EHLO client.example\r\n", noHeader),
        ("PROXI TCP4 192.0.2.1 198.51.100.1 1 25\r\n", noHeader),
        ("proxy TCP4 192.0.2.1 198.51.100.1 1 25\r\n", noHeader),
        (" PROXY TCP4 192.0.2.1 198.51.100.1 1 25\r\n", noHeader),
        ("\u{16}\u{3}\u{1}", noHeader),
        ("PROXY  TCP4 192.0.2.1 198.51.100.1 1 25\r\n", noProtocol),
        ("PROXY TCP5 192.0.2.1 198.51.100.1 1 25\r\n", noProtocol),
        ("PROXY UDP4 192.0.2.1 198.51.100.1 1 25\r\n", noProtocol),
        ("PROXY UNKNOWNS\r\n", noProtocol),
        ("PROXY\r\n", noProtocol),
        ("PROXY TCP4 192.0.2.1 198.51.100.1 1\r\n", noFields),
        ("PROXY TCP4 192.0.2.1 198.51.100.1 1 25 6\r\n", noFields),
        ("PROXY TCP4 192.0.2.1  198.51.100.1 1 25\r\n", noFields),
        ("PROXY TCP4 192.0.2.1 198.51.100.1 1 25 \r\n", noFields),
        ("PROXY TCP4 192.0.2.1 198.51.100.1 01 25\r\n", noPort),
        ("PROXY TCP4 192.0.2.1 198.51.100.1 65536 25\r\n", noPort),
        ("PROXY TCP4 192.0.2.1 198.51.100.1 1 65536\r\n", noPort),
        ("PROXY TCP4 192.0.2.1 198.51.100.1 -1 25\r\n", noPort),
        ("PROXY TCP4 192.0.2.1 198.51.100.1 +1 25\r\n", noPort),
        ("PROXY TCP4 192.0.2.1 198.51.100.1 \u{0} 25\r\n", noPort),
        ("PROXY TCP4 192.0.2 198.51.100.1 1 25\r\n", noAddress),
        ("PROXY TCP4 192.0.2.256 198.51.100.1 1 25\r\n", noAddress),
        ("PROXY TCP4 192.0.2.1\u{0} 198.51.100.1 1 25\r\n", noAddress),
        ("PROXY TCP4 192.0.2.1 localhost 1 25\r\n", noAddress),
        ("PROXY TCP4 ::1 198.51.100.1 1 25\r\n", noAddress),
        ("PROXY TCP6 192.0.2.1 ::1 1 25\r\n", noAddress),
        ("PROXY TCP6 ::1 192.0.2.1 1 25\r\n", noAddress),
        ("PROXY TCP6 fe80::1%lo ::1 1 25\r\n", noAddress),
        ("PROXY TCP4 192.0.2.1 198.51.100.1 1 25\n", noEnd),
        ("PROXY TCP4 192.0.2.1 198.51.100.1 1 25\rx", noEnd),
        ("PROXY TCP4 192.0.2.1\n198.51.100.1 1 25\r\n", noEnd),
        ("PROXY UNKNOWN " + String(repeating: "x", count: 93), tooLong),
        ("PROXY TCP4 " + String(repeating: "1", count: 96), tooLong),
    ]) func `a line that is no header is told why, whatever it was cut into`(
        text: String, reason: String
    ) {
        let octets = Array(text.utf8)
        for size in [nil, 1, octets.count] {
            #expect(parse(octets, inPiecesOf: size) == .malformed(reason))
        }
    }

    @Test func `a line of 107 octets is a header, and no longer one`() {
        let longest = "PROXY UNKNOWN " + String(repeating: "x", count: 91) + "\r\n"
        #expect(longest.utf8.count == 107)
        #expect(parse(Array(longest.utf8)) == .origin(.connection, octets: 107))
        let longer = "PROXY UNKNOWN " + String(repeating: "x", count: 92) + "\r\n"
        #expect(parse(Array(longer.utf8)) == .malformed(Self.tooLong))
    }

    @Test func `every beginning of a header is incomplete`() {
        let line = Array("PROXY TCP4 192.0.2.1 198.51.100.1 56324 25\r\n".utf8)
        for count in 0..<line.count {
            #expect(parse(Array(line[..<count])) == .incomplete)
        }
    }
}

@Suite struct ProxyBinaryTests {
    static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10]

    /// A header with the version and command, the family and protocol, and what is behind the
    /// length, which is told truly.
    static func header(_ command: UInt8, _ family: UInt8, _ rest: [UInt8]) -> [UInt8] {
        let length = [UInt8(rest.count >> 8), UInt8(rest.count & 0xFF)]
        return signature + [command, family] + length + rest
    }

    static let ipv4: [UInt8] = [192, 0, 2, 1, 198, 51, 100, 1, 0xDC, 0x04, 0, 25]
    static let ipv6: [UInt8] =
        [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1]
        + [UInt8](repeating: 0, count: 15) + [1] + [0xDC, 0x04, 0, 25]

    @Test(
        arguments: [
            (0x21, 0x11, ipv4, .client(.ipv4("192.0.2.1", port: 56324))),
            (0x21, 0x21, ipv6, .client(.ipv6("2001:db8::1", port: 56324))),
            // Behind the addresses: a TLV of type PP2_TYPE_NOOP.
            (0x21, 0x11, ipv4 + [4, 0, 2, 1, 1], .client(.ipv4("192.0.2.1", port: 56324))),
            (0x21, 0x31, [UInt8](repeating: 0x61, count: 216), .client(.unknown)),
            (0x21, 0x00, [], .connection),
            (0x21, 0x00, [1, 2, 3], .connection),
            (0x21, 0x12, ipv4, .connection),
            (0x21, 0x22, ipv6, .connection),
            (0x21, 0x32, [], .connection),
            (0x20, 0x00, [], .connection),
            (0x20, 0x11, ipv4, .connection),
            (0x20, 0xFF, [9], .connection),
        ] as [(UInt8, UInt8, [UInt8], ProxyHeader.Origin)])
    func `a header names the client, and nothing behind it is taken`(
        command: UInt8, family: UInt8, rest: [UInt8], origin: ProxyHeader.Origin
    ) {
        let header = Self.header(command, family, rest)
        for size in [nil, 1, 5, header.count + 4] {
            #expect(
                parse(header + Array("EHLO".utf8), inPiecesOf: size)
                    == .origin(origin, octets: header.count))
        }
    }

    @Test(
        arguments: [
            (0x11, 0x11, ipv4, "its version is not 2"),
            (0x31, 0x11, ipv4, "its version is not 2"),
            (0x22, 0x11, ipv4, "its command is none"),
            (0x21, 0x41, ipv4, "its address family or protocol is none"),
            (0x21, 0x13, ipv4, "its address family or protocol is none"),
            (0x21, 0x11, Array(ipv4.dropLast()), "it is too short for its addresses"),
            (0x21, 0x21, Array(ipv6.dropLast()), "it is too short for its addresses"),
            (0x21, 0x31, [UInt8](repeating: 0, count: 215), "it is too short for its addresses"),
        ] as [(UInt8, UInt8, [UInt8], String)])
    func `what is no header is told why, before its rest is waited for`(
        command: UInt8, family: UInt8, rest: [UInt8], reason: String
    ) {
        let header = Self.header(command, family, rest)
        for size in [nil, 1, header.count] {
            #expect(parse(header, inPiecesOf: size) == .malformed(reason))
        }
        #expect(parse(Array(header.prefix(16)), inPiecesOf: 1) == .malformed(reason))
    }

    @Test func `the signature is compared to its last octet`() {
        for index in Self.signature.indices {
            var octets = Self.header(0x21, 0x11, Self.ipv4)
            octets[index] ^= 1
            #expect(parse(octets) == .malformed("it is no PROXY header"))
        }
    }

    @Test func `a header of all the octets that its length can tell is passed over`() {
        let rest = Self.ipv4 + [UInt8](repeating: 0xFF, count: 65535 - Self.ipv4.count)
        let header = Self.header(0x21, 0x11, rest)
        #expect(
            parse(header + [1], inPiecesOf: 4096)
                == .client("192.0.2.1", 56324, octets: 16 + 65535))
        #expect(parse(Array(header.dropLast())) == .incomplete)
    }

    @Test func `every beginning of a header is incomplete`() {
        let header = Self.header(0x21, 0x21, Self.ipv6)
        for count in 0..<header.count {
            #expect(parse(Array(header[..<count])) == .incomplete)
        }
    }
}
