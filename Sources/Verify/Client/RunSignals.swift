internal import CLinux
internal import Glibc
internal import POSIX

/// The signals that a run waits for, held back so that they read like a descriptor: those that ask
/// for its end, and the one that tells of a child's.
final class RunSignals {
    let descriptor: Descriptor

    /// Sets the mask of this thread, and so of those that it starts later.
    init() throws(SystemError) {
        var mask = sigset_t()
        unsafe sigemptyset(&mask)
        for signal in [SIGCHLD, SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&mask, signal) }
        try retrying("sigprocmask") { unsafe sigprocmask(SIG_SETMASK, &mask, nil) }
        descriptor = Descriptor(
            owning: try retrying("signalfd") {
                unsafe signalfd(-1, &mask, CInt(SFD_CLOEXEC) | CInt(SFD_NONBLOCK))
            })
    }

    /// Takes all that have come, and returns the first that asks for the end, if one does.
    func take() -> CInt? {
        var asking: CInt?
        var octets = [UInt8](repeating: 0, count: MemoryLayout<signalfd_siginfo>.size)
        while case .octets = descriptor.read(into: &octets) {
            // Its first field is the number, an unsigned integer of 32 bits: signalfd(2).
            let signal = CInt(octets[0])
            if signal != SIGCHLD, asking == nil { asking = signal }
        }
        return asking
    }
}

/// Waits until one of the descriptors can be read, or the deadline has passed; negative ones are
/// passed over.
func awaitInput(_ descriptors: [CInt], until deadline: Deadline) {
    var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    // An interruption or a failure is like a wait that has ended too soon, which callers expect.
    _ = unsafe poll(&entries, nfds_t(entries.count), deadline.remainingMilliseconds)
}
