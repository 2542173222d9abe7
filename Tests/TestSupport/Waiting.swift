import Glibc
import POSIX

/// Waits until a condition holds, looking every millisecond; false if it does not in time.
package func eventually(
    seconds: Int64 = Child.patience, _ condition: () throws -> Bool
) rethrows -> Bool {
    let deadline = Deadline.after(seconds: seconds)
    while try !condition() {
        if deadline.remainingMilliseconds == 0 { return false }
        usleep(1000)
    }
    return true
}

extension Child {
    /// Waits until somebody listens on a port of this machine; false if this program ends before.
    package func waitUntilListening(onPort port: UInt16) -> Bool {
        eventually { wait(seconds: 0) != nil || ProcessTable.isListening(onPort: port) }
            && wait(seconds: 0) == nil
    }
}

/// Whether something comes from a descriptor, octets or an end, within so many milliseconds.
package func isReadable(_ descriptor: Int32, milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, milliseconds) > 0
}
