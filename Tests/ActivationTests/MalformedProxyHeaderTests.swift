import Testing

@testable import Activation

@Suite struct MalformedProxyHeaderTests {
    /// The reason, and the number of octets after which it was clear.
    private func fault(_ octets: [UInt8]) -> (reason: String, octets: Int)? {
        var header = ProxyHeader()
        for (index, octet) in octets.enumerated() {
            do throws(ProxyHeader.Malformed) {
                _ = try header.receive([octet].span)
            } catch {
                return (error.reason, index + 1)
            }
        }
        return nil
    }

    /// What a sender may say, after how many octets of it it is clear that it is no header, and why.
    struct Line: Sendable, CustomTestStringConvertible {
        let text: String
        let octets: Int?
        let reason: String
        /// Escaped, as it would end lines and worse.
        var testDescription: String { text.debugDescription }

        init(_ text: String, _ octets: Int? = nil, reason: String = "") {
            (self.text, self.octets, self.reason) = (text, octets, reason)
        }
    }

    private static let long = String(repeating: "x", count: 93)

    @Test(
        arguments: [
            ("EHLO client.example\r\n", 1), ("\r\nEHLO", 3), ("PROXZ", 5), ("proxy TCP4 ", 1),
            ("PROXY\r\n", 6), ("PROXY  TCP4 ", 7), ("PROXY\tTCP4", 6), ("PROXY TCP5 ", 10),
            ("PROXY UDP4 ", 8), ("PROXY tcp4 ", 7), ("PROXY TCP4\t", 11), ("PROXY TCP4\r\n", 11),
            ("PROXY UNKNOWX", 13), ("PROXY UNKNOWNX\r\n", 14), ("PROXY UNKNOWN\n", 14),
            // It is no longer than its first octet: an HTTP request, a ClientHello.
            ("GET / HTTP/1.1\r\n", 1), ("\u{16}\u{3}\u{1}", 1),
        ].map { Line($0, $1) }) func `what is no header shows at once`(line: Line)
    {
        #expect(fault(Array(line.text.utf8))?.octets == line.octets)
    }

    /// What stands behind `PROXY `, by what is wrong with it.
    private static let malformed: [(reason: String, lines: [String])] = [
        (
            "it does not have all its fields",
            [
                "TCP4 192.0.2.1 198.51.100.1 56324\r\n", "TCP4 192.0.2.1 198.51.100.1 1 2 \r\n",
                "TCP4 192.0.2.1 198.51.100.1 1 2 3\r\n", "TCP4  192.0.2.1 198.51.100.1 1 2\r\n",
                "TCP4 192.0.2.1  198.51.100.1 1 2\r\n", "TCP4 192.0.2.1\t198.51.100.1 1 2\r\n",
                "TCP4 \r\n",
            ]
        ),
        (
            "a port in it is none",
            [
                "TCP4    \r\n", "TCP4 192.0.2.1 198.51.100.1  25\r\n",
                "TCP4 192.0.2.1 198.51.100.1 65536 2\r\n",
                "TCP4 192.0.2.1 198.51.100.1 1 65536\r\n",
                "TCP4 192.0.2.1 198.51.100.1 -1 2\r\n", "TCP4 192.0.2.1 198.51.100.1 +1 2\r\n",
                "TCP4 192.0.2.1 198.51.100.1 01 2\r\n", "TCP4 192.0.2.1 198.51.100.1 1 00\r\n",
                "TCP4 192.0.2.1 198.51.100.1 1 0x2\r\n", "TCP4 192.0.2.1 198.51.100.1 \0 2\r\n",
                "TCP4 192.0.2.1 198.51.100.1 99999999999999999999 2\r\n",
            ]
        ),
        (
            "an address in it is none of its protocol",
            [
                "TCP4 192.0.2.256 198.51.100.1 1 2\r\n", "TCP4 192.0.2 198.51.100.1 1 2\r\n",
                "TCP4 192.0.2.01 198.51.100.1 1 2\r\n", "TCP4 192.0.2.1.1 198.51.100.1 1 2\r\n",
                "TCP4 192.0.2.1 198.51.100.300 1 2\r\n", "TCP4 0xC0000201 198.51.100.1 1 2\r\n",
                "TCP4 192.0.2.1\0 198.51.100.1 1 2\r\n", "TCP4 192.0.2.1 198.51.100.1\0 1 2\r\n",
                "TCP4 client.example 198.51.100.1 1 2\r\n", "TCP4 ::1 ::1 1 2\r\n",
                "TCP4 192.0.2.1 ::1 1 2\r\n", "TCP4 192.0.2.1 localhost 1 2\r\n",
                "TCP6 192.0.2.1 198.51.100.1 1 2\r\n", "TCP6 ::1 198.51.100.1 1 2\r\n",
                "TCP6 fe80::1%eth0 ::1 1 2\r\n", "TCP6 [::1] ::1 1 2\r\n", "TCP6 ::g ::1 1 2\r\n",
                "TCP6 1::2::3 ::1 1 2\r\n", "TCP6 1:2:3:4:5:6:7:8:9 ::1 1 2\r\n",
                "TCP6 1:2:3:4:5:6:7 ::1 1 2\r\n", "TCP6 12345::1 ::1 1 2\r\n",
            ]
        ),
        (
            // One of CR and LF alone ends no line.
            "its line does not end in CR LF",
            [
                "TCP4 192.0.2.1 198.51.100.1 1 2\n", "TCP4 192.0.2.1 198.51.100.1 1 2\rE",
                "TCP4 192.0.2.1\r 198.51.100.1 1 2\r\n", "TCP4 192.0.2.1 198.51.100.1 1 2\r\r\n",
                "TCP6 ::1\n::1 1 2\r\n",
            ]
        ),
    ]

    @Test(
        arguments: malformed.flatMap { group in
            group.lines.map { Line($0, reason: group.reason) }
        }) func `a line that does not follow the grammar is no header`(line: Line)
    {
        let octets = Array("PROXY \(line.text)".utf8)
        let fault = fault(octets)
        // What the sender chose is not repeated.
        #expect(fault?.reason == line.reason)
        // It shows at the end of the line, or at the octet that cannot stand in one.
        #expect(fault?.octets ?? 0 <= octets.count)
        for step in [2, 7, .max] {
            guard case .failure(let error) = outcome(octets, by: step).result else {
                Issue.record("taken, by \(step)")
                continue
            }
            #expect(error.reason == line.reason)
        }
    }

    @Test func `a line has 107 octets at most`() {
        let unknown = "PROXY UNKNOWN "
        let longest = unknown + Self.long.dropLast(2) + "\r\n"
        #expect(longest.utf8.count == 107)
        #expect(outcome(Array(longest.utf8)).result == .success(.connection))
        let tooLong = unknown + Self.long.dropLast() + "\r\n"
        #expect(tooLong.utf8.count == 108)
        #expect(fault(Array(tooLong.utf8))?.octets == 107)
        let endless = "PROXY TCP6 " + String(repeating: "0", count: 200)
        #expect(fault(Array(endless.utf8))?.octets == 107)
    }

    @Test func `every octet of the signature counts`() {
        for index in ProxyHeader.signature.indices.dropFirst() {
            var octets = binaryHeader(Example.four)
            octets[index] ^= 1
            #expect(fault(octets)?.octets == index + 1)
        }
    }

    @Test func `there are two commands of one version`() {
        for octet in UInt8.min ... .max {
            let octets = binaryHeader(versionAndCommand: octet, Example.four)
            switch octet {
            case 0x20: #expect(outcome(octets).result == .success(.connection))
            case 0x21: #expect(outcome(octets).result == .success(Example.client4))
            default: #expect(fault(octets)?.octets == 13, "\(octet)")
            }
        }
    }

    @Test func `there are four families and three protocols, unless the proxy speaks for itself`() {
        let body = [UInt8](repeating: 0, count: 216)
        for octet in UInt8.min ... .max {
            let octets = binaryHeader(family: octet, body)
            if octet >> 4 <= 3, octet & 0xF <= 2 {
                let source: ProxyHeader.Source =
                    switch octet {
                    case 0x11: .client(.ipv4("0.0.0.0", port: 0))
                    case 0x21: .client(.ipv6("::", port: 0))
                    case 0x31: .client(.unknown)
                    default: .connection
                    }
                #expect(outcome(octets).result == .success(source), "\(octet)")
            } else {
                #expect(fault(octets)?.octets == 14, "\(octet)")
            }
            let local = binaryHeader(versionAndCommand: 0x20, family: octet, body)
            #expect(outcome(local).result == .success(.connection))
        }
    }

    @Test(arguments: [(UInt8(0x11), 12), (0x21, 36), (0x31, 216)])
    func `the length has room for the addresses`(family: UInt8, octets: Int) {
        let body = [UInt8](repeating: 1, count: 65_535)
        for length in [octets, octets + 1, 65_535] {
            let header = binaryHeader(family: family, Array(body.prefix(length)))
            #expect(outcome(header).taken == header.count)
            #expect((try? outcome(header).result.get()) != nil)
        }
        for length in [0, octets - 1] {
            #expect(fault(binaryHeader(family: family, body, length: length))?.octets == 16)
        }
    }
}
