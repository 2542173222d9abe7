internal import FoundationEssentials
internal import Glibc
internal import POSIX

/// A copy of a directory of authorities, to be shown in its place.
struct StoreCopy {
    let path: String
    private let original: String
    private let bundles: [String]

    /// Copies what can be read; links stay links, and work where the copy is shown.
    init(of original: String, at path: String, bundles: [String]) throws(SystemError) {
        self.original = original
        self.path = path
        self.bundles = bundles
        let files = FileManager.default
        do {
            try files.createDirectory(atPath: path, withIntermediateDirectories: false)
        } catch {
            throw .last("mkdir", path: path)
        }
        for name in (try? files.contentsOfDirectory(atPath: original)) ?? [] {
            // What we cannot read is nothing that the client could.
            _ = try? files.copyItem(atPath: "\(original)/\(name)", toPath: "\(path)/\(name)")
        }
    }

    /// Adds a file by the hash, one by a name, and the authority to each bundle in it.
    func add(_ authority: TrustStore.Authority) throws(SystemError) {
        let pem = Data(authority.pem.utf8)
        try Isolation.write(pem, toFile: "\(path)/mailpit-verify.pem")
        try Isolation.write(pem, toFile: "\(path)/\(freeName(authority.hash))")
        for bundle in bundles where FileAccess.parent(of: bundle) == original {
            let name = bundle.dropFirst(original.count + 1)
            guard !isLink("\(path)/\(name)") else { continue }
            let extended = TrustStore.bundle("\(path)/\(name)", with: authority)
            try Isolation.write(extended, toFile: "\(path)/\(name)")
        }
    }

    /// OpenSSL's c_rehash(1): names with the same hash are told apart by a number.
    private func freeName(_ hash: String) -> String {
        var number = 0
        while FileManager.default.fileExists(atPath: "\(path)/\(hash).\(number)") { number += 1 }
        return "\(hash).\(number)"
    }

    private func isLink(_ path: String) -> Bool {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
    }
}
