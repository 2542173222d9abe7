internal import CLinux
internal import FoundationEssentials
internal import Glibc
internal import POSIX

/// The processes below this one, however far: also those that left their process group or session,
/// or whose parent has ended, since this process is the reaper of its orphans.
enum Descendants {
    /// To be called once, before the first client is started.
    static func adoptOrphans() throws(SystemError) {
        try retrying("prctl") { clinux_become_subreaper() }
    }

    /// Collects those children that have ended, each with the word that waitpid(2) has for it.
    static func reap(_ ended: (_ pid: pid_t, _ status: CInt) -> Void) {
        var status: CInt = 0
        while true {
            let pid = unsafe waitpid(-1, &status, WNOHANG)
            if pid > 0 { ended(pid, status) } else if pid == 0 || errno != EINTR { return }
        }
    }

    /// Kills all of them and waits until they are gone; false if some are still there then, as
    /// those of another user may be.
    ///
    /// Whoever was started between the look at the table of processes and the signal has become our
    /// own child by then, and is found by the next look.
    static func end(
        by deadline: Deadline, _ ended: (_ pid: pid_t, _ status: CInt) -> Void
    ) -> Bool {
        while true {
            reap(ended)
            if !hasChildren { return true }
            if deadline.remainingMilliseconds == 0 { return false }
            for pid in all() { kill(pid, SIGKILL) }
            awaitEndOfChild(until: deadline)
        }
    }

    private static var hasChildren: Bool {
        var information = unsafe siginfo_t()
        return unsafe waitid(P_ALL, 0, &information, WEXITED | WNOHANG | WNOWAIT) == 0
    }

    /// Killed processes end at once, and tell by SIGCHLD, which is blocked.
    private static func awaitEndOfChild(until deadline: Deadline) {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGCHLD)
        let milliseconds = min(deadline.remainingMilliseconds, 50)
        var patience = timespec(tv_sec: 0, tv_nsec: Int(milliseconds) * 1_000_000)
        _ = unsafe sigtimedwait(&signals, nil, &patience)
    }

    private static func all() -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let parents = names.compactMap { pid_t($0) }.map { ($0, parent(of: $0)) }
        let children = Dictionary(grouping: parents, by: \.1).mapValues { $0.map(\.0) }
        var found: [pid_t] = []
        var next = children[getpid()] ?? []
        while let pid = next.popLast() {
            found.append(pid)
            next += children[pid] ?? []
        }
        return found
    }

    /// proc(5): the second field of /proc/PID/stat may have spaces and parentheses in it; the
    /// parent is the second one behind it.
    private static func parent(of pid: pid_t) -> pid_t? {
        let octets = try? Descriptor.contents(ofFile: "/proc/\(pid)/stat", maximumOctets: 4 << 10)
        guard let octets, let end = octets.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = octets[(end + 1)...].split(separator: UInt8(ascii: " "))
        return fields.count > 1 ? pid_t(String(decoding: fields[1], as: UTF8.self)) : nil
    }
}
