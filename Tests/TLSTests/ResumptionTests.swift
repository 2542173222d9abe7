import COpenSSL
import TLS
import Testing

/// Sessions that go on from one server to the next. Each `Pair` has a context of its own, as each
/// process has.
@Suite struct ResumptionTests {
    private let scratch = Scratch()
    private static let a = key(1)
    private static let b = key(2)

    private static func key(_ number: UInt8) -> [UInt8] {
        (0..<80).map { $0 &* 3 &+ number &* 77 }
    }

    private func configuration(_ keys: [UInt8]..., name: String = "mx.example") -> TLSConfiguration
    {
        var configuration = TLSConfiguration()
        configuration.serviceName = name
        let file = keys.map { "\($0[0]).\($0[79])" }.joined(separator: "-")
        configuration.ticketKeyFile = scratch.write(Array(keys.joined()), to: file)
        return configuration
    }

    private func connect(
        _ configuration: TLSConfiguration, _ options: ClientOptions,
        resuming session: ClientSession? = nil
    ) throws -> Pair {
        var options = options
        options.session = session
        let pair = try Pair.connected(options, configuration)
        // In TLS 1.3 the ticket comes behind the handshake.
        #expect(pair.sendToClient([1, 2, 3]) == [1, 2, 3])
        #expect(pair.sendToServer([4, 5, 6]) == [4, 5, 6])
        #expect(pair.session.isResumed == pair.client.isResumed)
        return pair
    }

    @Test(arguments: TransferTests.both)
    func `a session is resumed by another server with the same key`(_ options: ClientOptions) throws
    {
        let first = try connect(configuration(Self.a), options)
        #expect(!first.session.isResumed)
        let second = try connect(configuration(Self.a), options, resuming: first.client.session)
        #expect(second.session.isResumed)
        #expect(second.session.version == first.session.version)
        #expect(second.session.cipher == first.session.cipher)
        #expect(second.session.serverName == "mx.example")
        let third = try connect(configuration(Self.a), options, resuming: second.client.session)
        #expect(third.session.isResumed)
        #expect(SSL_SESSION_get_max_early_data(third.client.session.pointer) == 0)
    }

    @Test(arguments: TransferTests.both)
    func `without keys there are no tickets, and none is taken`(_ options: ClientOptions) throws {
        let plain = try connect(TLSConfiguration(), options)
        #expect(plain.client.session.ticket == [])
        let first = try connect(configuration(Self.a), options)
        #expect(first.client.session.ticket != [])
        let second = try connect(TLSConfiguration(), options, resuming: first.client.session)
        #expect(!second.session.isResumed)
    }

    @Test(arguments: TransferTests.both)
    func `another key, another name and a damaged ticket mean a new session`(
        _ options: ClientOptions
    ) throws {
        let session = try connect(configuration(Self.a), options).client.session
        var renamed = Self.b
        renamed.replaceSubrange(..<16, with: Self.a[..<16])
        for other in [
            configuration(Self.b), configuration(renamed), configuration(Self.a, name: "mx.exampl"),
            configuration(Self.a, name: "mx.example\u{0}"), configuration(Self.a, name: ""),
        ] {
            let pair = try connect(other, options, resuming: session)
            #expect(!pair.session.isResumed)
            // The new ticket is good where it came from.
            let next = try connect(other, options, resuming: pair.client.session)
            #expect(next.session.isResumed)
        }
        let ticket = session.ticket
        for place in [0, 16, 32, ticket.count - 33, ticket.count - 1] {
            var damaged = ticket
            damaged[place] ^= 1
            let pair = try connect(
                configuration(Self.a), options, resuming: session.with(ticket: damaged))
            #expect(!pair.session.isResumed, "\(place)")
        }
        let same = try connect(
            configuration(Self.a), options, resuming: session.with(ticket: ticket))
        #expect(same.session.isResumed)
    }

    @Test(arguments: TransferTests.both)
    func `keys rotate without losing a client`(_ options: ClientOptions) throws {
        func name(_ session: ClientSession) -> [UInt8] { Array(session.ticket.prefix(16)) }
        // The next key is told to all before any of them seals with it.
        let old = try connect(configuration(Self.a, Self.b), options).client.session
        #expect(name(old) == Array(Self.a[..<16]))
        let pair = try connect(configuration(Self.b, Self.a), options, resuming: old)
        #expect(pair.session.isResumed)
        let new = pair.client.session
        #expect(name(new) == Array(Self.b[..<16]))
        for order in [configuration(Self.a, Self.b), configuration(Self.b)] {
            #expect(try connect(order, options, resuming: new).session.isResumed)
        }
        #expect(try !connect(configuration(Self.b), options, resuming: old).session.isResumed)
    }

    @Test func `a ticket of the current key is replaced only where it is good for one use`() throws
    {
        for (options, isReplaced) in [(ClientOptions.tls1_2, false), (.tls1_3, true)] {
            let old = try connect(configuration(Self.a), options).client.session
            let new = try connect(configuration(Self.a), options, resuming: old).client.session
            #expect((old.ticket != new.ticket) == isReplaced)
        }
    }

    @Test(arguments: TransferTests.both)
    func `a ticket is authenticated as others do who share the key`(_ options: ClientOptions) throws
    {
        let ticket = try connect(configuration(Self.a), options).client.session.ticket
        var code = [UInt8](repeating: 0, count: 32)
        let octets = ticket.dropLast(32)
        HMAC(
            EVP_sha256(), Array(Self.a[16..<48]), 32, Array(octets), octets.count, &code, nil)
        #expect(Array(ticket.suffix(32)) == code)
        // Name, initialization vector, whole blocks.
        #expect((octets.count - 32) % 16 == 0)
    }

    @Test(arguments: [1, 2, 16]) func `a file holds up to 16 keys`(count: Int) throws {
        let file = scratch.write([UInt8](repeating: 1, count: count * 80), to: "keys")
        var configuration = TLSConfiguration()
        configuration.ticketKeyFile = file
        #expect(configuration.canBeRefused)
        _ = try TLSContext(configuration, Authority.credentials("ec"))
    }

    @Test func `any other file is refused`() throws {
        let credentials = try Authority.credentials("ec")
        func file(_ count: Int) -> String {
            scratch.write([UInt8](repeating: 1, count: count), to: "\(count)")
        }
        for (path, reason) in [
            (scratch.file("missing"), "open: No such file or directory (errno 2)"),
            (scratch.path, "read: Is a directory (errno 21)"), (file(0), "it is empty"),
            (file(1), "its 1 octets are no multiple of 80"),
            (file(48), "its 48 octets are no multiple of 80"),
            (file(79), "its 79 octets are no multiple of 80"),
            (file(81), "its 81 octets are no multiple of 80"),
            (file(1281), "it is longer than 1280 octets"),
            (file(1360), "it is longer than 1280 octets"),
        ] {
            var configuration = TLSConfiguration()
            configuration.ticketKeyFile = path
            let expected = TLSError("reading the ticket keys", path: path, reason: reason)
            #expect(throws: expected) { _ = try TLSContext(configuration, credentials) }
        }
    }
}

/// Resumption and client certificates: what was verified once is not verified again.
@Suite struct ResumedClientTests {
    private let scratch = Scratch()

    private func configuration(
        _ mode: TLSConfiguration.ClientAuthentication, _ authority: String = "ca"
    ) -> TLSConfiguration {
        var configuration = TLSConfiguration()
        configuration.clientAuthentication = mode
        configuration.clientCAFile = Authority.certificate(authority)
        configuration.ticketKeyFile = scratch.write([UInt8](repeating: 7, count: 80), to: "keys")
        return configuration
    }

    private func connect(
        _ configuration: TLSConfiguration, _ options: ClientOptions, certificate: String?,
        resuming session: ClientSession? = nil
    ) throws -> Pair {
        var options = options
        options.session = session
        options.certificate = certificate
        let pair = try Pair(Authority.credentials("ec"), configuration, client: options)
        if pair.shakeHands() { #expect(pair.sendToClient([1]) == [1]) }
        return pair
    }

    @Test(arguments: TransferTests.both)
    func `a verified client is still known`(_ options: ClientOptions) throws {
        for mode in [TLSConfiguration.ClientAuthentication.request, .require] {
            let first = try connect(configuration(mode), options, certificate: "client")
            #expect(first.session.clientSubject == "CN=client")
            let second = try connect(
                configuration(mode), options, certificate: nil, resuming: first.client.session)
            #expect(second.session.isResumed)
            #expect(second.session.clientSubject == "CN=client")
            #expect(second.session.clientCertificateFault == nil)
        }
    }

    @Test(arguments: TransferTests.both)
    func `what was wrong with a certificate stays wrong`(_ options: ClientOptions) throws {
        let first = try connect(configuration(.request), options, certificate: "unknown")
        let fault = "unable to get local issuer certificate (CN=unknown)"
        #expect(first.session.clientCertificateFault == fault)
        let second = try connect(
            configuration(.request), options, certificate: nil, resuming: first.client.session)
        #expect(second.session.isResumed)
        #expect(second.session.clientSubject == nil)
        #expect(second.session.clientCertificateFault == fault)
    }

    @Test(arguments: TransferTests.both)
    func `a client without a certificate resumes without one`(_ options: ClientOptions) throws {
        let first = try connect(configuration(.request), options, certificate: nil)
        let second = try connect(
            configuration(.request), options, certificate: "client", resuming: first.client.session)
        #expect(second.session.isResumed)
        #expect(second.session.clientSubject == nil)
        #expect(second.session.clientCertificateFault == nil)
    }

    @Test(arguments: TransferTests.both)
    func `nobody comes in by a ticket who would not by a certificate`(_ options: ClientOptions)
        throws
    {
        let tickets: [(TLSConfiguration, String?)] = [
            (configuration(.none), nil), (configuration(.request), nil),
            (configuration(.request), "client"), (configuration(.request), "unknown"),
            (configuration(.require, "stranger"), "unknown"),
            (configuration(.request, "stranger"), "unknown"),
        ]
        for (issuer, certificate) in tickets {
            let session = try connect(issuer, options, certificate: certificate).client.session
            #expect(session.ticket != [])
            let pair = try connect(
                configuration(.require), options, certificate: nil, resuming: session)
            let expected = TLSError("TLS handshake", reason: "peer did not return a certificate")
            #expect(pair.serverOutcome == .failed(expected))
            // With a good one it is a new session.
            let good = try connect(
                configuration(.require), options, certificate: "client", resuming: session)
            #expect(good.serverOutcome == .done)
            #expect(!good.session.isResumed)
            #expect(good.session.clientSubject == "CN=client")
        }
    }

    @Test(arguments: TransferTests.both)
    func `a certificate that has expired since is asked for again`(_ options: ClientOptions) throws
    {
        let first = try connect(configuration(.request), options, certificate: "expired")
        #expect(first.session.clientCertificateFault == "certificate has expired (CN=expired)")
        let second = try connect(
            configuration(.request), options, certificate: "client",
            resuming: first.client.session)
        #expect(!second.session.isResumed)
        #expect(second.session.clientSubject == "CN=client")
    }
}
