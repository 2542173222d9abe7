package import Glibc
import POSIX

/// A program that a test has started; it is killed when nobody refers to it any more.
package final class Child {
    package let pid: Int32
    private var status: Int32?

    /// How long anything in a test may take before it has failed.
    package static let patience: Int64 = 30

    /// Starts a program with exactly these arguments and variables; its descriptors are the given
    /// numbers, copied from those of this process, and /dev/null for 0 to 2 where nothing is said.
    package init(
        _ arguments: [String], environment: [String: String] = [:],
        descriptors: [Int32: Int32] = [:]
    ) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // First out of the way of each other, then to where they belong.
        var moved: [Int32: Int32] = [:]
        for (index, number) in descriptors.keys.sorted().enumerated() {
            moved[number] = 200 + Int32(index)
            posix_spawn_file_actions_adddup2(&actions, descriptors[number]!, moved[number]!)
        }
        for number in 0...2 where descriptors[Int32(number)] == nil {
            posix_spawn_file_actions_addopen(&actions, Int32(number), "/dev/null", O_RDWR, 0)
        }
        for number in descriptors.keys.sorted() {
            posix_spawn_file_actions_adddup2(&actions, moved[number]!, number)
            posix_spawn_file_actions_addclose(&actions, moved[number]!)
        }
        // What this process ignores, and what its threads hold back, is not to be inherited.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var defaults = sigset_t()
        sigemptyset(&defaults)
        sigaddset(&defaults, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        var mask = sigset_t()
        sigemptyset(&mask)
        posix_spawnattr_setsigmask(&attributes, &mask)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] =
            environment.sorted { $0.key < $1.key }.map { strdup("\($0)=\($1)") } + [nil]
        defer { for word in words + variables { free(word) } }
        var pid: pid_t = 0
        let result = posix_spawnp(&pid, arguments[0], &actions, &attributes, &words, &variables)
        precondition(result == 0, "cannot start \(arguments[0]): errno \(result)")
        self.pid = pid
    }

    deinit {
        guard status == nil else { return }
        kill(pid, SIGKILL)
        _ = wait()
    }

    /// The exit status once it has ended, or the negative number of the signal that ended it; nil
    /// if it does not end in time.
    package func wait(seconds: Int64 = Child.patience) -> Int32? {
        if let status { return status }
        let deadline = Deadline.after(seconds: seconds)
        var word: Int32 = 0
        while waitpid(pid, &word, WNOHANG) == 0 {
            if deadline.remainingMilliseconds == 0 { return nil }
            usleep(1000)
        }
        status = Self.status(word)
        return status
    }

    /// Waits for its end however long that takes; the status, and what it has used.
    package func waitForUsage() -> (status: Int32, usage: rusage) {
        var word: Int32 = 0
        var usage = rusage()
        while wait4(pid, &word, 0, &usage) < 0 { precondition(errno == EINTR, "wait4: \(errno)") }
        status = Self.status(word)
        return (Self.status(word), usage)
    }

    private static func status(_ word: Int32) -> Int32 {
        word & 0x7F == 0 ? word >> 8 & 0xFF : -(word & 0x7F)
    }

    /// Sends it a signal.
    package func signal(_ number: Int32) {
        precondition(status == nil && kill(pid, number) == 0)
    }
}
