internal import Glibc
internal import POSIX

/// `mailpit verify`: a program of its own, of which this one has nothing but the name.
enum VerifyCommand {
    /// What stands first on its command line.
    static let name = "verify"

    /// Becomes `mailpit-verify`, which is beside this program; returns only if that fails.
    static func become(_ arguments: ArraySlice<String>) -> ExitStatus {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        // Not terminated by a zero, but all others are: readlink(2).
        _ = unsafe readlink("/proc/self/exe", &path, path.count - 1)
        let octets = path.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        let own = String(decoding: octets, as: UTF8.self)
        let program = "\(FileAccess.parent(of: own))/mailpit-verify"
        var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        _ = unsafe execv(program, &words)
        let error = SystemError.last("execv", path: program)
        _ = StandardStreams.write("mailpit verify: \(error)\n", to: STDERR_FILENO)
        return .configuration
    }
}
