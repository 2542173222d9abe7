internal import CLinux
internal import Glibc
internal import Notation

/// What may be done with files, as far as it can be told without doing it.
package enum FileAccess {
    /// Whether there is something at the path, as far as we may see it.
    package static func isThere(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    /// Whether everybody on the machine can read it, which nobody wants of a secret; nil where there
    /// is no telling.
    ///
    /// Its group does not count: a key that the group of a service can read is what one has where
    /// root renews it.
    package static func isOpenToEverybody(_ path: String) -> Bool? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return status.st_mode & S_IROTH != 0
    }

    /// Why lines could not be appended to a file, or a file be made there for them; nil if nothing
    /// speaks against it.
    package static func faultInAppending(to path: String) -> SystemError? {
        var status = stat()
        if unsafe stat(path, &status) == 0 {
            if status.st_mode & S_IFMT == S_IFDIR {
                return SystemError("open", path: path, code: EISDIR)
            }
            return fault(in: path, W_OK, "open", path)
        }
        if errno != ENOENT { return .last("open", path: path) }
        return fault(in: parent(of: path), W_OK | X_OK, "open", path)
    }

    /// Why a directory could not be made at a path, with the missing ones above it; nil if nothing
    /// speaks against it. It is about the uppermost of them, which would be made first.
    package static func faultInMakingDirectory(_ path: String) -> SystemError? {
        var (missing, ancestor) = (path, parent(of: path))
        while unsafe access(ancestor, F_OK) != 0, errno == ENOENT {
            (missing, ancestor) = (ancestor, parent(of: ancestor))
        }
        return fault(in: ancestor, W_OK | X_OK, "mkdir", missing)
    }

    /// The kernel's own verdict, for the user that we act as.
    private static func fault(
        in place: String, _ rights: CInt, _ operation: String, _ path: String
    ) -> SystemError? {
        unsafe faccessat(AT_FDCWD, place, rights, AT_EACCESS) == 0
            ? nil : .last(operation, path: path)
    }

    /// The path of the directory that a path names something in: `.` for `a`, `/` for `/a/`.
    package static func parent(of path: String) -> String {
        var octets = Array(path.utf8)[...]
        let isAbsolute = octets.first == .slash
        while octets.last == .slash { octets.removeLast() }
        while let last = octets.last, last != .slash { octets.removeLast() }
        while octets.last == .slash { octets.removeLast() }
        if octets.isEmpty { return isAbsolute ? "/" : "." }
        return String(decoding: octets, as: UTF8.self)
    }
}
