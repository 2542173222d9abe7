import Testing

@testable import Activation

/// A header of version 2 with this much behind its fixed part.
func binaryHeader(
    versionAndCommand: UInt8 = 0x21, family: UInt8 = 0x11, _ body: [UInt8], length: Int? = nil
) -> [UInt8] {
    let length = length ?? body.count
    return ProxyHeader.signature
        + [versionAndCommand, family, UInt8(length >> 8), UInt8(length & 0xFF)] + body
}

/// What becomes of octets that come in pieces of `step`, and how many of them belong to the header.
func outcome(
    _ octets: [UInt8], by step: Int = .max
) -> (result: Result<ProxyHeader.Source?, ProxyHeader.Malformed>, taken: Int) {
    var header = ProxyHeader()
    var taken = 0
    var rest = octets[...]
    while !rest.isEmpty {
        let piece = Array(rest.prefix(step))
        rest = rest.dropFirst(piece.count)
        do throws(ProxyHeader.Malformed) {
            let count = try header.receive(piece.span)
            taken += count
            if count < piece.count { break }
        } catch {
            return (.failure(error), taken)
        }
    }
    return (.success(header.source), taken)
}

struct Example: Sendable, CustomTestStringConvertible {
    let octets: [UInt8]
    let source: ProxyHeader.Source
    let testDescription: String

    init(_ name: String, _ octets: [UInt8], _ source: ProxyHeader.Source) {
        (testDescription, self.octets, self.source) = (name, octets, source)
    }
    init(_ text: String, _ source: ProxyHeader.Source) {
        self.init(text.debugDescription, Array(text.utf8) + [13, 10], source)
    }

    static let four: [UInt8] = [192, 0, 2, 1, 198, 51, 100, 1, 0xDC, 0x04, 0, 25]
    static let six: [UInt8] =
        [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1]
        + [UInt8](repeating: 0xFF, count: 16) + [0xDC, 0x04, 0, 25]
    static let mapped: [UInt8] =
        [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 192, 0, 2, 9]
        + [UInt8](repeating: 0, count: 16) + [0, 1, 0, 2]
    static let unix = [UInt8](repeating: 0x2F, count: 216)
    static let tlv: [UInt8] = [0x02, 0, 3, 0x61, 0x62, 0x63, 0x04, 0, 0]
    static let client4 = ProxyHeader.Source.client(.ipv4("192.0.2.1", port: 56324))
    static let client6 = ProxyHeader.Source.client(.ipv6("2001:db8::1", port: 56324))
    static let full = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"

    static let text: [Example] = [
        Example("PROXY TCP4 192.0.2.1 198.51.100.1 56324 25", client4),
        Example("PROXY TCP4 0.0.0.0 0.0.0.0 0 0", .client(.ipv4("0.0.0.0", port: 0))),
        Example(
            "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535",
            .client(.ipv4("255.255.255.255", port: 65535))),
        Example("PROXY TCP6 2001:db8::1 ::1 56324 25", client6),
        Example("PROXY TCP6 2001:DB8:0:0:0:0:0:1 ::1 56324 25", client6),
        Example("PROXY TCP6 :: :: 0 0", .client(.ipv6("::", port: 0))),
        Example("PROXY TCP6 \(full) \(full) 65535 65535", .client(.ipv6(full, port: 65535))),
        Example("PROXY TCP6 ::ffff:192.0.2.9 ::1 1 2", .client(.ipv4("192.0.2.9", port: 1))),
        Example("PROXY TCP6 ::ffff:c000:209 ::1 1 2", .client(.ipv4("192.0.2.9", port: 1))),
        Example("PROXY UNKNOWN", .connection),
        Example("PROXY UNKNOWN ", .connection),
        Example("PROXY UNKNOWN \(full) \(full) 65535 65535", .connection),
        Example("PROXY UNKNOWN a\rb\nc \u{1F4EB} 192.0.2.1", .connection),
    ]
    static let binary: [Example] = [
        Example("INET", binaryHeader(four), client4),
        Example("INET with TLVs", binaryHeader(four + tlv), client4),
        Example("INET6", binaryHeader(family: 0x21, six), client6),
        Example("INET6 with TLVs", binaryHeader(family: 0x21, six + tlv), client6),
        Example(
            "INET6, IPv4-mapped", binaryHeader(family: 0x21, mapped),
            .client(.ipv4("192.0.2.9", port: 1))),
        Example("UNIX", binaryHeader(family: 0x31, unix), .client(.unknown)),
        Example("UNIX with TLVs", binaryHeader(family: 0x31, unix + tlv), .client(.unknown)),
        Example("UNSPEC", binaryHeader(family: 0x00, []), .connection),
        Example("UNSPEC with octets", binaryHeader(family: 0x00, four), .connection),
        Example("UDP over IPv4", binaryHeader(family: 0x12, four), .connection),
        Example("UDP over IPv6", binaryHeader(family: 0x22, six), .connection),
        Example("UNIX datagrams", binaryHeader(family: 0x32, unix), .connection),
        Example("LOCAL", binaryHeader(versionAndCommand: 0x20, family: 0, []), .connection),
        Example(
            "LOCAL with addresses", binaryHeader(versionAndCommand: 0x20, four + tlv), .connection),
        Example(
            "LOCAL, INET without addresses", binaryHeader(versionAndCommand: 0x20, []), .connection),
        Example(
            "LOCAL, any family", binaryHeader(versionAndCommand: 0x20, family: 0xFF, [1]),
            .connection),
        Example(
            "the longest",
            binaryHeader(four + [UInt8](repeating: 0x04, count: 65_535 - 12)), client4),
    ]
}

@Suite struct ProxyHeaderTests {
    @Test(arguments: Example.text + Example.binary)
    func `a header names the client, however it is cut`(example: Example) {
        // Single octets, pieces that do not divide it evenly, and all at once.
        for step in [1, 2, 3, 7, 15, 16, 17, .max] {
            let (result, taken) = outcome(example.octets, by: step)
            #expect(result == .success(example.source), "by \(step)")
            #expect(taken == example.octets.count)
        }
    }

    @Test(arguments: Example.text + Example.binary)
    func `what is behind a header is not taken`(example: Example) {
        let behind = Array("EHLO x\r\nPROXY TCP4".utf8)
        for step in [1, 2, 16, 17, .max] {
            let (result, taken) = outcome(example.octets + behind, by: step)
            #expect(result == .success(example.source))
            #expect(taken == example.octets.count, "by \(step)")
        }
    }

    @Test(arguments: Example.text + Example.binary)
    func `a header that is cut off is incomplete, and never malformed`(example: Example) {
        // Where it is long, it is the same octet over and over.
        for count in 0..<min(example.octets.count, 400) {
            #expect(outcome(Array(example.octets.prefix(count))).result == .success(nil))
        }
        #expect(outcome(Array(example.octets.dropLast())).result == .success(nil))
    }

    @Test(arguments: Example.text + Example.binary)
    func `reading as many octets as are to come never reads past the end`(example: Example) {
        let octets = example.octets + Array(repeating: UInt8(ascii: "\n"), count: 20)
        // As many as asked for, and one at a time as a slow network has it.
        for limit in [Int.max, 1] {
            var header = ProxyHeader()
            var position = 0
            while header.source == nil {
                let count = header.minimumOctetsToCome
                #expect(count > 0)
                if count == 0 { break }
                let piece = Array(octets[position...].prefix(min(count, limit)))
                #expect((try? header.receive(piece.span)) == piece.count)
                position += piece.count
            }
            #expect(position == example.octets.count)
            #expect(header.source == example.source)
            #expect(header.minimumOctetsToCome == 0)
        }
    }

    @Test func `any cutting of any header comes to the same`() {
        var generator = SystemRandomNumberGenerator()
        for example in Example.text + Example.binary.dropLast() {
            for _ in 0..<50 {
                var header = ProxyHeader()
                var rest = example.octets[...]
                while !rest.isEmpty {
                    let piece = Array(rest.prefix(.random(in: 1...rest.count, using: &generator)))
                    rest = rest.dropFirst(piece.count)
                    #expect((try? header.receive(piece.span)) == piece.count)
                }
                #expect(header.source == example.source)
            }
        }
    }

    @Test func `nothing is taken behind a complete header`() throws {
        var header = ProxyHeader()
        _ = try header.receive(Array("PROXY UNKNOWN\r\n".utf8).span)
        #expect(try header.receive([1, 2, 3].span) == 0)
    }
}
