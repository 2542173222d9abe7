internal import Notation

/// The files of certificates and private keys as they were when read.
package struct PEMPair {
    let certificates: PEMFile
    /// What is wrong with it is told after what is wrong with certificates.
    let keys: Result<PEMFile, TLSError>

    static let readingCertificate = "reading the certificate"
    static let readingKey = "reading the private key"

    package init(certificateFile: String, keyFile: String) throws(TLSError) {
        certificates = try PEMFile(certificateFile, Self.readingCertificate)
        keys = Result { () throws(TLSError) in try PEMFile(keyFile, Self.readingKey) }
    }

    /// Whether it need not be decoded before a handshake, as there is nothing to be said of it: one
    /// certificate, valid for a while from this time on (in seconds since 1970-01-01 00:00:00 UTC), and
    /// the key on P-256 that it is for.
    ///
    /// OpenSSL takes 0.58 million instructions to find that out, a seventh of a session that ends before TLS.
    /// What is in any way otherwise is left to it. A point that is in both, but not on the curve, is only found
    /// by it too, and then in the handshake.
    package func isPlain(for configuration: TLSConfiguration, at time: Int64) -> Bool {
        guard configuration.isUsual, let block = certificates.onlyBlock,
            block.label == "CERTIFICATE",
            let certificate = PlainCertificate(block.octets), let point = Self.publicPoint(keys)
        else { return false }
        return certificate.point == point && certificate.notBefore <= time
            && certificate.notAfter > time + CertificateValidity.noticeSeconds
    }

    /// That of a key on P-256 as OpenSSL and others write it, alone in its file.
    private static func publicPoint(_ file: Result<PEMFile, TLSError>) -> ArraySlice<UInt8>? {
        guard let block = (try? file.get())?.onlyBlock else { return nil }
        let head, middle: [UInt8]
        switch block.label {
        case "PRIVATE KEY":  // RFC 5208 §5
            head =
                [0x30, 0x81, 0x87, 0x02, 1, 0] + DERReader.algorithmOfP256
                + [0x04, 0x6D, 0x30, 0x6B, 0x02, 1, 1, 0x04, 32]
            middle = []
        case "EC PRIVATE KEY":  // RFC 5915 §3
            head = [0x30, 0x77, 0x02, 1, 1, 0x04, 32]
            middle = [0xA0, 0x0A] + DERReader.identifierOfP256
        default: return nil
        }
        let end = middle + [0xA1, 0x44] + DERReader.headOfPoint
        let (octets, keyEnd) = (block.octets, head.count + 32)
        guard octets.count == keyEnd + end.count + 64, octets.starts(with: head),
            octets[keyEnd...].starts(with: end)
        else { return nil }
        return octets.suffix(64)
    }
}

extension PEMFile {
    /// The one there is, unless it is encrypted.
    fileprivate var onlyBlock: Block? {
        blocks.count == 1 && !blocks[0].isEncrypted ? blocks[0] : nil
    }
}
