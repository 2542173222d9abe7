internal import Notation

extension Exchange {
    /// RFC 4422 §A.1: the message is the identity to act as, or empty for the client's own.
    func takeExternal(_ message: [UInt8]) throws(Failure) -> String {
        guard let subject = channel.clientSubject else {
            throw Failure("no verified client certificate")
        }
        if message.isEmpty { return subject }
        // Clients put here the user name that they were given, so the name in the certificate is
        // the identity as well as all of its subject.
        do throws(Failure) {
            let identity = try Identity(message).text
            if identity != subject, identity != DistinguishedName.commonName(in: subject) {
                throw .notAuthorized(subject)
            }
        } catch {
            throw error.of(subject)
        }
        return subject
    }
}

/// The name in a certificate, as a string of RFC 2253.
enum DistinguishedName {
    /// The value of the first CN, or nil where there is none that is text.
    static func commonName(in name: String) -> String? {
        var rest = Array(name.utf8)[...]
        while !rest.isEmpty {
            let value = takeAttribute(&rest)
            if let value { return String(validating: value, as: UTF8.self) }
        }
        return nil
    }

    /// Takes `type=value` and what parts it from the next; returns the value if the type is CN.
    private static func takeAttribute(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        let type = rest.prefix { $0 != .equals }
        rest = rest[type.endIndex...].dropFirst()
        var value: [UInt8] = []
        while let octet = rest.popFirst() {
            // RFC 2253 §2.2 and §2.4: parts end at a comma or a plus.
            if octet == .comma || octet == UInt8(ascii: "+") { break }
            value.append(octet == .backslash ? takeEscaped(&rest) : octet)
        }
        return type.elementsEqual("CN".utf8) ? value : nil
    }

    /// Takes what follows a backslash: a special character, or two hexadecimal digits.
    private static func takeEscaped(_ rest: inout ArraySlice<UInt8>) -> UInt8 {
        if rest.count >= 2, let high = rest[rest.startIndex].hexadecimalValue,
            let low = rest[rest.startIndex + 1].hexadecimalValue
        {
            rest.removeFirst(2)
            return high << 4 | low
        }
        return rest.popFirst() ?? .backslash
    }
}
