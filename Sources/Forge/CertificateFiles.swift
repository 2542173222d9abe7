internal import Glibc
internal import POSIX

/// Where a certificate with its chain and the key to it are.
package struct CertificateFiles: Sendable {
    package let certificate: String
    package let key: String

    package init(_ leaf: Leaf, in directory: String) {
        certificate = "\(directory)/\(leaf.rawValue).pem"
        key = "\(directory)/\(leaf.rawValue).key"
    }

    /// The certificate of the authority that a client has to know.
    package static func authority(in directory: String) -> String { "\(directory)/ca.pem" }

    /// Makes an authority and every certificate for a server of this name, and writes them to a
    /// directory, which is made if it is not there: `ca.pem`, and a pair of files for each leaf.
    ///
    /// Left out are those that the name has not the labels for. Each file has the mode 0600; one
    /// that is there is replaced. The authority's own key is never written.
    package static func write(for host: String, to directory: String) throws(ForgeError) {
        guard !host.isEmpty, host.utf8.allSatisfy(isAllowed) else {
            throw ForgeError("making certificates", "\"\(host)\" is no host name")
        }
        do throws(SystemError) {
            try retrying("mkdir", path: directory) { unsafe mkdir(directory, 0o700) }
        } catch  where error.code == EEXIST {
            // The files go into what is there.
        } catch {
            throw ForgeError(error)
        }
        let set = try CertificateSet(host)
        try write(set.authority.certificatePEM, to: authority(in: directory))
        for leaf in Leaf.allCases {
            guard let certificate = try set.certificate(leaf) else { continue }
            let files = CertificateFiles(leaf, in: directory)
            try write(certificate.chainPEM(below: set.authority), to: files.certificate)
            try write(certificate.keyPEM, to: files.key)
        }
    }

    /// None of what separates values in x509v3_config(5).
    private static func isAllowed(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func write(_ text: String, to path: String) throws(ForgeError) {
        do throws(SystemError) {
            let number = try retrying("open", path: path) {
                unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
            }
            let file = Descriptor(owning: number)
            // What is there already may be open to others.
            try retrying("fchmod", path: path) { fchmod(number, 0o600) }
            let octets = Array(text.utf8)
            var written = 0
            while written < octets.count {
                switch file.write(octets.span.extracting(written...)) {
                case .octets(let count): written += count
                case .failed(let error): throw error
                case .end, .wouldBlock: throw SystemError("write", path: path, code: EIO)
                }
            }
        } catch {
            throw ForgeError(error)
        }
    }
}
