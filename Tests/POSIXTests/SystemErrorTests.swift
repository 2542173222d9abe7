import Glibc
import POSIX
import Testing

@Suite struct SystemErrorTests {
    @Test func `an error tells what was done, to what, and why it failed`() {
        let error = SystemError("open", path: "/no/such", code: ENOENT)
        #expect(error.description == "open /no/such: No such file or directory (errno 2)")
        #expect(
            SystemError("fsync", code: EIO).description == "fsync: Input/output error (errno 5)")
    }

    @Test func `an interrupted call is made again, any other failure is thrown`() throws {
        var calls = 0
        let result = try retrying("read") { () -> CInt in
            calls += 1
            if calls == 3 { return 42 }
            errno = EINTR
            return -1
        }
        #expect(result == 42)
        #expect(calls == 3)
        #expect(throws: SystemError("read", path: "/x", code: EIO)) {
            try retrying("read", path: "/x") { () -> CInt in
                errno = EIO
                return -1
            }
        }
    }

    @Test func `a regular expression matches or says why it cannot`() throws {
        let expression = try RegularExpression(
            extended: "@example\\.(org|net)$", ignoresCase: false)
        let texts = ["me@example.net", "me@example.com", "me@exampleXorg"]
        #expect(texts.map { expression.matches($0) } == [true, false, false])
        #expect(throws: RegularExpression.SyntaxError.self) {
            _ = try RegularExpression(extended: "(", ignoresCase: false)
        }
    }

    @Test func `the wall clock is the system's`() {
        let before = time(nil)
        let now = Clock.now()
        #expect((Int64(before)...Int64(before) + 60).contains(now.seconds))
        #expect((0..<1_000_000).contains(now.microseconds))
    }
}
