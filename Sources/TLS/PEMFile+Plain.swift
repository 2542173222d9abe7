internal import Notation

// RFC 7468 §3: PEM as generators write it, which is nearly all there is. Reading it here takes a fifth of
// the instructions of OpenSSL's reader. What is otherwise in any way is left to that one, and so is what
// there is to say of it.

extension PEMFile {
    /// The blocks in the octets, or nil unless there is nothing but plain blocks, and empty lines
    /// between them.
    static func plainBlocks(in contents: [UInt8]) -> [Block]? {
        var blocks: [Block] = []
        var rest = contents[...]
        while !rest.isEmpty {
            guard let line = takeLine(&rest) else { return nil }
            if line.isEmpty { continue }
            guard let label = label(in: line, behind: "-----BEGIN "),
                let octets = takeOctets(&rest, upToEndOf: label)
            else { return nil }
            blocks.append(Block(String(decoding: label, as: UTF8.self), octets))
        }
        return blocks.isEmpty ? nil : blocks
    }

    /// Takes lines of 64 characters but for the last one, and the line that ends the block.
    private static func takeOctets(
        _ rest: inout ArraySlice<UInt8>, upToEndOf label: ArraySlice<UInt8>
    ) -> [UInt8]? {
        var text: [UInt8] = []
        while let line = takeLine(&rest) {
            if line.first == .hyphen {
                let isEnd = self.label(in: line, behind: "-----END ") == label
                return isEnd && !text.isEmpty ? Base64.decode(text) : nil
            }
            guard text.count % 64 == 0, 1...64 ~= line.count else { return nil }
            text.append(line.span)
        }
        return nil
    }

    private static func label(in line: ArraySlice<UInt8>, behind mark: StaticString)
        -> ArraySlice<UInt8>?
    {
        let isMarked = mark.withUTF8Buffer { unsafe line.starts(with: $0) }
        let label = line.dropFirst(mark.utf8CodeUnitCount).dropLast(5)
        let isPlain = label.allSatisfy { $0.isUppercaseLetter || $0.isDigit || $0 == .space }
        guard isMarked, line.suffix(5).allSatisfy({ $0 == .hyphen }), !label.isEmpty, isPlain
        else { return nil }
        return label
    }

    /// The next line without its LF; nil where that is missing.
    private static func takeLine(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let end = rest.firstIndex(of: .lineFeed) else { return nil }
        defer { rest = rest[(end + 1)...] }
        return rest[..<end]
    }
}

extension UInt8 {
    fileprivate var isUppercaseLetter: Bool { 0x41...0x5A ~= self }
}
