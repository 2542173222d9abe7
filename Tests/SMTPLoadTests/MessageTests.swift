import Testing

@testable import smtpload

@Suite struct MessageTests {
    /// What a server would have of it: RFC 5321 §4.5.2 undone.
    private func received(octets: Int) -> [UInt8] {
        var wire: [UInt8] = []
        Message(octets: octets).forEachPiece { piece, isLast in
            #expect(isLast == piece.suffix(3).elementsEqual([0x2E, 13, 10]))
            wire += piece
        }
        #expect(wire.suffix(5) == Array("\r\n.\r\n".utf8)[...])
        var lines = wire.dropLast(3).split(separator: 10, omittingEmptySubsequences: false)
        for index in lines.indices where lines[index].first == UInt8(ascii: ".") {
            #expect(lines[index].dropFirst().first == UInt8(ascii: "."))
            lines[index].removeFirst()
        }
        return Array(lines.joined(separator: [10]))
    }

    @Test(arguments: [
        0, 1, 2, 3, 4, 77, 78, 79, 80, 81, 156, 77_999, 78_000, 78_001, 78_002, 78_003, 156_001,
    ])
    func `A message has as many octets as are asked for, not counting those that are stuffed`(
        more: Int
    ) {
        let octets = Message.minimumOctets + more
        #expect(received(octets: octets).count == octets)
    }

    @Test(arguments: [1000, 100_000])
    func `Lines are ended by CRLF, have a character, and keep to 78`(octets: Int) {
        let text = String(decoding: received(octets: octets), as: UTF8.self)
        let body = text.split(separator: "\r\n\r\n", maxSplits: 1)[1]
        for line in body.dropLast().split(separator: "\r\n", omittingEmptySubsequences: false) {
            #expect((1...78).contains(line.utf8.count))
            #expect(line.utf8.allSatisfy { (0x21...0x7E).contains($0) })
        }
    }
}
