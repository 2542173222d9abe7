internal import Notation

/// What there is to know of a certificate for a key on P-256 before a handshake. RFC 5280 §4.1
///
/// It takes what OpenSSL takes, too, and much less than that: each element as DER has it, names in ASCII, the
/// signatures of today.
struct PlainCertificate {
    /// The public key: X and Y, of 32 octets each.
    let point: ArraySlice<UInt8>
    /// In seconds since 1970-01-01 00:00:00 UTC.
    let notBefore, notAfter: Int64

    /// Nil if anything in it is otherwise, or behind it.
    init?(_ octets: [UInt8]) {
        var file = DERReader(octets[...])
        guard var certificate = file.reader(.sequence), file.isAtEnd,
            var body = certificate.reader(.sequence), body.skip(Self.version3),
            Self.skipSerialNumber(&body),
            let algorithm = body.take(.sequence),
            Self.signatures.contains(where: algorithm.elementsEqual),
            Self.skipName(&body),
            var validity = body.reader(.sequence), let notBefore = Self.time(&validity),
            let notAfter = Self.time(&validity), validity.isAtEnd,
            Self.skipName(&body),
            var key = body.reader(.sequence), key.skip(DERReader.algorithmOfP256),
            key.skip(DERReader.headOfPoint), let point = key.takeRest(64),
            body.isAtEnd || Self.skipExtensions(&body), body.isAtEnd,
            certificate.take(.sequence)?.elementsEqual(algorithm) == true,
            let signature = certificate.take(.bitString), signature.count > 1, signature.first == 0,
            certificate.isAtEnd
        else { return nil }
        self.point = point
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    private static let version3: [UInt8] = [0xA0, 3, 0x02, 1, 2]

    /// RFC 5758 §3.2 and RFC 4055 §5: by ECDSA and by RSA, with SHA-256, SHA-384 and SHA-512.
    private static let signatures: [[UInt8]] =
        [2, 3, 4].map { [0x06, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, $0] }
        + [11, 12, 13].map {
            [0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, $0, 0x05, 0]
        }

    private static func skipSerialNumber(_ reader: inout DERReader) -> Bool {
        guard let octets = reader.take(.integer), let first = octets.first else { return false }
        // Positive, and without a zero in front that need not be.
        return first < 0x80 && (first > 0 || octets.count == 1 || octets.dropFirst().first! >= 0x80)
    }

    private static func skipName(_ reader: inout DERReader) -> Bool {
        guard var name = reader.reader(.sequence) else { return false }
        while !name.isAtEnd {
            guard var set = name.reader(.set), var attribute = set.reader(.sequence), set.isAtEnd,
                attribute.skipIdentifier(),
                let text = attribute.take(.utf8String) ?? attribute.take(.printableString),
                attribute.isAtEnd, !text.isEmpty, text.allSatisfy({ 0x20..<0x7F ~= $0 })
            else { return false }
        }
        return true
    }

    /// Of a year of two digits, as are all before 2050; on February 29 it is left to OpenSSL.
    private static func time(_ reader: inout DERReader) -> Int64? {
        guard let text = reader.take(.utcTime), text.count == 13, text.last == UInt8(ascii: "Z")
        else {
            return nil
        }
        var fields: [Int64] = []
        for start in stride(from: text.startIndex, to: text.endIndex - 1, by: 2) {
            guard text[start].isDigit, text[start + 1].isDigit else { return nil }
            fields.append(Int64(text[start] - 0x30) * 10 + Int64(text[start + 1] - 0x30))
        }
        let (month, day) = (fields[1], fields[2])
        guard 1...12 ~= month, 1...daysOfMonths[Int(month) - 1] ~= day, fields[3] < 24,
            fields[4] < 60,
            fields[5] < 60
        else { return nil }
        return UTCTime.secondsSince1970(
            year: fields[0] + (fields[0] < 50 ? 2000 : 1900), month: month, day: day,
            secondOfDay: fields[3] * 3600 + fields[4] * 60 + fields[5])
    }

    private static let daysOfMonths: [Int64] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

    private static func skipExtensions(_ reader: inout DERReader) -> Bool {
        guard var tagged = reader.reader(.extensions), var list = tagged.reader(.sequence),
            tagged.isAtEnd
        else { return false }
        while !list.isAtEnd {
            guard var element = list.reader(.sequence), element.skipIdentifier() else {
                return false
            }
            _ = element.skip([0x01, 1, 0xFF])  // Critical.
            guard element.take(.octetString) != nil, element.isAtEnd else { return false }
        }
        return true
    }
}
