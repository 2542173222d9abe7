import Glibc
import POSIX
import TestSupport
import Testing

@Suite struct ReadinessTests {
    @Test func `input is waited for until it is there`() {
        let pipe = TestPipe()
        #expect(
            awaitReadiness(of: pipe.reading, for: .input, until: .after(seconds: 0)) == .timedOut)
        #expect(pipe.writing.write([1].span) == .octets(1))
        #expect(
            awaitReadiness(of: pipe.reading, for: .input, until: .after(seconds: 60)) == .ready)
    }

    @Test func `the end of the input counts as input`() {
        let pair = SocketPair()
        pair.second.shutDownSending()
        #expect(awaitReadiness(of: pair.first, for: .input, until: .after(seconds: 60)) == .ready)
        var buffer: [UInt8] = [0]
        #expect(pair.first.read(into: &buffer) == .end)
    }

    @Test func `output waits for room`() throws {
        let pair = SocketPair()
        try pair.first.setNonBlocking(true)
        let octets = [UInt8](repeating: 7, count: 1 << 16)
        while case .octets = pair.first.write(octets.span) {}
        #expect(pair.first.write(octets.span) == .wouldBlock)
        #expect(
            awaitReadiness(of: pair.first, for: .output, until: .after(seconds: 0)) == .timedOut)
        var buffer = [UInt8](repeating: 0, count: 1 << 22)
        guard case .octets = pair.second.read(into: &buffer) else {
            Issue.record("nothing was read")
            return
        }
        #expect(awaitReadiness(of: pair.first, for: .output, until: .after(seconds: 60)) == .ready)
    }

    @Test func `a deadline beyond all counting is none`() {
        #expect(Deadline.after(seconds: .max).remainingMilliseconds == .max)
        #expect(Deadline.after(seconds: 0).remainingMilliseconds == 0)
        let almostTwo = Deadline.after(seconds: 2).remainingMilliseconds
        #expect((1000...2000).contains(almostTwo))
    }

    @Test func `nothing of what was set to block is left that way`() throws {
        let pipe = TestPipe()
        #expect(try pipe.reading.setNonBlocking(true) == false)
        #expect(try pipe.reading.setNonBlocking(true) == true)
        var buffer: [UInt8] = [0]
        #expect(pipe.reading.read(into: &buffer) == .wouldBlock)
        #expect(try pipe.reading.setNonBlocking(false) == true)
        #expect(try pipe.reading.setNonBlocking(false) == false)
    }
}
