internal import Glibc
internal import Notation

/// The address of one end of a socket.
package enum SocketAddress: Equatable, Sendable {
    /// In dotted form, and the port.
    case ipv4(String, port: UInt16)
    /// In the form of RFC 5952 and without a zone, and the port.
    case ipv6(String, port: UInt16)
    case local
    /// Of a family that we know nothing of.
    case other
}

extension SocketAddress {
    /// Reads an address from text, in the forms that inet_pton(3) takes; nil for any other.
    package init?(text: String, port: UInt16) {
        var v4 = in_addr()
        var v6 = in6_addr()
        if unsafe inet_pton(AF_INET, text, &v4) == 1 {
            self.init(v4, port: port)
        } else if unsafe inet_pton(AF_INET6, text, &v6) == 1 {
            self.init(v6, port: port)
        } else {
            return nil
        }
    }

    /// An address of 4 or 16 octets in network byte order; nil for any other number of them.
    package init?(octets: ArraySlice<UInt8>, port: UInt16) {
        let octets = Array(octets)
        switch octets.count {
        case 4:
            self.init(
                unsafe octets.withUnsafeBytes { unsafe $0.loadUnaligned(as: in_addr.self) },
                port: port)
        case 16:
            self.init(
                unsafe octets.withUnsafeBytes { unsafe $0.loadUnaligned(as: in6_addr.self) },
                port: port)
        default: return nil
        }
    }

    /// The other end of a connected socket; fails with ENOTCONN where there is none any more.
    package init(peerOf descriptor: borrowing Descriptor) throws(SystemError) {
        let number = descriptor.rawValue
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        try retrying("getpeername") {
            unsafe withUnsafeMutablePointer(to: &storage) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe getpeername(number, $0, &length)
                }
            }
        }
        let family = CInt(storage.ss_family)
        self = unsafe withUnsafeBytes(of: &storage) { bytes in
            switch family {
            case AF_INET:
                let address = unsafe bytes.loadUnaligned(as: sockaddr_in.self)
                return SocketAddress(address.sin_addr, port: UInt16(bigEndian: address.sin_port))
            case AF_INET6:
                let address = unsafe bytes.loadUnaligned(as: sockaddr_in6.self)
                return SocketAddress(address.sin6_addr, port: UInt16(bigEndian: address.sin6_port))
            case AF_UNIX: return .local
            default: return .other
            }
        }
    }

    private init(_ address: in_addr, port: UInt16) {
        var address = address
        self = unsafe .ipv4(Self.text(AF_INET, &address), port: port)
    }

    /// An IPv4-mapped address (RFC 4291 §2.5.5.2) is the IPv4 address that it stands for.
    private init(_ address: in6_addr, port: UInt16) {
        var address = address
        let octets = unsafe withUnsafeBytes(of: &address) { unsafe Array($0) }
        if octets[..<10].allSatisfy({ $0 == 0 }), octets[10] == 0xFF, octets[11] == 0xFF {
            self = .ipv4(octets[12...].map { "\($0)" }.joined(separator: "."), port: port)
        } else {
            self = unsafe .ipv6(Self.text(AF_INET6, &address), port: port)
        }
    }

    private static func text(_ family: CInt, _ address: UnsafeRawPointer) -> String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        // Cannot fail: the family is known and the text has room for the longest address.
        _ = unsafe inet_ntop(family, address, &text, socklen_t(text.count))
        return String(writtenByC: text)
    }
}
