internal import FoundationEssentials
internal import Glibc
internal import POSIX

/// The authorities that the programs of a system trust, where the distributions have them: in one
/// file, in a directory by the hash of their names, or where p11-kit reads them.
package enum TrustStore {
    /// One that is to be trusted, too.
    package struct Authority: Sendable {
        package let pem: String
        /// Of its name, as `openssl x509 -hash` tells it.
        package let hash: String

        package init(pem: String, hash: String) {
            self.pem = pem
            self.hash = hash
        }
    }

    /// Shows each store with the authority in it, and all else as it was.
    static func add(_ authority: Authority, in directory: String) throws(SystemError) {
        let stores = Set((hashed + anchors).compactMap(place)).sorted()
        for (number, store) in stores.enumerated() {
            let copy = "\(directory)/store\(number)"
            try StoreCopy(of: store, at: copy, bundles: bundles).add(authority)
            try Isolation.show(copy, at: store)
        }
        let files = Set(bundles.compactMap(place)).filter { file in
            !stores.contains { file.hasPrefix("\($0)/") }
        }
        for (number, file) in files.sorted().enumerated() {
            let copy = "\(directory)/bundle\(number)"
            try Isolation.write(bundle(file, with: authority), toFile: copy)
            try Isolation.show(copy, at: file)
        }
    }

    /// What a bundle has, and the authority behind it; that alone where there is no bundle.
    static func bundle(_ path: String, with authority: Authority) -> Data {
        var bundle = FileManager.default.contents(atPath: path) ?? Data()
        if let last = bundle.last, last != UInt8(ascii: "\n") { bundle.append(UInt8(ascii: "\n")) }
        return bundle + Data(authority.pem.utf8)
    }

    /// What a path is once all links are followed; nil where there is nothing.
    private static func place(_ path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    /// One file with all of them.
    static let bundles = [
        // Debian, Alpine, Arch
        "/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem",
        "/etc/ca-certificates/extracted/tls-ca-bundle.pem",
        // Fedora
        "/etc/pki/tls/certs/ca-bundle.crt", "/etc/pki/tls/cert.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        // openSUSE
        "/etc/ssl/ca-bundle.pem", "/var/lib/ca-certificates/ca-bundle.pem",
    ]

    /// By the hashes of their names, for OpenSSL.
    private static let hashed = [
        "/etc/ssl/certs", "/etc/pki/tls/certs",
        "/etc/pki/ca-trust/extracted/pem/directory-hash", "/var/lib/ca-certificates/pem",
    ]

    /// Where p11-kit, and so GnuTLS and NSS of Fedora, Arch and openSUSE, reads additions.
    private static let anchors = [
        "/etc/pki/ca-trust/source/anchors", "/etc/ca-certificates/trust-source/anchors",
        "/etc/pki/trust/anchors",
    ]
}
