internal import CLinux
internal import Glibc
package import POSIX

/// The kernel's Landlock: what the process may do to files, the network and other processes.
/// landlock(7)
package enum Landlock {
    /// Rights over files, by the version of the interface that brought each.
    private enum Right {
        static let writeFile: UInt64 = 1 << 1
        static let removeFile: UInt64 = 1 << 5
        static let makeFile: UInt64 = 1 << 8
        /// To move a file to another directory. Version 2; before that nobody may.
        static let refer: UInt64 = 1 << 13
    }

    /// What a delivery does in `tmp/` and `new/`.
    static let delivering =
        Right.writeFile | Right.removeFile | Right.makeFile | Right.refer

    /// Restricts the process and returns the version of the interface that did it.
    package static func restrict(to directories: [CInt]) throws(SystemError) -> Int {
        let version = Int(try retrying("landlock_create_ruleset") { clinux_landlock_version() })
        // Version 1 cannot let files be moved between directories, which is how they are delivered.
        guard version >= 2 else { throw SystemError("landlock_create_ruleset", code: ENOTSUP) }
        var rules = clinux_landlock_ruleset(
            handled_access_fs: handledFileRights(version),
            handled_access_net: version >= 4 ? 0b11 : 0,  // To bind and to connect TCP.
            scoped: version >= 6 ? 0b11 : 0)  // Abstract sockets, and signals, beyond us.
        let ruleset = Descriptor(
            owning: try retrying("landlock_create_ruleset") {
                unsafe clinux_landlock_create(&rules, rulesetSize(version))
            })
        for directory in directories {
            try retrying("landlock_add_rule") {
                clinux_landlock_allow_beneath(ruleset.rawValue, directory, delivering)
            }
        }
        try retrying("landlock_restrict_self") {
            clinux_landlock_restrict_self(ruleset.rawValue)
        }
        return version
    }

    /// All rights that the version knows of: each is taken away but where a rule gives it.
    static func handledFileRights(_ version: Int) -> UInt64 {
        let count =
            switch version {
            case 2: 14
            case 3, 4: 15  // To truncate.
            default: 16  // ioctl on devices, from version 5 on.
            }
        return (1 << count) - 1
    }

    /// The octets of the structure that the version knows.
    private static func rulesetSize(_ version: Int) -> Int {
        switch version {
        case ...3: 8
        case 4, 5: 16
        default: 24
        }
    }
}
