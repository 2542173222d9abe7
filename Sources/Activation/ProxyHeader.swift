/// What a proxy says at the beginning of a connection about the client that it has made it for: a
/// header of the PROXY protocol, version 1 (a line of text) or 2 (binary).
///
/// It takes octets in any cutting, keeps no more than it needs, and never takes one that stands
/// behind the header. The clauses are those of HAProxy's `proxy-protocol.txt`.
package struct ProxyHeader: Sendable {
    /// Whom a complete header names.
    package enum Source: Equatable, Sendable {
        /// Nobody else: the connection's own other end is the client.
        case connection
        /// This client, `.unknown` where its address tells us nothing.
        case client(Peer)
    }

    /// Why the octets are no header. It says nothing of what the sender chose.
    package struct Malformed: Error, Equatable {
        package let reason: String

        init(_ reason: String) {
            self.reason = reason
        }
    }

    /// Whom it names; nil as long as it is incomplete.
    package private(set) var source: Source?

    /// How many octets of it were taken.
    private(set) var count = 0
    /// Its beginning, as far as anything is made of it.
    private(set) var beginning: [UInt8] = []

    package init() {}
}

extension ProxyHeader {
    /// How many octets are to come at least, 0 once it is complete.
    ///
    /// Whoever reads no more than that at a time never reads what stands behind the header.
    package var minimumOctetsToCome: Int {
        if source != nil { return 0 }
        if isBinary { return binaryOctetsToCome }
        return textOctetsToCome
    }

    /// Takes octets up to the end of the header, and tells how many those were.
    package mutating func receive(_ octets: Span<UInt8>) throws(Malformed) -> Int {
        for index in octets.indices {
            if source != nil { return index }
            try receive(octets[index])
        }
        return octets.count
    }

    private mutating func receive(_ octet: UInt8) throws(Malformed) {
        count += 1
        if beginning.count < Self.maximumTextOctets { beginning.append(octet) }
        // §2: what is neither is to be dropped, and without waiting for more of it.
        source = isBinary ? try binarySource() : try textSource()
    }

    /// Version 2, if it is a header at all: the first octet tells it from version 1.
    private var isBinary: Bool { beginning.first == Self.signature[0] }
}
