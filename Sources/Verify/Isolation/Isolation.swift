internal import CLinux
internal import FoundationEssentials
internal import Glibc
internal import POSIX

/// A user, mount and network namespace for this process and the clients that it starts, in which a
/// name of the network is this process.
///
/// What it changes is seen in there only, and gone with the last process in it: the network has no
/// device but loopback, the host is loopback's, nobody else is known by name, and the trust stores
/// have one authority more. The user stays who it is.
package enum Isolation {
    /// Enters it: to be called while the process has one thread. After an error the process can
    /// only end, as it may be half in.
    ///
    /// Programs started from then on have no capabilities; this process keeps that of binding to a
    /// port below 1024. What is shown in place of the system's files is made in `directory`.
    package static func enter(
        host: String, authority: TrustStore.Authority, directory: String
    ) throws(IsolationError) {
        do throws(SystemError) {
            try enterNamespaces()
            try NameService(host: host).replace(in: directory)
            try TrustStore.add(authority, in: directory)
            try retrying("capset") { clinux_give_up_capabilities() }
        } catch {
            throw IsolationError(error)
        }
    }

    private static func enterNamespaces() throws(SystemError) {
        let (user, group) = (geteuid(), getegid())
        try retrying("unshare") { clinux_unshare_user_mount_network() }
        // user_namespaces(7): who has no privilege may map its group only after this.
        try write("deny", to: "/proc/self/setgroups")
        try write("\(user) \(user) 1", to: "/proc/self/uid_map")
        try write("\(group) \(group) 1", to: "/proc/self/gid_map")
        try retrying("mount", path: "/") { clinux_make_mounts_private() }
        let socket = Descriptor(
            owning: try retrying("socket") { Glibc.socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0) })
        try retrying("ioctl", path: "lo") { clinux_bring_up_loopback(socket.rawValue) }
    }

    /// The kernel takes such a text in one write only.
    private static func write(_ text: String, to path: String) throws(SystemError) {
        let file = try Descriptor(opening: path, O_WRONLY | O_CLOEXEC)
        let octets = Array(text.utf8)
        if case .failed(let error) = file.write(octets.span) {
            throw SystemError("write", path: path, code: error.code)
        }
    }

    /// Shows a file or directory where another is, which has to be there.
    static func show(_ source: String, at target: String) throws(SystemError) {
        try retrying("mount", path: target) { unsafe clinux_mount_over(source, target) }
    }

    /// Makes a file with these contents, in a directory of ours, in place of any that is there.
    static func write(_ contents: Data, toFile path: String) throws(SystemError) {
        guard FileManager.default.createFile(atPath: path, contents: contents) else {
            throw .last("open", path: path)
        }
    }
}
