internal import FoundationEssentials
internal import Glibc
internal import POSIX

/// How names are looked up in the isolation: the host, this machine and localhost are loopback, and
/// there are no others.
struct NameService {
    let host: String

    /// Shows files that say so in place of the system's, and keeps the services from being asked
    /// that would look names up outside, through a socket that no namespace hides.
    func replace(in directory: String) throws(SystemError) {
        let empty = "\(directory)/empty"
        _ = try? FileManager.default.createDirectory(
            atPath: empty, withIntermediateDirectories: false)
        for path in Self.services where FileManager.default.fileExists(atPath: path) {
            try Isolation.show(empty, at: path)
        }
        try replace("/etc/hosts", by: hosts, in: directory)
        if let switches = try? String(contentsOfFile: "/etc/nsswitch.conf", encoding: .utf8) {
            let changed = Self.withHostsFromFiles(switches)
            try replace("/etc/nsswitch.conf", by: changed, in: directory)
        }
        // Where it is not there, this is the default.
        if FileManager.default.fileExists(atPath: "/etc/resolv.conf") {
            try replace("/etc/resolv.conf", by: "nameserver 127.0.0.1\n", in: directory)
        }
    }

    private func replace(
        _ path: String, by text: String, in directory: String
    ) throws(SystemError) {
        let file = "\(directory)/\(path.split(separator: "/").last!)"
        try Isolation.write(Data(text.utf8), toFile: file)
        try Isolation.show(file, at: path)
    }

    /// hosts(5)
    var hosts: String {
        let names = ["localhost", host, ProcessInfo.processInfo.hostName].joined(separator: " ")
        return "127.0.0.1 \(names)\n::1 \(names)\n"
    }

    /// nscd(8) and systemd-resolved(8), which C libraries ask before they look into any file.
    private static let services = ["/run/nscd", "/var/run/nscd", "/run/systemd/resolve"]

    /// nsswitch.conf(5): hosts are looked up in hosts(5) alone, all else as it was.
    static func withHostsFromFiles(_ switches: String) -> String {
        let others = switches.split(separator: "\n").filter { line in
            !line.drop { $0 == " " || $0 == "\t" }.hasPrefix("hosts:")
        }
        return (others + ["hosts: files"]).joined(separator: "\n") + "\n"
    }
}
