import Testing

@testable import Verify

@Suite struct OutputTailTests {
    private func tail(_ chunks: [Int], of octet: UInt8 = 0x61) -> OutputTail {
        var tail = OutputTail()
        for count in chunks { tail.append([UInt8](repeating: octet, count: count)[...]) }
        return tail
    }

    @Test func `what fits is kept whole`() {
        let tail = tail([4000, 96])
        #expect(tail.octets.count == 4096 && !tail.isCut)
    }

    @Test(arguments: [[4097], [4096, 1], [1, 4096], [100_000], [4000, 4000]])
    func `of more the end is kept`(chunks: [Int]) {
        var tail = tail(chunks)
        tail.append(Array("end".utf8)[...])
        #expect(tail.octets.count == 4096 && tail.isCut)
        #expect(tail.octets.suffix(4).elementsEqual("aend".utf8))
    }

    @Test func `where it was cut it begins with a whole line`() {
        var tail = tail([5000])
        #expect(tail.text == String(repeating: "a", count: 4096))
        tail.append(Array("\nlast line\n".utf8)[...])
        #expect(tail.text == "last line\n")
    }

    @Test func `octets that are no UTF-8 are replaced`() {
        #expect(tail([1], of: 0xFF).text == "\u{FFFD}")
    }
}
