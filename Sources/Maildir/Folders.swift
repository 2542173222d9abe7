internal import CLinux
internal import Glibc
internal import POSIX

/// The two directories that a delivery moves a file through, held open.
///
/// It is a class since the Maildir and each of its deliveries need the same two descriptors, which
/// are to be closed when the last of them is gone: sharing costs a reference count, where a `dup`
/// for each delivery would cost four system calls.
final class Folders: Sendable {
    let path: String
    let access: Maildir.Access
    let tmp: Descriptor
    let new: Descriptor

    /// Opens them, makes what is missing, and sees to it that a delivery can succeed.
    init(path: String, access: Maildir.Access) throws(MaildirError) {
        let mode = access.directoryMode
        let base = try Self.openBase(path, mode)
        try Self.make("cur", in: base, path, mode)
        let tmp = try Self.open("tmp", in: base, path, mode)
        let new = try Self.open("new", in: base, path, mode)
        try Self.checkMoving(from: tmp, to: new, path)
        try Self.checkWriting("tmp", in: base, path)
        try Self.checkWriting("new", in: base, path)
        self.path = path
        self.access = access
        self.tmp = tmp
        self.new = new
    }
}

// MARK: - Opening

extension Folders {
    private static let directory = O_RDONLY | O_DIRECTORY | O_CLOEXEC

    /// The Maildir itself, which may be a symbolic link, made with its parents if need be.
    private static func openBase(_ path: String, _ mode: mode_t) throws(MaildirError)
        -> Descriptor
    {
        let descriptor = unsafe clinux_open(path, directory, 0)
        if descriptor >= 0 { return Descriptor(owning: descriptor) }
        if errno == ENOENT { try makeDirectory(path, mode) }
        return Descriptor(
            owning: try attempt("open", path) { unsafe clinux_open(path, directory, 0) })
    }

    /// A folder in the Maildir, which must be a directory and no link to one: links could lead a
    /// message past the promises of this module, and past whoever reads the Maildir.
    private static func open(
        _ name: String, in base: borrowing Descriptor, _ path: String, _ mode: mode_t
    ) throws(MaildirError) -> Descriptor {
        let flags = directory | O_NOFOLLOW
        let number = base.rawValue
        var descriptor = unsafe clinux_openat(number, name, flags, 0)
        if descriptor < 0, errno == ENOENT {
            try make(name, in: base, path, mode)
            descriptor = unsafe clinux_openat(number, name, flags, 0)
        }
        if descriptor >= 0 { return Descriptor(owning: descriptor) }
        let error = SystemError.last("open", path: "\(path)/\(name)")
        if isLink(name, in: base) {
            throw MaildirError("\(path)/\(name) is a symbolic link; it must be a directory")
        }
        throw MaildirError(error)
    }

    private static func isLink(_ name: String, in base: borrowing Descriptor) -> Bool {
        var status = stat()
        return unsafe fstatat(base.rawValue, name, &status, AT_SYMLINK_NOFOLLOW) == 0
            && status.st_mode & S_IFMT == S_IFLNK
    }
}

// MARK: - Making

extension Folders {
    /// Makes a folder of the Maildir unless there is something of that name, and makes it durable:
    /// a message is lost with the directory that it is in.
    private static func make(
        _ name: String, in base: borrowing Descriptor, _ path: String, _ mode: mode_t
    ) throws(MaildirError) {
        let number = base.rawValue
        if unsafe mkdirat(number, name, mode & 0o777) == 0 {
            try setMode(of: name, in: number, "\(path)/\(name)", mode)
            try attempt("fsync", path) { fsync(number) }
        } else if errno != EEXIST {
            throw MaildirError(.last("mkdir", path: "\(path)/\(name)"))
        }
    }

    /// Makes a directory and the missing ones above it, each durable.
    private static func makeDirectory(_ path: String, _ mode: mode_t) throws(MaildirError) {
        let parent = FileAccess.parent(of: path)
        if unsafe mkdir(path, mode & 0o777) != 0 {
            if errno == EEXIST { return }
            guard errno == ENOENT, parent != path else {
                throw MaildirError(.last("mkdir", path: path))
            }
            try makeDirectory(parent, mode)
            if unsafe mkdir(path, mode & 0o777) != 0 {
                // Another session has been faster.
                if errno == EEXIST { return }
                throw MaildirError(.last("mkdir", path: path))
            }
        }
        try setMode(of: path, in: AT_FDCWD, path, mode)
        let directory = Descriptor(
            owning: try attempt("open", parent) { unsafe clinux_open(parent, Self.directory, 0) })
        try attempt("fsync", parent) { fsync(directory.rawValue) }
    }

    /// Gives its mode to a directory that we have just made, whatever the umask and the directory
    /// that it is in have made of it.
    private static func setMode(
        of name: String, in base: CInt, _ path: @autoclosure () -> String, _ mode: mode_t
    ) throws(MaildirError) {
        // Who may write to what it is in could have put a link in its place.
        let directory = Descriptor(
            owning: try attempt("open", path()) {
                unsafe clinux_openat(base, name, Self.directory | O_NOFOLLOW, 0)
            })
        var status = stat()
        try attempt("fstat", path()) { unsafe fstat(directory.rawValue, &status) }
        if status.st_mode & 0o7777 == mode || fchmod(directory.rawValue, mode) == 0 { return }
        // systemd.exec(5), RestrictSUIDSGID=: nobody can set the bit, only inherit it. Without it the
        // directory has our own group, as all that we make in it.
        if errno == EPERM { return }
        throw MaildirError(.last("fchmod", path: path()))
    }
}

// MARK: - Checking

extension Folders {
    /// Both must be in one file system and under one mount, or no file can be moved.
    private static func checkMoving(
        from tmp: borrowing Descriptor, to new: borrowing Descriptor, _ path: String
    ) throws(MaildirError) {
        let (source, target) = (tmp.rawValue, new.rawValue)
        let isOneDevice = try device(source, "\(path)/tmp") == device(target, "\(path)/new")
        // The kernel always refuses to rename `.`, but compares the mounts first: so a bind mount
        // of the same file system shows, and nothing is ever moved.
        let isOneMount = unsafe renameat(source, ".", target, ".") == 0 || errno != EXDEV
        guard isOneDevice, isOneMount else {
            throw MaildirError("\(path)/tmp and \(path)/new are not in the same file system")
        }
    }

    private static func device(
        _ descriptor: CInt, _ path: @autoclosure () -> String
    ) throws(MaildirError) -> dev_t {
        var status = stat()
        try attempt("fstat", path()) { unsafe fstat(descriptor, &status) }
        return status.st_dev
    }

    /// Files can be made and removed there by the user that we act as: the kernel's own verdict,
    /// in which capabilities, ACLs, the immutable flag and read-only mounts have their say.
    private static func checkWriting(
        _ name: String, in base: borrowing Descriptor, _ path: String
    ) throws(MaildirError) {
        let number = base.rawValue
        try attempt("access", "\(path)/\(name)") {
            unsafe faccessat(number, name, W_OK | X_OK, AT_EACCESS)
        }
    }
}
