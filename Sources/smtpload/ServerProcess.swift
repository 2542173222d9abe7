internal import Glibc
internal import POSIX

/// A server that was started for one connection.
struct ServerProcess: ~Copyable {
    private let pid: pid_t

    /// Starts it with the connection as its standard input and output, and as its standard error
    /// too unless that goes to a file, to whose end it is written.
    init(
        _ command: [String], connection: borrowing Descriptor, standardErrorFile: String?
    ) throws(SystemError) {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for stream in [STDIN_FILENO, STDOUT_FILENO] {
            unsafe posix_spawn_file_actions_adddup2(&actions, connection.rawValue, stream)
        }
        if let standardErrorFile {
            unsafe posix_spawn_file_actions_addopen(
                &actions, STDERR_FILENO, standardErrorFile, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        } else {
            unsafe posix_spawn_file_actions_adddup2(&actions, connection.rawValue, STDERR_FILENO)
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var defaults = sigset_t()
        unsafe sigemptyset(&defaults)
        unsafe sigaddset(&defaults, SIGPIPE)
        unsafe posix_spawnattr_setsigdefault(&attributes, &defaults)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))

        var words = unsafe command.map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var pid: pid_t = 0
        let code = unsafe posix_spawn(&pid, command[0], &actions, &attributes, &words, environ)
        if code != 0 { throw SystemError("posix_spawn", path: command[0], code: code) }
        self.pid = pid
    }

    /// Waits for its end, and adds what it cost; throws if it did not end in success.
    consuming func wait(_ samples: inout Samples) throws(SessionFailure) {
        var status: CInt = 0
        var usage = rusage()
        while unsafe wait4(pid, &status, 0, &usage) < 0 {
            if errno != EINTR {
                throw SessionFailure(
                    stage: "process", reason: SystemError.last("wait4").description)
            }
        }
        let (user, system) = (usage.ru_utime.milliseconds, usage.ru_stime.milliseconds)
        samples.add(.cpu, user + system)
        samples.add(.userCPU, user)
        samples.add(.systemCPU, system)
        samples.add(.minorFaults, Double(usage.ru_minflt))
        samples.add(.majorFaults, Double(usage.ru_majflt))
        // ru_maxrss is of no use: it begins with what we had when the process was forked off us.
        let signal = status & 0x7F
        if signal != 0 {
            throw SessionFailure(stage: "process", reason: "killed by signal \(signal)")
        }
        let code = status >> 8 & 0xFF
        if code != 0 { throw SessionFailure(stage: "process", reason: "exit status \(code)") }
    }

    func kill() {
        // It is not waited for yet, so the number is still its own.
        _ = Glibc.kill(pid, SIGKILL)
    }
}

// MARK: - Memory

extension ServerProcess {
    /// Adds the peak of its resident set up to now.
    func measurePeak(_ samples: inout Samples) {
        if let peak = kibibytes("VmHWM:", in: "status") { samples.add(.peakMemory, peak) }
    }

    /// Adds its share of memory at this moment.
    func measureIdle(_ samples: inout Samples) {
        if let share = kibibytes("Pss:", in: "smaps_rollup") { samples.add(.idleMemory, share) }
        let parts = ["Private_Clean:", "Private_Dirty:"].compactMap {
            kibibytes($0, in: "smaps_rollup")
        }
        if parts.count == 2 { samples.add(.idlePrivateMemory, parts[0] + parts[1]) }
    }

    /// The value of a line like `VmHWM:     6912 kB` in a file of its directory. proc(5)
    private func kibibytes(_ label: String, in file: String) -> Double? {
        guard let text = try? contents(of: "/proc/\(pid)/\(file)"),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix(label) })
        else { return nil }
        return line.split(separator: " ").dropFirst().first.flatMap { Double($0) }
    }

    private func contents(of path: String) throws(SystemError) -> String {
        let number = try retrying("open", path: path) { unsafe open(path, O_RDONLY | O_CLOEXEC) }
        let file = Descriptor(owning: number)
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case .octets(let count) = file.read(into: &buffer) { text += buffer[..<count] }
        return String(decoding: text, as: UTF8.self)
    }
}

extension timeval {
    fileprivate var milliseconds: Double { Double(tv_sec) * 1000 + Double(tv_usec) / 1000 }
}
