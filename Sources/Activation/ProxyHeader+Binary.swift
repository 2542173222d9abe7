internal import POSIX

/// Version 2, §2.2: a signature, version and command, family and protocol, the number of octets to
/// follow; then addresses, and behind them whatever else the sender wants to tell (TLVs).
extension ProxyHeader {
    static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]
    private static let fixedOctets = 16

    /// The octets of the whole header, once its fixed part is there.
    ///
    /// §2.2: the receiver must always consider the length so as to skip as many octets, so there is
    /// no limit below the 65,535 that it can tell. None is needed either: what is skipped is not
    /// kept. That a header fits into 536 octets is a promise of the sender's, which TLVs have long
    /// broken.
    private var totalOctets: Int {
        Self.fixedOctets + Int(beginning[14]) << 8 + Int(beginning[15])
    }

    var binaryOctetsToCome: Int {
        (count < Self.fixedOctets ? Self.fixedOctets : totalOctets) - count
    }

    /// What the header says, or nil if it is incomplete; all octets before the last were looked at.
    func binarySource() throws(Malformed) -> Source? {
        switch count {
        case ...Self.signature.count:
            guard beginning[count - 1] == Self.signature[count - 1] else {
                throw Malformed("it is no PROXY header")
            }
        case 13: try checkVersionAndCommand()
        case 14: try checkFamily()
        case Self.fixedOctets: try checkLength()
        default: break
        }
        guard count >= Self.fixedOctets, count == totalOctets else { return nil }
        return isLocal ? .connection : proxiedSource
    }

    /// The upper half is the version, the lower half the command: LOCAL or PROXY.
    private func checkVersionAndCommand() throws(Malformed) {
        guard beginning[12] >> 4 == 2 else { throw Malformed("its version is not 2") }
        guard beginning[12] & 0xF <= 1 else { throw Malformed("its command is none") }
    }

    /// §2.2, LOCAL: the proxy itself has something to say, a health check as a rule. Everything
    /// else is to be skipped, the family included.
    private var isLocal: Bool { beginning[12] & 0xF == 0 }

    /// The upper half is the address family (UNSPEC, INET, INET6, UNIX), the lower half the kind of
    /// socket (UNSPEC, STREAM, DGRAM).
    private func checkFamily() throws(Malformed) {
        if isLocal { return }
        guard beginning[13] >> 4 <= 3, beginning[13] & 0xF <= 2 else {
            throw Malformed("its address family or protocol is none")
        }
    }

    private func checkLength() throws(Malformed) {
        if isLocal { return }
        let addressOctets =
            switch beginning[13] {
            case 0x11: 12
            case 0x21: 36
            case 0x31: 216
            default: 0
            }
        if totalOctets < Self.fixedOctets + addressOctets {
            throw Malformed("it is too short for its addresses")
        }
    }

    private var proxiedSource: Source {
        switch beginning[13] {
        // Source and destination address, then the ports of both, in network byte order.
        case 0x11: .client(peer(at: 16..<20, port: 24))
        case 0x21: .client(peer(at: 16..<32, port: 48))
        // A local client, of which there is at best a path: not who it is.
        case 0x31: .client(.unknown)
        // §2.2: what is valid but of no use to the receiver, as datagrams are to us, counts as
        // UNSPEC; then the addresses are to be ignored, and the connection's own may be used.
        default: .connection
        }
    }

    private func peer(at range: Range<Int>, port: Int) -> Peer {
        let port = UInt16(beginning[port]) << 8 | UInt16(beginning[port + 1])
        return SocketAddress(octets: beginning[range], port: port).map { Peer($0) } ?? .unknown
    }
}
