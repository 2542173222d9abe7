internal import FoundationEssentials
internal import Glibc

/// Finding a program as execvp(3) does.
enum Executable {
    /// Why a command cannot be run; nil where nothing speaks against it, or where its name is known
    /// only once placeholders are replaced.
    static func fault(in command: ClientCommand) -> String? {
        let name = command.words[0]
        if name.contains("{") { return nil }
        if name.contains("/") {
            let isThere = unsafe access(name, F_OK) == 0
            if isThere, isExecutable(name) { return nil }
            return "\(name): \(isThere ? "not executable" : "no such program")"
        }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/bin:/usr/bin"
        let directories = path.split(separator: ":", omittingEmptySubsequences: false)
        let isFound = directories.contains { directory in
            isExecutable(directory.isEmpty ? name : "\(directory)/\(name)")
        }
        return isFound ? nil : "\(name): no such program in PATH"
    }

    private static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            && access(path, X_OK) == 0
    }
}
