import Glibc

@testable import TLS

/// Runs a program found in `PATH` to its end and returns its exit status and all that it printed.
@discardableResult
func run(_ arguments: [String]) -> (status: CInt, output: String) {
    var ends: [CInt] = [0, 0]
    // Not a pipe: other tests' programs must not inherit it.
    let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    precondition(socketpair(AF_UNIX, type, 0, &ends) == 0)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var pid: pid_t = 0
    let code = posix_spawnp(&pid, arguments[0], &actions, nil, &words, environ)
    precondition(code == 0, "cannot run \(arguments[0])")
    close(ends[1])
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = read(ends[0], &buffer, buffer.count)
        if count <= 0 { break }
        output += buffer[..<count]
    }
    close(ends[0])
    var status: CInt = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return (exitStatus(status), String(decoding: output, as: UTF8.self))
}

/// What a program said by its `exit`, or −1 if a signal ended it.
private func exitStatus(_ status: CInt) -> CInt {
    status & 0x7F == 0 ? (status >> 8) & 0xFF : -1
}

/// A program that runs by the side of a test.
final class Background {
    private var pid: pid_t = 0

    init(_ arguments: [String]) {
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        let code = posix_spawnp(&pid, arguments[0], nil, nil, &words, environ)
        precondition(code == 0, "cannot run \(arguments[0])")
    }

    /// Waits for its end; its exit status.
    @discardableResult
    func wait() -> CInt {
        var status: CInt = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return exitStatus(status)
    }
}

/// A directory for one test's files, removed with them.
final class Scratch: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/mailpit-tls-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        // Before there is a certificate: a session has one thread, and here what others decode while the
        // library is equipped would stay in it.
        _ = LeanLibrary.context
    }

    deinit {
        run(["rm", "-rf", path])
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file whole, in place of what was there.
    @discardableResult
    func write(_ octets: [UInt8], to name: String) -> String {
        let path = file(name)
        let number = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        precondition(number >= 0)
        var written = 0
        while written < octets.count {
            written += octets[written...].withUnsafeBytes {
                Glibc.write(number, $0.baseAddress, $0.count)
            }
        }
        close(number)
        return path
    }

    @discardableResult
    func write(_ text: String, to name: String) -> String { write(Array(text.utf8), to: name) }
}

/// All octets of a file.
func contents(of path: String) -> [UInt8] {
    let number = open(path, O_RDONLY | O_CLOEXEC)
    precondition(number >= 0, path)
    defer { close(number) }
    var octets: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
        let count = read(number, &buffer, buffer.count)
        if count <= 0 { return octets }
        octets += buffer[..<count]
    }
}

func text(of path: String) -> String { String(decoding: contents(of: path), as: UTF8.self) }
