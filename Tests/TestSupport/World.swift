import COpenSSL
import Glibc

/// What only a process of its own should do to itself, since it cannot be taken back; tests call
/// it in an exit test. Root is needed for most of it.
package enum World {
    /// Glibc's syscall(2), which Swift does not import as it is variadic. On the ABIs that Swift
    /// has on Linux, integer arguments go where those of any other function go.
    private typealias SystemCall = @convention(c) (Int, Int, Int, Int, Int, Int) -> Int

    private static let systemCall = unsafeBitCast(dlsym(nil, "syscall"), to: SystemCall.self)

    #if arch(x86_64)
        private static let (prctl, unshare, renameat2, fsync) = (157, 272, 316, 74)
        private static let (unlinkat, seccomp, fchmod) = (263, 317, 91)
    #elseif arch(arm64)
        private static let (prctl, unshare, renameat2, fsync) = (167, 97, 276, 82)
        private static let (unlinkat, seccomp, fchmod) = (35, 277, 52)
    #endif
    /// On all architectures.
    private static let landlock = 444

    /// Gives this process mounts of its own, which go when it ends.
    package static func leaveMountNamespace() {
        let (newNamespace, privately) = (0x20000, UInt(MS_REC | MS_PRIVATE))
        precondition(systemCall(unshare, newNamespace, 0, 0, 0, 0) == 0, "unshare: \(errno)")
        precondition(mount("none", "/", nil, privately, nil) == 0, "mount: \(errno)")
    }

    /// A file system in memory, with the options of tmpfs(5).
    package static func mountMemory(at path: String, options: String) {
        precondition(mount("tmpfs", path, "tmpfs", 0, options) == 0, "mount: \(errno)")
    }

    /// Shows a directory at another path.
    package static func bind(_ source: String, at path: String) {
        precondition(mount(source, path, nil, UInt(MS_BIND), nil) == 0, "mount: \(errno)")
    }

    package static func makeReadOnly(_ path: String) {
        bind(path, at: path)
        let flags = UInt(MS_BIND | MS_REMOUNT | MS_RDONLY)
        precondition(mount(nil, path, nil, flags, nil) == 0, "mount: \(errno)")
    }

    /// As `ulimit -f`, where the signal that goes with it is ignored.
    package static func limitFiles(toOctets octets: Int) {
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit()
        precondition(getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
        limit.rlim_cur = rlim_t(octets)
        precondition(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
    }

    /// From now on the kernel refuses a system call, as one that it does not know or on a file
    /// system that fails: by seccomp(2), which programs that are started inherit. The error may be 0,
    /// which is what the call returns then.
    package enum Refusal: Sendable {
        case renameat2(CInt)
        /// fsync of that descriptor only, or of any.
        case fsync(of: CInt?, CInt)
        case unlinkat(CInt)
        case fchmod(CInt)
        /// landlock_create_ruleset, which also tells what there is of Landlock.
        case landlock(CInt)
        case seccomp(CInt)

        /// The call, its first argument where that matters, and the error.
        fileprivate var parts: (call: Int, argument: CInt?, error: CInt) {
            switch self {
            case .renameat2(let error): (World.renameat2, nil, error)
            case .fsync(let descriptor, let error): (World.fsync, descriptor, error)
            case .unlinkat(let error): (World.unlinkat, nil, error)
            case .fchmod(let error): (World.fchmod, nil, error)
            case .landlock(let error): (World.landlock, nil, error)
            case .seccomp(let error): (World.seccomp, nil, error)
            }
        }
    }

    package static func refuse(_ refusal: Refusal) {
        // struct sock_filter: code, jump if true, jump if false, operand.
        let load: UInt16 = 0x20
        let jumpIfEqual: UInt16 = 0x15
        let give: UInt16 = 0x06
        let allow: UInt32 = 0x7FFF_0000
        let (call, argument, error) = refusal.parts
        // The argument's lower half stands 16 octets into struct seccomp_data.
        let condition: [(UInt16, UInt8, UInt8, UInt32)] =
            argument.map { [(load, 0, 0, 16), (jumpIfEqual, 0, 1, UInt32($0))] } ?? []
        let program: [(UInt16, UInt8, UInt8, UInt32)] =
            [(load, 0, 0, 0), (jumpIfEqual, 0, UInt8(condition.count + 1), UInt32(call))]
            + condition
            + [(give, 0, 0, 0x0005_0000 | UInt32(error)), (give, 0, 0, allow)]
        let filter = UnsafeMutableRawPointer.allocate(byteCount: 8 * program.count, alignment: 8)
        for (index, (code, isTrue, isFalse, operand)) in program.enumerated() {
            filter.storeBytes(of: code, toByteOffset: 8 * index, as: UInt16.self)
            filter.storeBytes(of: isTrue, toByteOffset: 8 * index + 2, as: UInt8.self)
            filter.storeBytes(of: isFalse, toByteOffset: 8 * index + 3, as: UInt8.self)
            filter.storeBytes(of: operand, toByteOffset: 8 * index + 4, as: UInt32.self)
        }
        // struct sock_fprog: the number of instructions, then their address.
        let header = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 8)
        header.storeBytes(of: UInt16(program.count), as: UInt16.self)
        header.storeBytes(of: filter, toByteOffset: 8, as: UnsafeMutableRawPointer.self)
        let (noNewPrivileges, setSeccomp, withFilter) = (38, 22, 2)
        precondition(systemCall(prctl, noNewPrivileges, 1, 0, 0, 0) == 0, "prctl: \(errno)")
        let result = systemCall(prctl, setSeccomp, withFilter, Int(bitPattern: header), 0, 0)
        precondition(result == 0, "prctl: \(errno)")
    }

    package static let isRoot = geteuid() == 0

    /// As in Debian 12; 13 has a later one.
    package static let hasOpenSSL3_0 = OpenSSL_version_num() < 0x3010_0000
}
