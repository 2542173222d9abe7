internal import CLinux
internal import Glibc
internal import Notation

extension FileAccess {
    /// What keeps us from a path that we may not get to: a directory on the way to it, there or where
    /// links lead, or what is at its end; with its mode and owners, as in
    /// `/etc/keys (mode 0700, root:root)`.
    package static func obstacle(to path: String) -> String {
        let absolute = path.utf8.first == .slash ? path : "\(workingDirectory)/\(path)"
        var place = "/"
        var names = Array(absolute.split(separator: "/").reversed())
        // As many as the kernel follows: path_resolution(7).
        var linksLeft = 40
        while let name = names.popLast() {
            if name == "." { continue }
            if unsafe faccessat(AT_FDCWD, place, X_OK, AT_EACCESS) != 0 { break }
            let next = name == ".." ? parent(of: place) : "\(place == "/" ? "" : place)/\(name)"
            if let target = target(ofLink: next), linksLeft > 0 {
                linksLeft -= 1
                if target.utf8.first == .slash { place = "/" }
                names += target.split(separator: "/").reversed()
            } else if isThere(next) {
                place = next
            } else {
                break
            }
        }
        return described(place)
    }

    private static var workingDirectory: String {
        var octets = [CChar](repeating: 0, count: Int(PATH_MAX))
        return unsafe getcwd(&octets, octets.count) == nil ? "" : String(writtenByC: octets)
    }

    /// Where a symbolic link leads; nil where it is none.
    private static func target(ofLink path: String) -> String? {
        var octets = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink(path, &octets, octets.count - 1)
        return count > 0 ? String(writtenByC: octets) : nil
    }

    private static func described(_ path: String) -> String {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return path }
        let mode = String(status.st_mode & 0o7777, radix: 8)
        let user = Account.userName(status.st_uid) ?? "\(status.st_uid)"
        let group = Account.groupName(status.st_gid) ?? "\(status.st_gid)"
        return "\(path) (mode 0\(mode), \(user):\(group))"
    }
}

/// The names of users and groups. To find one may open files and load libraries, so it is for errors.
package enum Account {
    package static func userName(_ identifier: UInt32) -> String? {
        #if MAILPIT_STATIC
            let entry = unsafe cglibc_user(identifier)
        #else
            let entry = unsafe getpwuid(identifier)
        #endif
        return unsafe entry.map { unsafe String(cString: $0.pointee.pw_name) }
    }

    package static func groupName(_ identifier: UInt32) -> String? {
        #if MAILPIT_STATIC
            let entry = unsafe cglibc_group(identifier)
        #else
            let entry = unsafe getgrgid(identifier)
        #endif
        return unsafe entry.map { unsafe String(cString: $0.pointee.gr_name) }
    }
}
