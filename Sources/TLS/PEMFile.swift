internal import COpenSSL

/// A file of PEM blocks as it was when read. RFC 7468
struct PEMFile {
    /// What stands between `-----BEGIN label-----` and its end, decoded.
    struct Block {
        let label: String
        let isEncrypted: Bool
        let octets: [UInt8]

        /// RFC 1421 §4.6.1.1: the only header in use is Proc-Type, which tells of encryption.
        init(_ label: String, _ octets: [UInt8], hasHeader: Bool = false) {
            self.label = label
            self.octets = octets
            isEncrypted = hasHeader || label == "ENCRYPTED PRIVATE KEY"
        }
    }

    let path: String
    let blocks: [Block]

    /// Reads the whole file; `operation` is what errors say was being done.
    ///
    /// A file without any block is an error, as is a block that is damaged.
    init(_ path: String, _ operation: String) throws(TLSError) {
        let contents = try SmallFile.contents(of: path, atMost: 1 << 20, operation)
        guard let blocks = Self.plainBlocks(in: contents) ?? Self.blocks(in: contents) else {
            throw .drained(operation, path: path)
        }
        if blocks.isEmpty {
            // X.690 §8.9: what certificates and keys are in DER, a SEQUENCE, begins with 0x30.
            let hint = contents[0] == 0x30 ? "it seems to be DER, not PEM" : "there is no PEM in it"
            throw TLSError(operation, path: path, reason: hint)
        }
        self.path = path
        self.blocks = blocks
    }

    /// The blocks in the octets, or nil if one of them is damaged and the error queue says how.
    static func blocks(in contents: [UInt8]) -> [Block]? {
        guard OpenSSL.hasCrypto else { return nil }
        ErrorQueue.clear()
        return unsafe contents.withUnsafeBytes { octets in
            guard let source = unsafe BIO_new_mem_buf(octets.baseAddress, CInt(octets.count)) else {
                return nil
            }
            defer { unsafe BIO_free(source) }
            var blocks: [Block] = []
            while let block = unsafe nextBlock(in: source) { blocks.append(block) }
            let isAtEnd = ErrorQueue.beginsWith(library: ERR_LIB_PEM, reason: PEM_R_NO_START_LINE)
            guard isAtEnd else { return nil }
            ErrorQueue.clear()
            return blocks
        }
    }

    private static func nextBlock(in source: OpaquePointer) -> Block? {
        var label: UnsafeMutablePointer<CChar>?
        var header: UnsafeMutablePointer<CChar>?
        var octets: UnsafeMutablePointer<UInt8>?
        var count = 0
        guard unsafe PEM_read_bio(source, &label, &header, &octets, &count) == 1,
            let label = unsafe label, let header = unsafe header, let octets = unsafe octets
        else { return nil }
        defer {
            unsafe copenssl_free(label)
            unsafe copenssl_free(header)
            unsafe copenssl_free(octets)
        }
        return Block(
            unsafe String(cString: label),
            unsafe Array(UnsafeBufferPointer(start: octets, count: count)),
            hasHeader: unsafe header.pointee != 0)
    }
}
