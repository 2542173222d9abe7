import COpenSSL
import TLS
import Testing

@Suite struct ChannelBindingTests {
    /// What the client makes of its side of the connection.
    private func binding(_ pair: Pair) -> [UInt8] {
        var octets = [UInt8](repeating: 0, count: 32)
        let label = "EXPORTER-Channel-Binding"
        #expect(
            SSL_export_keying_material(
                pair.client.ssl, &octets, 32, label, label.utf8.count, nil, 0, 0) == 1)
        return octets
    }

    @Test(arguments: TransferTests.both)
    func `both ends have the same octets, and no other connection has`(_ options: ClientOptions)
        throws
    {
        let (first, second) = (try Pair.connected(options), try Pair.connected(options))
        #expect(first.server.channelBinding == binding(first))
        #expect(second.server.channelBinding == binding(second))
        #expect(binding(first) != binding(second))
        #expect(ERR_peek_error() == 0)
    }

    @Test(arguments: TransferTests.both)
    func `a resumed session has octets of its own`(_ options: ClientOptions) throws {
        let scratch = Scratch()
        var configuration = TLSConfiguration()
        configuration.ticketKeyFile = scratch.write([UInt8](repeating: 7, count: 80), to: "keys")
        let first = try Pair.connected(options, configuration)
        #expect(first.sendToClient([1]) == [1])
        var options = options
        options.session = first.client.session
        let second = try Pair.connected(options, configuration)
        #expect(second.session.isResumed)
        #expect(second.server.channelBinding == binding(second))
        #expect(binding(first) != binding(second))
    }

    @Test func `there are none before the handshake is done`() throws {
        let pair = try Pair(Authority.credentials("ec"))
        #expect(pair.server.channelBinding == nil)
        #expect(pair.shakeHands())
        #expect(pair.server.channelBinding?.count == 32)
    }

    @Test func `there are none in TLS 1.2 without the extended master secret`() throws {
        var options = ClientOptions.tls1_2
        options.hasExtendedMasterSecret = false
        let pair = try Pair.connected(options)
        #expect(pair.session.version == .v1_2)
        #expect(pair.server.channelBinding == nil)
    }
}
