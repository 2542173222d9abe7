internal import POSIX

/// How long a session waits for somebody who reads its log and may hang: ten waits in vain of a
/// tenth of a second, so what it can lose is a second.
struct Patience {
    private var waitsLeft = 10

    /// Until when the next wait may take; now, once ten were in vain.
    var deadline: Deadline { .after(milliseconds: waitsLeft > 0 ? 100 : 0) }

    mutating func waitedInVain() {
        waitsLeft -= 1
    }
}
