internal import Activation
internal import SMTP

extension Peer {
    /// The peer as the log names it: `192.0.2.1`, `uid 1000 pid 4711`, or nil.
    var logText: String? {
        switch self {
        case .ipv4(let address, _), .ipv6(let address, _): address
        case .local(let uid, let pid): "uid \(uid) pid \(pid)"
        case .unknown: nil
        }
    }
}

extension DeliveryHeader.Origin {
    init(_ peer: Peer) {
        switch peer {
        case .ipv4(let address, _): self = .address(address)
        case .ipv6(let address, _): self = .address("IPv6:\(address)")
        case .local(let uid, _): self = .user(uid)
        case .unknown: self = .unknown
        }
    }
}
