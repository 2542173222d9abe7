internal import CLinux
internal import Glibc

/// The signals that ask the process to end, held back so that they interrupt nothing and read like
/// a descriptor.
package struct TerminationSignals: ~Copyable {
    let descriptor: Descriptor

    /// Sets the dispositions of all signals, whatever was inherited: to be called before anything
    /// else, as a defect or a lack of memory may show at once.
    ///
    /// SIGPIPE and SIGXFSZ are ignored: writing tells of what they would, as EPIPE and EFBIG. The
    /// signals of a defect end the process with EX_SOFTWARE of sysexits.h. All others do what the
    /// system has them do.
    package static func setDispositions() {
        for signal in 1...lastStandardSignal where signal != SIGKILL && signal != SIGSTOP {
            // Cannot fail: the signal exists and may be set.
            _ =
                switch signal {
                case SIGPIPE, SIGXFSZ: Glibc.signal(signal, SIG_IGN)
                case SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV:
                    Glibc.signal(signal) { _ in Defect.end() }
                default: Glibc.signal(signal, SIG_DFL)
                }
        }
    }

    /// Sets the mask: SIGTERM, SIGINT and SIGHUP wait to be looked at.
    package init() throws(SystemError) {
        var mask = sigset_t()
        unsafe sigemptyset(&mask)
        for signal in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&mask, signal) }
        try retrying("sigprocmask") { unsafe sigprocmask(SIG_SETMASK, &mask, nil) }
        descriptor = Descriptor(
            owning: try retrying("signalfd") {
                unsafe signalfd(-1, &mask, CInt(SFD_CLOEXEC) | CInt(SFD_NONBLOCK))
            })
    }

    /// signal(7): behind it come the real-time signals, which nobody sends to us.
    private static let lastStandardSignal: CInt = 31
}

/// What is done about a defect of the program: nothing that needs memory in order, so that whatever
/// is broken, no report of the runtime and no core with somebody's mail in it leaves the process.
private enum Defect {
    static func end() -> Never {
        // Before it is known who is at the other end, standard error may be the client.
        if Descriptor.areSameFile(STDERR_FILENO, STDIN_FILENO) { _exit(70) }
        let text: StaticString = "mailpit: ended by a defect of the program\n"
        // Nobody is left to be told if this fails.
        _ = unsafe write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
        _exit(70)
    }
}
