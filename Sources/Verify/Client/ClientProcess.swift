internal import CLinux
internal import Glibc
internal import POSIX

/// A client that runs, and what it prints.
struct ClientProcess: ~Copyable {
    let pid: pid_t
    /// The reading end of its standard output and error; it does not block.
    let output: Descriptor

    /// Starts it without a shell, in a session of its own, with nothing to read and no descriptor
    /// of ours but the one to print to.
    ///
    /// A session of its own is a process group of its own, and one without a terminal: who would
    /// ask there for a password fails at once instead of waiting.
    init(_ arguments: [String], environment: [String: String]) throws(SystemError) {
        var numbers: [CInt] = [-1, -1]
        try retrying("pipe") { unsafe pipe(&numbers) }
        let reading = Descriptor(owning: numbers[0])
        let writing = Descriptor(owning: numbers[1])
        try reading.closeOnExec()
        try writing.closeOnExec()
        try reading.setNonBlocking(true)
        pid = try Self.spawn(arguments, environment, output: writing.rawValue)
        output = reading
    }

    private static func spawn(
        _ arguments: [String], _ environment: [String: String], output: CInt
    ) throws(SystemError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
        unsafe posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1)
        var attributes = makeAttributes()
        defer { unsafe posix_spawnattr_destroy(&attributes) }

        var words = unsafe Self.copies(arguments)
        var variables = unsafe Self.copies(environment.map { "\($0)=\($1)" })
        defer { unsafe (words + variables).forEach { unsafe free($0) } }
        var pid: pid_t = 0
        let code = unsafe posix_spawnp(
            &pid, arguments[0], &actions, &attributes, &words, &variables)
        guard code == 0 else { throw SystemError("execvp", path: arguments[0], code: code) }
        return pid
    }

    /// As C takes them, with a null pointer at the end.
    private static func copies(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        unsafe texts.map { unsafe strdup($0) } + [nil]
    }

    /// No signal is blocked or ignored in it, whatever is so here.
    private static func makeAttributes() -> posix_spawnattr_t {
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = CShort(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
        unsafe posix_spawnattr_setflags(&attributes, flags | clinux_spawn_in_session)
        return attributes
    }
}
