import Foundation
import TestSupport
import Testing

@testable import mailpit

@Suite struct SessionCounterTests {
    @Test func `concurrent sessions get different numbers, and none is left out`() throws {
        let directory = TemporaryDirectory()
        let numbers = NSMutableArray()
        let lock = NSLock()
        nonisolated(unsafe) let all = numbers
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<250 {
                // Each opens the file anew, as a process of its own would.
                let number = try? SessionCounter(in: directory.path).number(for: "a b")
                lock.withLock { all.add(number ?? -1) }
            }
        }
        #expect((numbers as? [Int])?.sorted() == Array(1...2000))
        #expect(textOfFile(directory.file(SessionCounter.fileName)) == "2000 a b\n")
    }

    @Test func `keys that begin alike are different ones`() throws {
        let directory = TemporaryDirectory()
        let counter = try SessionCounter(in: directory.path)
        #expect(try counter.number(for: "x:1") == 1)
        #expect(try counter.number(for: "x:11") == 1)
        #expect(try counter.number(for: "1 x:1") == 1)
        #expect(try counter.number(for: "x:1") == 2)
        for number in 3...12 { #expect(try counter.number(for: "x:1") == number) }
        #expect(
            textOfFile(directory.file(SessionCounter.fileName)) == "12 x:1\n1 x:11\n1 1 x:1\n")
    }

    @Test func `a file that makes no sense does no harm`() throws {
        let directory = TemporaryDirectory()
        for text in ["", "\n\n", "x", "99999999999999999999 k\n", "\u{0}\n5 k"] {
            directory.write(text, to: SessionCounter.fileName)
            let counter = try SessionCounter(in: directory.path)
            let first = try counter.number(for: "k")
            #expect(first == (text.hasSuffix("5 k") ? 6 : 1))
            #expect(try counter.number(for: "k") == first + 1)
        }
    }

    @Test func `a number that is as large as can be stays so`() throws {
        let directory = TemporaryDirectory()
        directory.write("\(Int.max - 1) k\n", to: SessionCounter.fileName)
        let counter = try SessionCounter(in: directory.path)
        for _ in 0..<3 { #expect(try counter.number(for: "k") == Int.max) }
    }

    @Test func `a file that is too large, or a link, is refused`() throws {
        let directory = TemporaryDirectory()
        directory.write(String(repeating: "x", count: 1 << 16), to: SessionCounter.fileName)
        let counter = try SessionCounter(in: directory.path)
        let error = #expect(throws: (any Error).self) { try counter.number(for: "k") }
        #expect("\(error.map { "\($0)" } ?? "")".contains("File too large"))
        let other = TemporaryDirectory()
        symlink("/dev/null", other.file(SessionCounter.fileName))
        #expect(throws: (any Error).self) { _ = try SessionCounter(in: other.path) }
    }
}
