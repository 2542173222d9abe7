internal import POSIX

/// Who is at the other end of a connection, as far as the system or the super-server can tell.
package enum Peer: Equatable, Sendable {
    /// In dotted form.
    case ipv4(String, port: UInt16)
    /// In the form of RFC 5952, without a zone.
    case ipv6(String, port: UInt16)
    /// A process on this machine.
    case local(uid: UInt32, pid: Int32)
    case unknown

    init(_ address: SocketAddress) {
        self =
            switch address {
            case .ipv4(let address, let port): .ipv4(address, port: port)
            case .ipv6(let address, let port): .ipv6(address, port: port)
            case .local, .other: .unknown
            }
    }

    /// The other end of a connected socket.
    init(of connection: borrowing Descriptor) throws(SystemError) {
        let address = try SocketAddress(peerOf: connection)
        guard address == .local else {
            self.init(address)
            return
        }
        let (uid, pid) = try connection.peerCredentials()
        self = .local(uid: uid, pid: pid)
    }
}

extension Peer {
    /// The peer as a log names it: `192.0.2.1`, `uid 1000 pid 4711`, or nil.
    package var text: String? {
        switch self {
        case .ipv4(let address, _), .ipv6(let address, _): address
        case .local(let uid, let pid): "uid \(uid) pid \(pid)"
        case .unknown: nil
        }
    }

    /// What super-servers that pass no socket tell in the environment: the variables for the
    /// address and the port.
    private static let variables: [(address: String, port: String)] = [
        ("REMOTE_ADDR", "REMOTE_PORT"), ("TCPREMOTEIP", "TCPREMOTEPORT"),
    ]

    /// The first address in the environment that is one; anything else there is passed over, as it
    /// would end up in logs and header fields.
    static func fromEnvironment(_ environment: (String) -> String?) -> Peer {
        for names in variables {
            guard let text = environment(names.address) else { continue }
            let port = environment(names.port).flatMap { UInt16($0) } ?? 0
            if let address = SocketAddress(text: text, port: port) { return Peer(address) }
        }
        return .unknown
    }
}
