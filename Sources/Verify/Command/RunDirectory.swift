internal import FoundationEssentials
internal import Glibc
internal import POSIX

/// The directory of the whole run, for certificates and for what clients keep: for its owner only,
/// and removed when nobody refers to it any more.
final class RunDirectory {
    let path: String

    init() throws(SystemError) {
        let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(parent)/mailpit-verify.XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw .last("mkdtemp", path: parent) }
        let octets = template.dropLast().map(UInt8.init(bitPattern:))
        path = String(decoding: octets, as: UTF8.self)
    }

    deinit {
        // What a client has made unreadable there stays, and there is nobody to tell.
        _ = try? FileManager.default.removeItem(atPath: path)
    }

    /// A directory in it.
    func makeDirectory(_ name: String) throws(SystemError) -> String {
        let path = "\(path)/\(name)"
        try retrying("mkdir", path: path) { unsafe mkdir(path, 0o700) }
        return path
    }
}
