import COpenSSL
import Glibc
import TLS
import Testing

@Suite struct TransferTests {
    static let both = [ClientOptions.tls1_2, .tls1_3]
    static let counts = [
        1, 2, 100, 16383, 16384, 16385, (64 << 10) - 1, 64 << 10, (64 << 10) + 1, 1 << 20,
    ]

    @Test(arguments: both, counts)
    func `every octet arrives, both ways`(_ options: ClientOptions, _ count: Int) throws {
        let pair = try Pair.connected(options)
        let octets = sampleOctets(count)
        #expect(pair.sendToServer(octets) == octets)
        #expect(pair.sendToClient(octets) == octets)
    }

    @Test(arguments: both)
    func `every octet arrives through the smallest buffer`(_ options: ClientOptions) throws {
        let pair = try Pair.connected(options)
        let octets = sampleOctets(20000)
        #expect(pair.sendToServer(octets, space: 1) == octets)
        #expect(pair.sendToServer(octets, space: 7) == octets)
    }

    @Test func `one read takes in all records that fit`() throws {
        let pair = try Pair.connected()
        var expected: [UInt8] = []
        for octet in UInt8(1)...30 {
            let record = [UInt8](repeating: octet, count: 100)
            #expect(pair.client.write(record[...]) == .done(100))
            expected += record
        }
        let (first, head) = pair.readServer(1050)
        #expect(first == .octets(1050))
        #expect(pair.hasBufferedInput)
        let (second, tail) = pair.readServer()
        #expect(second == .octets(1950))
        #expect(head + tail == expected)
        #expect(!pair.hasBufferedInput)
        #expect(pair.readServer().0 == .wantsInput)
    }

    @Test func `half a record is not input`() throws {
        let pair = try Pair.connected()
        let other = try Pair.connected()
        // Nobody can read these, but the record's header is right.
        other.client.sendRaw([23, 3, 3, 0, 100] + [UInt8](repeating: 1, count: 50))
        #expect(other.readServer().0 == .wantsInput)
        #expect(!other.hasBufferedInput)
        #expect(pair.client.write([1, 2, 3]) == .done(3))
        #expect(pair.readServer().1 == [1, 2, 3])
    }

    @Test(arguments: both)
    func `close_notify and an end without it are told apart`(_ options: ClientOptions) throws {
        let polite = try Pair.connected(options)
        #expect(polite.client.write([1, 2, 3]) == .done(3))
        polite.client.shutdown()
        polite.client.disconnect()
        #expect(polite.readServer().1 == [1, 2, 3])
        #expect(polite.hasBufferedInput)
        #expect(polite.readServer().0 == .closed)
        #expect(polite.readServer().0 == .closed)

        let abrupt = try Pair.connected(options)
        #expect(abrupt.client.write([1, 2, 3]) == .done(3))
        abrupt.client.disconnect()
        #expect(abrupt.readServer().1 == [1, 2, 3])
        #expect(abrupt.readServer().0 == .truncated)
        #expect(abrupt.readServer().0 == .truncated)
        #expect(abrupt.writeServer([1]) == .truncated)
        #expect(abrupt.closeServer() == .closed)
    }

    @Test(arguments: both)
    func `the client's close_notify is read though ours cannot be sent`(_ options: ClientOptions)
        throws
    {
        let pair = try Pair.connected(options)
        pair.client.shutdown()
        pair.client.disconnect()
        guard case .failed = pair.closeServer() else {
            Issue.record("nobody can have taken it")
            return
        }
        #expect(pair.readServer().0 == .closed)
    }

    @Test(arguments: both)
    func `an end in the middle of a record is no polite one`(_ options: ClientOptions) throws {
        let pair = try Pair.connected(options)
        pair.client.sendRaw([23, 3, 3, 0, 100] + [UInt8](repeating: 1, count: 50))
        pair.client.disconnect()
        #expect(pair.readServer().0 == .truncated)
    }

    @Test(arguments: both)
    func `we can still write when the client has closed its side`(_ options: ClientOptions) throws {
        let pair = try Pair.connected(options)
        pair.client.shutdown()
        #expect(pair.readServer().0 == .closed)
        #expect(pair.writeServer([4, 5, 6]) == .octets(3))
        #expect(pair.closeServer() == .closed)
        #expect(!pair.client.rawOctets().isEmpty)
    }

    @Test(arguments: both)
    func `closing says close_notify once`(_ options: ClientOptions) throws {
        let pair = try Pair.connected(options)
        #expect(pair.client.rawOctets().isEmpty)
        #expect(pair.closeServer() == .closed)
        // An alert record: 2 octets of alert; TLS 1.2 adds nonce and tag, 1.3 type and tag.
        let octets = pair.client.rawOctets()
        #expect(octets.count == (options.maximumVersion == TLS1_2_VERSION ? 31 : 24))
        #expect(pair.closeServer() == .closed)
        #expect(pair.client.rawOctets().isEmpty)
        guard case .failed = pair.writeServer([1]) else {
            Issue.record("wrote after close_notify")
            return
        }
        #expect(pair.client.rawOctets().isEmpty)
    }

    @Test func `the client understands our close_notify`() throws {
        let pair = try Pair.connected()
        #expect(pair.writeServer([1]) == .octets(1))
        #expect(pair.closeServer() == .closed)
        var octets: [UInt8] = []
        #expect(pair.client.read(into: &octets) == .done(1))
        #expect(pair.client.read(into: &octets) == .closed)
    }

    @Test func `before the handshake is done there is nothing to close`() throws {
        let pair = try Pair(Authority.credentials("ec"))
        #expect(pair.closeServer() == .closed)
        #expect(pair.client.rawOctets().isEmpty)
    }

    @Test(arguments: both)
    func `a client that does not read makes us wait, not lose`(_ options: ClientOptions) throws {
        let pair = try Pair.connected(options)
        let octets = sampleOctets(1 << 20)
        var sent = 0
        var transfer = pair.writeServer(octets)
        while case .octets(let count) = transfer {
            #expect((1...16384).contains(count))
            sent += count
            transfer = pair.writeServer(Array(octets[sent...]))
        }
        #expect(transfer == .wantsOutput)
        #expect(sent > 0 && sent < octets.count)
        // The octets count, not where they are.
        let elsewhere = [0] + octets[sent...]
        #expect(pair.server.write(elsewhere.span.extracting(1...)) == .wantsOutput)
        var arrived: [UInt8] = []
        for _ in 0..<1000 where arrived.count < octets.count {
            while case .done = pair.client.read(into: &arrived) {}
            while sent < octets.count,
                case .octets(let count) = pair.writeServer(Array(octets[sent...]))
            {
                sent += count
            }
        }
        #expect(arrived == octets)
    }

    @Test func `closing does not wait for a client that does not read`() throws {
        let pair = try Pair.connected()
        let filled = pair.fillSocket()
        #expect(pair.closeServer() == .wantsOutput)
        #expect(pair.closeServer() == .wantsOutput)
        var arrived = pair.client.rawOctets()
        #expect(pair.closeServer() == .closed)
        #expect(pair.closeServer() == .closed)
        while arrived.count < filled + 24 {
            let octets = pair.client.rawOctets()
            if octets.isEmpty { break }
            arrived += octets
        }
        #expect(arrived.count == filled + 24)
        #expect(pair.client.rawOctets().isEmpty)
    }

    @Test func `closing behind a record that is stuck sends nothing that could be misread`() throws
    {
        let pair = try Pair.connected()
        let octets = sampleOctets(1 << 20)
        var sent = 0
        while case .octets(let count) = pair.writeServer(Array(octets[sent...])) { sent += count }
        #expect(pair.closeServer() == .closed)
        var arrived: [UInt8] = []
        while case .done = pair.client.read(into: &arrived) {}
        // There is room again, but only a write could finish the record.
        #expect(pair.closeServer() == .closed)
        #expect(pair.client.read(into: &arrived) == .wants)
        #expect(arrived == Array(octets[..<arrived.count]))
        #expect(pair.closeServer() == .closed)
        #expect(pair.client.rawOctets().isEmpty)
    }

    @Test func `nothing is written when there is nothing to write`() throws {
        let pair = try Pair.connected()
        #expect(pair.writeServer([]) == .octets(0))
        #expect(pair.client.rawOctets().isEmpty)
    }

    @Test(arguments: both)
    func `a client that has vanished fails the write`(_ options: ClientOptions) throws {
        let pair = try Pair.connected(options)
        pair.client.disconnect()
        let expected = TLSError("TLS write", reason: "Broken pipe (errno 32)")
        #expect(pair.writeServer([1]) == .failed(expected))
        #expect(pair.writeServer([1]) == .failed(expected))
        #expect(pair.readServer().0 == .failed(expected))
        #expect(pair.closeServer() == .closed)
    }

    @Test(arguments: both)
    func `a forged record fails the read and is answered by an alert`(_ options: ClientOptions)
        throws
    {
        let pair = try Pair.connected(options)
        pair.client.sendRaw([23, 3, 3, 0, 40] + [UInt8](repeating: 1, count: 40))
        let first = pair.readServer().0
        guard case .failed(let error) = first else {
            Issue.record("\(first)")
            return
        }
        // Where other tests have had OpenSSL load all its texts, its inner reason comes first; and
        // OpenSSL 3.5 has an outer one.
        #expect(error.operation == "TLS read")
        #expect(error.reason.contains("decryption failed or bad record mac"))
        #expect(!pair.client.rawOctets().isEmpty)
        #expect(pair.readServer().0 == .failed(error))
        #expect(pair.writeServer([1]) == .failed(error))
        #expect(pair.closeServer() == .closed)
        #expect(pair.client.rawOctets().isEmpty)
    }

    @Test func `what came before a forged record is delivered first`() throws {
        let pair = try Pair.connected()
        #expect(pair.client.write([1, 2, 3]) == .done(3))
        pair.client.sendRaw([23, 3, 3, 0, 40] + [UInt8](repeating: 1, count: 40))
        #expect(pair.readServer().1 == [1, 2, 3])
        #expect(pair.hasBufferedInput)
        guard case .failed = pair.readServer().0 else {
            Issue.record("not refused")
            return
        }
    }
}

@Suite struct ProtocolTests {
    @Test func `TLS 1.3 sends no tickets`() throws {
        let pair = try Pair.connected(.tls1_3)
        #expect(pair.client.rawOctets().isEmpty)
        #expect(pair.readServer().0 == .wantsInput)
        #expect(pair.client.rawOctets().isEmpty)
    }

    @Test(arguments: TransferTests.both)
    func `nothing can be resumed and no early data sent`(_ options: ClientOptions) throws {
        let pair = try Pair.connected(options)
        let session = SSL_get_session(pair.client.ssl)
        #expect(SSL_SESSION_is_resumable(session) == 0)
        #expect(SSL_SESSION_get_max_early_data(session) == 0)
    }

    @Test(arguments: TransferTests.both)
    func `nothing is compressed`(_ options: ClientOptions) throws {
        let pair = try Pair.connected(options)
        #expect(SSL_get_current_compression(pair.client.ssl) == nil)
    }

    @Test func `renegotiation is refused`() throws {
        let pair = try Pair.connected(.tls1_2)
        #expect(SSL_renegotiate(pair.client.ssl) == 1)
        #expect(pair.client.handshake() == .wants)
        #expect(pair.readServer().0 == .wantsInput)
        #expect(pair.client.handshake() == .failed("no renegotiation"))
    }

    @Test(arguments: [SSL_KEY_UPDATE_REQUESTED, SSL_KEY_UPDATE_NOT_REQUESTED])
    func `keys can be changed at any time`(_ kind: CInt) throws {
        let pair = try Pair.connected(.tls1_3)
        for _ in 0..<5 {
            #expect(SSL_key_update(pair.client.ssl, kind) == 1)
            let octets = sampleOctets(40000)
            #expect(pair.sendToServer(octets) == octets)
            #expect(pair.sendToClient(octets) == octets)
        }
    }
}
