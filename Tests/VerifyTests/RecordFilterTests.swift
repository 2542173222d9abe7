import Testing

@testable import Verify

struct RecordFilterTests {
    private static let hello: [UInt8] = [22, 3, 1, 0, 4, 10, 2, 10, 4]

    @Test func `a record is one line, whatever is in it, and however it comes`() {
        for cut in 5...Self.hello.count {
            var filter = RecordFilter()
            let input = Self.hello + [21, 3, 3, 0, 2, 2, 70] + Array("QUIT\r\n".utf8)
            let lines = filter.lines(from: input[..<cut]) + filter.lines(from: input[cut...])
            #expect(lines == [22, 13, 10, 21, 13, 10] + Array("QUIT\r\n".utf8), "\(cut)")
        }
    }

    @Test(arguments: ["MAIL FROM:<a@b.example>\r\n", "\u{16}\u{2}\u{1}xyz\r\n", "", "\u{16}"])
    func `what is no record stays as it is`(text: String) {
        var filter = RecordFilter()
        #expect(filter.lines(from: Array(text.utf8)[...]) == Array(text.utf8))
    }
}
