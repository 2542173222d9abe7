internal import Glibc
internal import POSIX

/// A Maildir that messages can be delivered into.
///
/// It guarantees that `tmp/` and `new/` are directories in one file system which we may write to,
/// and that every file name will fit.
package struct Maildir: ~Copyable {
    private let folders: Folders
    private let host: HostPart
    private let process = getpid()
    private var deliveries = 0

    /// Who can read and move what is stored.
    package enum Access: String, CaseIterable, Sendable {
        /// Only who owns it.
        case `private`
        /// Whoever is in the group, too.
        case group

        /// Directories of a group hand their own on to what is made in them.
        var directoryMode: mode_t { self == .private ? 0o700 : 0o2770 }
        var fileMode: mode_t { self == .private ? 0o600 : 0o640 }

        /// The umask that a process must have, or a stricter one, for both to come out.
        package var umask: UInt32 { self == .private ? 0o077 : 0o007 }
    }

    /// Opens the Maildir at a path, and makes it with `cur/`, `new/`, `tmp/` and all missing parents
    /// where it is not there. It may itself be a symbolic link. What is there keeps its mode.
    ///
    /// The host name becomes part of each file name, in which it may have up to 128 octets.
    package init(path: String, hostname: String, access: Access = .private) throws(MaildirError) {
        let host = try Self.hostPart(hostname)
        self.folders = try Folders(path: path, access: access)
        self.host = host
    }

    /// The host name as it stands in file names, if those can be as long as it makes them.
    static func hostPart(_ hostname: String) throws(MaildirError) -> HostPart {
        let host = HostPart(hostname)
        let octets = UniqueName.maximumOctetsWithoutHost + host.octets.count
        guard octets <= UniqueName.maximumOctets else {
            throw MaildirError(
                "the host name is too long for file names: they may come to \(octets) octets"
                    + " of at most \(UniqueName.maximumOctets)")
        }
        return host
    }

    /// The directories that deliveries happen in, open for as long as the Maildir or a delivery is:
    /// all that a process must be able to write to.
    package var directoryNumbers: [CInt] { [folders.tmp.rawValue, folders.new.rawValue] }

    /// Begins a delivery: there is an empty file in `tmp/` now.
    package mutating func begin() throws(MaildirError) -> Delivery {
        deliveries += 1
        return try Delivery(
            in: folders, as: Self.provisionalName(process, sequence: deliveries, host))
    }

    /// A name for a file that is not there yet.
    static func provisionalName(_ process: Int32, sequence: Int, _ host: HostPart) -> UniqueName {
        let time = Clock.now()
        var generator = SystemRandomNumberGenerator()
        return UniqueName(
            seconds: time.seconds, microseconds: time.microseconds, process: process,
            sequence: sequence, random: generator.next(), host: host)
    }
}
