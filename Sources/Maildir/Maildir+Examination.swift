internal import CLinux
internal import Glibc
internal import POSIX

extension Maildir {
    /// What a session would find at a path.
    package struct Examination: Equatable, Sendable {
        /// The paths of those directories, of the Maildir and the three in it, that would be made.
        package var missing: [String] = []
        /// It is in memory, so that no message survives the machine.
        package var isInMemory = false
        /// The paths of those directories, with the ones above them, that keep out the group of the
        /// Maildir though it should get in.
        package var closedToGroup: [String] = []
        /// How long it took to make a file durable as a delivery does; nil where `tmp/` or `new/`
        /// is missing.
        package var syncNanoseconds: Int64?
    }

    /// Looks at the Maildir as a session would, and throws what it would throw; makes none of the
    /// directories. A file is written to `tmp/` and removed again.
    package static func examine(path: String, hostname: String, access: Access = .private)
        throws(MaildirError) -> Examination
    {
        let host = try hostPart(hostname)
        var examination = Examination()
        examination.missing = try missingDirectories(path)
        examination.isInMemory = isInMemory(path)
        if access == .group { examination.closedToGroup = closedToGroup(path) }
        if !examination.missing.isEmpty { return examination }
        let folders = try Folders(path: path, access: access)
        let begin = Clock.monotonicNanoseconds()
        try tryDelivery(in: folders, host)
        examination.syncNanoseconds = Clock.monotonicNanoseconds() - begin
        return examination
    }

    /// Those that are not there, if they can be made.
    private static func missingDirectories(_ path: String) throws(MaildirError) -> [String] {
        let isThere = unsafe access(path, F_OK) == 0
        if !isThere, errno != ENOENT || isName(path) {
            throw MaildirError(.last("open", path: path))
        }
        let missing = ["cur", "new", "tmp"].map { "\(path)/\($0)" }
            .filter { !isName($0) && errno == ENOENT }
        if let first = missing.first,
            let fault = FileAccess.faultInMakingDirectory(isThere ? first : path)
        {
            throw MaildirError(fault)
        }
        return isThere ? missing : [path] + missing
    }

    /// Whether something has the name, be it a link to nothing; else `errno` says why not.
    private static func isName(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    /// Whether it is, or what there is of the path to it.
    private static func isInMemory(_ path: String) -> Bool {
        var place = path
        while true {
            let result = unsafe clinux_is_in_memory(place)
            let parent = FileAccess.parent(of: place)
            if result >= 0 || parent == place { return result == 1 }
            place = parent
        }
    }

    /// Of the directories that are there: those of the Maildir in which the group may not do everything,
    /// and those above it that it cannot pass.
    private static func closedToGroup(_ path: String) -> [String] {
        var status = stat()
        let own = [path] + ["cur", "new", "tmp"].map { "\(path)/\($0)" }
        var closed = own.filter {
            unsafe stat($0, &status) == 0 && status.st_mode & S_IRWXG != S_IRWXG
        }
        let group: gid_t? = unsafe stat(path, &status) == 0 ? status.st_gid : nil
        var place = path
        while case let parent = FileAccess.parent(of: place), parent != place {
            place = parent
            guard unsafe stat(place, &status) == 0, status.st_mode & S_IXOTH == 0 else { continue }
            let isOfGroup = status.st_gid == group ?? getegid()
            if !isOfGroup || status.st_mode & S_IXGRP == 0 { closed.append(place) }
        }
        return closed
    }

    private static func tryDelivery(in folders: Folders, _ host: HostPart) throws(MaildirError) {
        let name = provisionalName(getpid(), sequence: 0, host)
        var file = try TemporaryFile(in: folders, name: name.text)
        try file.write(Array("mailpit check\n".utf8).span)
        try file.sync()
        try file.remove()
        let new = folders.new.rawValue
        try attempt("fsync", "\(folders.path)/new") { fsync(new) }
    }
}
