import Testing

@testable import Activation

@Suite struct PeerTests {
    @Test(arguments: [
        ([:], Peer.unknown),
        (["REMOTE_ADDR": "192.0.2.1", "REMOTE_PORT": "4711"], .ipv4("192.0.2.1", port: 4711)),
        (["REMOTE_ADDR": "::ffff:192.0.2.1"], .ipv4("192.0.2.1", port: 0)),
        (["REMOTE_ADDR": "2001:db8::1", "REMOTE_PORT": "x"], .ipv6("2001:db8::1", port: 0)),
        (["TCPREMOTEIP": "192.0.2.2", "TCPREMOTEPORT": "25"], .ipv4("192.0.2.2", port: 25)),
        (
            ["REMOTE_ADDR": "192.0.2.1", "TCPREMOTEIP": "192.0.2.2", "TCPREMOTEPORT": "25"],
            .ipv4("192.0.2.1", port: 0)
        ),
        (["REMOTE_ADDR": "client.example", "TCPREMOTEIP": "::1"], .ipv6("::1", port: 0)),
        (["REMOTE_ADDR": "192.0.2.1]\nX: y"], .unknown),
        (["REMOTE_ADDR": "192.0.2.1", "REMOTE_PORT": "65536"], .ipv4("192.0.2.1", port: 0)),
    ]) func `the environment names the peer only by addresses`(
        variables: [String: String], peer: Peer
    ) {
        #expect(Peer.fromEnvironment { variables[$0] } == peer)
    }
}
