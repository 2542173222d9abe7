import Testing

/// What the Internet sends to an open port, each against the built program: exact replies, the exit
/// status, the log, what is stored, and the memory that it took.
@Suite struct HostileTests {}

/// Numbers that look random and are the same in each run.
struct Xorshift: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
