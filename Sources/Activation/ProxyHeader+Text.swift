internal import Notation
internal import POSIX

/// Version 1, §2.1: `PROXY TCP4 192.0.2.1 198.51.100.1 56324 25` and CR LF.
extension ProxyHeader {
    /// §2.1: no line is longer, its end included.
    static let maximumTextOctets = 107
    /// `PROXY UNKNOWN` and CR LF.
    private static let minimumTextOctets = 15

    private static let openings = ["PROXY TCP4 ", "PROXY TCP6 ", unknown].map { Array($0.utf8) }
    private static let unknown = "PROXY UNKNOWN"

    var textOctetsToCome: Int {
        if count < Self.minimumTextOctets { return Self.minimumTextOctets - count }
        return beginning.last == .carriageReturn ? 1 : min(2, Self.maximumTextOctets - count)
    }

    /// What the line says, or nil if it does not end yet; all octets before the last were looked at.
    func textSource() throws(Malformed) -> Source? {
        guard Self.openings.contains(where: { zip($0, beginning).allSatisfy(==) }) else {
            throw Malformed(
                count <= 5 ? "it is no PROXY header" : "it names no protocol that there is")
        }
        let isUnknown = beginning.starts(with: Self.unknown.utf8)
        let endsLine = beginning.suffix(2).elementsEqual([.carriageReturn, .lineFeed])
        // §2.1: one of the two alone ends no line. Behind UNKNOWN anything is to be ignored.
        let hasStray =
            beginning.last == .lineFeed
            ? !endsLine : beginning.dropLast().last == .carriageReturn
        if hasStray, !isUnknown { throw Malformed("its line does not end in CR LF") }
        if isUnknown { return try unknownSource(endsLine: endsLine) }
        if endsLine { return try addressSource() }
        try checkLength()
        return nil
    }

    private func unknownSource(endsLine: Bool) throws(Malformed) -> Source? {
        let length = Self.unknown.utf8.count
        if count > length, ![.space, .carriageReturn].contains(beginning[length]) {
            throw Malformed("it names no protocol that there is")
        }
        // §2.1: the connection's own parameters are used, as if there were no header.
        if endsLine { return .connection }
        try checkLength()
        return nil
    }

    private func checkLength() throws(Malformed) {
        if count == Self.maximumTextOctets {
            throw Malformed("its line is longer than \(Self.maximumTextOctets) octets")
        }
    }

    /// Protocol, source address, destination address, source port, destination port.
    private func addressSource() throws(Malformed) -> Source {
        let fields = beginning.dropFirst("PROXY ".utf8.count).dropLast(2)
            .split(separator: .space, omittingEmptySubsequences: false)
        guard fields.count == 5 else { throw Malformed("it does not have all its fields") }
        let isIPv6 = fields[0].elementsEqual("TCP6".utf8)
        guard let port = Self.port(fields[3]), let destinationPort = Self.port(fields[4]) else {
            throw Malformed("a port in it is none")
        }
        guard let source = Self.address(fields[1], isIPv6, port),
            Self.address(fields[2], isIPv6, destinationPort) != nil
        else { throw Malformed("an address in it is none of its protocol") }
        return .client(Peer(source))
    }

    private static func address(
        _ octets: ArraySlice<UInt8>, _ isIPv6: Bool, _ port: UInt16
    ) -> SocketAddress? {
        let text = String(decoding: octets, as: UTF8.self)
        // Else inet_pton(3) would take what is before a NUL.
        let isHarmless = octets.allSatisfy { $0.isVisible }
        guard isHarmless, octets.contains(.colon) == isIPv6 else { return nil }
        return SocketAddress(text: text, port: port)
    }

    /// §2.1: a decimal number up to 65535, without zeros in front of it.
    private static func port(_ octets: ArraySlice<UInt8>) -> UInt16? {
        let hasLeadingZero = octets.count > 1 && octets.first == UInt8(ascii: "0")
        return hasLeadingZero ? nil : UInt16(decimal: octets)
    }
}
