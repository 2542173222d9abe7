internal import CLinux
internal import Glibc
internal import POSIX

/// A file in `tmp/`, removed when it goes out of scope unless it was moved before.
public struct TemporaryFile: ~Copyable {
    private let folders: Folders
    private let name: String
    let descriptor: Descriptor
    private var isInTmp = true

    private var octets = 0
    /// Octets that are on their way to the disk.
    private var writebackOctets = 0
    /// Octets after which the disk is set to work while the client still sends.
    private static let stretchOctets = 8 << 20

    /// Makes a file that was not there.
    init(in folders: Folders, name: String) throws(MaildirError) {
        let (directory, mode) = (folders.tmp.rawValue, folders.access.fileMode)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        descriptor = Descriptor(
            owning: try attempt("open", "\(folders.path)/tmp/\(name)") {
                unsafe clinux_openat(directory, name, flags, mode)
            })
        self.folders = folders
        self.name = name
    }

    deinit {
        if isInTmp { _ = unsafe unlinkat(folders.tmp.rawValue, name, 0) }
    }

    /// Removes it, once; a failure is worth telling only to whoever wanted nothing else.
    mutating func remove() throws(MaildirError) {
        if !isInTmp { return }
        isInTmp = false
        let directory = folders.tmp.rawValue
        try attempt("unlink", path) { unsafe unlinkat(directory, name, 0) }
    }

    var identity: UniqueName.File {
        var status = stat()
        // Cannot fail: the descriptor is open, and the pointer is valid.
        _ = unsafe fstat(descriptor.rawValue, &status)
        return UniqueName.File(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }

    private var path: String { "\(folders.path)/tmp/\(name)" }
}

// MARK: - Writing

extension TemporaryFile {
    /// Writes all of it.
    mutating func write(_ octets: Span<UInt8>) throws(MaildirError) {
        let file = descriptor.rawValue
        var rest = octets
        while !rest.isEmpty {
            let count = try attempt("write", path) {
                unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
            }
            self.octets += count
            rest = rest.extracting(droppingFirst: count)
        }
        startWriteback()
    }

    /// Has the kernel write what has come together, so that the sync at the end of a large message
    /// finds little left to do (50 MiB: 5 ms instead of 15).
    private mutating func startWriteback() {
        let count = octets - writebackOctets
        guard count >= Self.stretchOctets else { return }
        // A hint: what comes of the data shows in fsync.
        clinux_start_writeback(descriptor.rawValue, off_t(writebackOctets), off_t(count))
        writebackOctets = octets
    }

    func sync() throws(MaildirError) {
        let file = descriptor.rawValue
        try attempt("fsync", path) { fsync(file) }
    }
}

// MARK: - Moving

extension TemporaryFile {
    /// Moves it to `new/` unless something has that name there. Returns 0, or what `errno` says.
    mutating func move(to fileName: String) -> CInt {
        let (tmp, new) = (folders.tmp.rawValue, folders.new.rawValue)
        if unsafe clinux_rename_noreplace(tmp, name, new, fileName) == 0 {
            isInTmp = false
            return 0
        }
        // rename(2): EINVAL where the file system (NFS, for one) does not know the flag. A link
        // never replaces anything either; the name in tmp/ goes when we do.
        guard errno == EINVAL || errno == ENOSYS else { return errno }
        if unsafe linkat(tmp, name, new, fileName, 0) == 0 { return 0 }
        let code = errno
        // Over NFS a request whose answer was lost is made again, and finds its own link.
        return code == EEXIST && isPublished(as: fileName) ? 0 : code
    }

    /// Whether the file of that name in `new/` is this one.
    private func isPublished(as fileName: String) -> Bool {
        var status = stat()
        let flags = AT_SYMLINK_NOFOLLOW
        guard unsafe fstatat(folders.new.rawValue, fileName, &status, flags) == 0 else {
            return false
        }
        let ours = identity
        return ours.device == status.st_dev && ours.inode == status.st_ino
    }
}
