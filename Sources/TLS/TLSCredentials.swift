internal import Glibc
internal import POSIX

/// What the server proves its name by: one certificate with chain and private key, or one for each
/// kind of key.
package struct TLSCredentials {
    struct Identity {
        let certificate: Certificate
        let key: PrivateKey
        /// The certificates of authorities that are sent along.
        var chain: [Certificate] = []
    }

    /// Where the certificate was read; nil if it was made.
    let certificateFile: String?
    let identities: [Identity]
    /// Whether the lean library has all that handshakes with them need.
    let areLean: Bool

    /// Reads both files as they are now. Each may hold certificates and keys, of several kinds (ECDSA
    /// and RSA) and in any order: a certificate and a key are a pair if they match.
    ///
    /// Files that make no pair may be halfway through being replaced, so they are read again: three
    /// times in all, with 50 ms between them.
    ///
    /// Where they have been read once already, that is what is tried first. They serve sessions of any
    /// configuration, and those of the one given here at the least cost.
    package init(
        certificateFile: String, keyFile: String, readAs pair: PEMPair? = nil,
        for configuration: TLSConfiguration? = nil
    ) throws(TLSError) {
        var (pair, triesLeft) = (pair, 3)
        while true {
            triesLeft -= 1
            do throws(TLSError) {
                let files =
                    if let pair { pair } else {
                        try PEMPair(certificateFile: certificateFile, keyFile: keyFile)
                    }
                try self.init(files, for: configuration)
                return
            } catch {
                if triesLeft == 0 { throw error }
                pair = nil
            }
            // Cut short by a signal, it is only a shorter wait.
            usleep(50_000)
        }
    }

    /// Decodes what was read.
    package init(_ pair: PEMPair, for configuration: TLSConfiguration? = nil) throws(TLSError) {
        let mayBeLean = configuration?.isUsual ?? false
        // The lean library, if it comes to that, is made before the rest of OpenSSL is ready.
        guard mayBeLean ? OpenSSL.hasCrypto : OpenSSL.isReady else {
            throw .drained("starting OpenSSL")
        }
        identities = try Self.identities(pair)
        certificateFile = pair.certificates.path
        areLean =
            mayBeLean
            && identities.allSatisfy { identity in
                identity.key.isUsual && identity.certificate.isCommon
                    && identity.chain.allSatisfy { $0.isCommon }
            }
    }

    /// Makes an ECDSA key and a certificate for these domain names and IP addresses that is signed
    /// by that key, so that no client can know it; it is valid for 30 days.
    package init(selfSignedFor names: [String]) throws(TLSError) {
        let making = "making a self-signed certificate"
        guard OpenSSL.isReady else { throw .drained("starting OpenSSL") }
        if names.isEmpty { throw TLSError(making, reason: "there is no name for it") }
        var subjects: [SubjectName] = []
        for name in names {
            guard let subject = SubjectName(name) else {
                throw TLSError(
                    making, reason: "\"\(name)\" is neither a domain name nor an IP address")
            }
            subjects.append(subject)
        }
        guard let key = PrivateKey.make(),
            let certificate = SelfSignedCertificate.make(for: subjects, key: key)
        else { throw .drained(making) }
        identities = [Identity(certificate: certificate, key: key)]
        certificateFile = nil
        areLean = false
    }

    /// Whether OpenSSL's security level might refuse them, which shows when a context is made.
    package var mayBeTooWeak: Bool {
        for identity in identities {
            if identity.certificate.mayBeTooWeak { return true }
            for certificate in identity.chain where certificate.mayBeTooWeak { return true }
        }
        return false
    }
}

// MARK: - Pairing

extension TLSCredentials {
    private static func identities(_ files: PEMPair) throws(TLSError) -> [Identity] {
        let (readingKey, reading) = (PEMPair.readingKey, PEMPair.readingCertificate)
        // Before the certificates, as one of these may be for it; but what is wrong with them is told first.
        let keysOrError = Result { () throws(TLSError) in
            try PrivateKey.all(in: files.keys.get(), readingKey)
        }
        let certificates = try Certificate.all(
            in: files.certificates, reading, keys: (try? keysOrError.get()) ?? [])
        let keys = try keysOrError.get()
        let identities = pair(certificates, keys)
        if identities.count < keys.count {
            let which = keys.count == 1 ? "the key" : "one of the keys"
            throw TLSError(
                readingKey, path: try files.keys.get().path,
                reason: "\(which) does not match any certificate in \(files.certificates.path)")
        }
        if identities.count > 1, Set(identities.map({ $0.key.kind })).count < identities.count {
            // OpenSSL has one place for each kind.
            throw TLSError(
                reading, path: files.certificates.path,
                reason: "two of the certificates are for the same kind of key")
        }
        return identities
    }

    /// A certificate that matches a key begins an identity; others go into the chain of the one
    /// before them, or of the first one if there is none before.
    private static func pair(_ certificates: [Certificate], _ keys: [PrivateKey]) -> [Identity] {
        var identities: [Identity] = []
        var unmatched = keys
        var early: [Certificate] = []
        for certificate in certificates {
            if let index = unmatched.firstIndex(where: { certificate.matches($0) }) {
                let key = unmatched.remove(at: index)
                identities.append(Identity(certificate: certificate, key: key))
            } else if identities.isEmpty {
                early.append(certificate)
            } else {
                identities[identities.count - 1].chain.append(certificate)
            }
        }
        if !identities.isEmpty { identities[0].chain += early }
        return identities
    }
}
