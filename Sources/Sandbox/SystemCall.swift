/// A system call that a session may make.
struct SystemCall: Sendable {
    /// When it may be made.
    enum Condition: Equatable, Sendable {
        case always
        /// The argument with this index has none of these bits.
        case without(bits: UInt32, inArgument: Int)
        /// The argument with this index has this value.
        case with(value: UInt32, inArgument: Int)
    }

    let name: String
    /// Its number on x86-64; nil where there is no such call.
    let x86_64: UInt32?
    /// Its number on AArch64, and every architecture with the generic table.
    let aarch64: UInt32?
    let condition: Condition

    private init(
        _ name: String, _ x86_64: UInt32?, _ aarch64: UInt32?, _ condition: Condition = .always
    ) {
        self.name = name
        self.x86_64 = x86_64
        self.aarch64 = aarch64
        self.condition = condition
    }
}

extension SystemCall {
    private static let executable: UInt32 = 4  // PROT_EXEC
    private static let local: UInt32 = 1  // AF_UNIX

    /// All of them, with the most frequent ones first, as they are looked through in this order.
    static func allowed(process: UInt32) -> [SystemCall] {
        [
            SystemCall("read", 0, 63),
            SystemCall("write", 1, 64),
            SystemCall("poll", 7, nil),
            SystemCall("ppoll", 271, 73),
            SystemCall("futex", 202, 98),
            SystemCall("brk", 12, 214),
            SystemCall("getpid", 39, 172),
            SystemCall("close", 3, 57),
            SystemCall("getrandom", 318, 278),
            SystemCall("openat", 257, 56),
            SystemCall("newfstatat", 262, 79),
            SystemCall("fstat", 5, 80),
            SystemCall("fsync", 74, 82),
            SystemCall("renameat2", 316, 276),
            SystemCall("linkat", 265, 37),
            SystemCall("unlinkat", 263, 35),
            SystemCall("sync_file_range", 277, 84),
            SystemCall("pwritev2", 328, 287),
            // Memory, none of it to be executed.
            SystemCall("mmap", 9, 222, .without(bits: executable, inArgument: 2)),
            SystemCall("mprotect", 10, 226, .without(bits: executable, inArgument: 2)),
            SystemCall("munmap", 11, 215),
            SystemCall("mremap", 25, 216),
            SystemCall("madvise", 28, 233),
            SystemCall("sysinfo", 99, 179),  // qsort(3) asks how much there is.
            // Where the log goes: /dev/log, and the socket of the journal.
            SystemCall("socket", 41, 198, .with(value: local, inArgument: 0)),
            SystemCall("getsockopt", 55, 209),
            SystemCall("setsockopt", 54, 208),
            SystemCall("writev", 20, 66),
            SystemCall("sendto", 44, 206),
            SystemCall("sendmsg", 46, 211),
            SystemCall("memfd_create", 319, 279),  // For entries too large for a datagram.
            SystemCall("fcntl", 72, 25),
            // The end.
            SystemCall("shutdown", 48, 210),
            SystemCall("exit_group", 231, 94),
            SystemCall("exit", 60, 93),
            SystemCall("clock_gettime", 228, 113),  // Where the vDSO cannot tell.
            SystemCall("clock_nanosleep", 230, 115),
            SystemCall("restart_syscall", 219, 128),
            // What the runtime does about a defect.
            SystemCall("gettid", 186, 178),
            SystemCall("rt_sigprocmask", 14, 135),
            SystemCall("rt_sigaction", 13, 134),
            SystemCall("rt_sigreturn", 15, 139),
            SystemCall("tgkill", 234, 131, .with(value: process, inArgument: 0)),
        ]
    }
}
