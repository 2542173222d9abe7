// Usage: SandboxProbe (all|landlock|off) DEED DIRECTORY. Exits with 0 if the deed could be done, else
// with the number of the error.
import CLinux
import Glibc
import POSIX
import Sandbox

guard CommandLine.arguments.count == 4 else { exit(255) }
let (protection, deed, directory) = (
    CommandLine.arguments[1], CommandLine.arguments[2], CommandLine.arguments[3]
)
let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)

/// Ends with what a call came to.
func report(_ result: some SignedInteger) -> Never {
    exit(result >= 0 ? 0 : errno)
}

/// A function of the C library that Swift keeps from us.
func function(_ name: String) -> UnsafeMutableRawPointer {
    dlsym(nil, name)!
}

// What a deed needs and no session could get any more, so that it is the deed itself that counts.
let connection = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
let parent = getppid()

func connectOverTCP() -> CInt {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(9).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(connection, $0, 16) }
    }
}

func deliver() -> CInt {
    let file = openat(folder, "a", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0, write(file, "x", 1) == 1, fsync(file) == 0 else { return -1 }
    guard linkat(folder, "a", folder, "b", 0) == 0 else { return -1 }
    return unlinkat(folder, "a", 0) | fsync(folder)
}

do {
    switch protection {
    case "all": _ = try Sandbox.enter(.require, directories: [folder])
    case "landlock": _ = try Landlock.restrict(to: [folder])
    case "off": _ = try Sandbox.enter(.off, directories: [folder])
    default: exit(252)
    }
} catch {
    exit(254)
}

switch deed {
case "deliver": report(deliver())
case "read a file": report(open("/etc/passwd", O_RDONLY))
case "read in the directory": report(openat(folder, "there", O_RDONLY))
case "read the directory": report(openat(folder, ".", O_RDONLY | O_DIRECTORY))
case "cut a file short": report(openat(folder, "there", O_WRONLY | O_TRUNC))
case "remove a directory": report(unlinkat(folder, "empty", AT_REMOVEDIR))
case "make a link": report(symlinkat("there", folder, "link"))
case "make a FIFO": report(mkfifoat(folder, "fifo", 0o600))
case "write a file": report(open("\(directory)/../outside", O_WRONLY | O_CREAT, 0o600))
case "remove a file": report(unlink("\(directory)/../kept"))
case "make a directory": report(mkdirat(folder, "d", 0o700))
case "connect": report(connectOverTCP())
case "execute": report(execv("/bin/true", [strdup("/bin/true"), nil]))
case "fork": report(unsafeBitCast(function("fork"), to: (@convention(c) () -> CInt).self)())
case "signal another": report(kill(parent, 0))
case "trace another":
    typealias Trace = @convention(c) (CInt, CInt, Int, Int) -> Int
    report(unsafeBitCast(function("ptrace"), to: Trace.self)(16, parent, 0, 0))
case "map code":
    report(mmap(nil, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | 0x20, -1, 0) == MAP_FAILED ? -1 : 0)
case "abort":
    // Without the reporter of the Swift runtime, as in the program itself.
    signal(SIGABRT, SIG_DFL)
    abort()
default: exit(253)
}
