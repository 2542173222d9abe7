import COpenSSL
import TLS
import Testing

@Suite struct ClientHelloTests {
    @Test(arguments: [ClientOptions.tls1_2, .tls1_3])
    func `the name that the client asks for is recorded`(_ options: ClientOptions) throws {
        #expect(try Pair.connected(options).session.serverName == "mx.example")
        var options = options
        options.serverName = nil
        #expect(try Pair.connected(options).session.serverName == nil)
    }

    @Test func `versions are recorded in the client's order`() throws {
        let options = ClientOptions(minimumVersion: TLS1_2_VERSION)
        let session = try Pair.connected(options).session
        #expect(session.offeredVersions == ["TLSv1.3", "TLSv1.2"])
    }

    @Test func `name and versions are recorded when the handshake fails`() throws {
        var options = ClientOptions.only(TLS1_VERSION)
        options.maximumVersion = TLS1_1_VERSION
        let pair = try Pair(Authority.credentials("ec"), client: options)
        #expect(!pair.shakeHands())
        var facts = TLSSessionFacts()
        facts.serverName = "mx.example"
        facts.offeredVersions = ["TLSv1.1"]
        facts.hasClientBegun = true
        facts.offeredLists = pair.session.offeredLists
        #expect(pair.session == facts)
        #expect(facts.offeredLists.count == 3)
        #expect(pair.clientOutcome == .failed("tlsv1 alert protocol version"))
    }

    @Test func `an alert from the client is told by its name`() throws {
        let pair = try Pair(Authority.credentials("ec"))
        _ = pair.client.handshake()
        #expect(pair.stepServer() == .wantsInput)
        // RFC 8446 §6: a fatal alert, unknown_ca, in plaintext as before any keys.
        pair.client.sendRaw([21, 3, 3, 0, 2, 2, 48])
        let expected = TLSError(
            "TLS handshake", reason: "the client sent the alert \"unknown CA\" (48)")
        #expect(pair.stepServer() == .failed(expected))
        #expect(pair.session.version == nil)
    }

    @Test(arguments: [255, 256, 1000])
    func `a name of any length is recorded`(_ count: Int) throws {
        let name = [UInt8](repeating: 0x61, count: count)
        let pair = try Pair(Authority.credentials("ec"))
        pair.client.sendRaw(clientHello(serverName: name))
        let outcome = pair.stepServer()
        #expect(pair.session.serverName == String(decoding: name, as: UTF8.self))
        // OpenSSL refuses those that no host can have.
        #expect((outcome == .wantsInput) == (count <= 255), "\(outcome)")
    }

    @Test(
        arguments: [
            [0x61, 0x0D, 0x0A, 0x62], [0xFF, 0xFE], [0x61, 0x00, 0x62], [0x1B, 0x5B, 0x6D],
        ] as [[UInt8]])
    func `a name of any octets is recorded as it came`(_ name: [UInt8]) throws {
        let pair = try Pair(Authority.credentials("ec"))
        pair.client.sendRaw(clientHello(serverName: name))
        _ = pair.stepServer()
        #expect(pair.session.serverName == String(decoding: name, as: UTF8.self))
    }

    @Test(
        arguments: [
            ([], nil), ([0], nil), ([0, 0], nil), ([0, 4, 0], nil), ([0, 4, 0, 0], nil),
            ([0, 0, 0, 0, 0], nil), ([0, 4, 0, 255, 255, 0x61], "a"),
            // Of a type that is no host name.
            ([0, 4, 1, 0, 1, 0x61], nil), ([0, 4, 255, 0, 1, 0x61], nil),
        ] as [([UInt8], String?)])
    func `a malformed name extension only fails the handshake`(
        _ octets: [UInt8], _ name: String?
    ) throws {
        let pair = try Pair(Authority.credentials("ec"))
        pair.client.sendRaw(clientHello(extensions: [(0, octets)]))
        guard case .failed = pair.stepServer() else {
            Issue.record("not refused")
            return
        }
        #expect(pair.session.serverName == name)
    }

    @Test func `versions that mean nothing are left out and unknown ones are told`() throws {
        let pair = try Pair(Authority.credentials("ec"))
        let list: [UInt8] = [0x0A, 0x0A, 0x7F, 0x1C, 0x03, 0x02, 0x03, 0x00, 0xFA, 0xFA]
        pair.client.sendRaw(clientHello(extensions: [(43, [UInt8(list.count)] + list)]))
        guard case .failed(let error) = pair.stepServer() else {
            Issue.record("not refused")
            return
        }
        #expect(error.reason == "unsupported protocol")
        #expect(pair.session.offeredVersions == ["0x7f1c", "TLSv1.1", "SSLv3"])
    }

    @Test(arguments: [[], [0], [1, 3], [0xFF, 3, 4, 3]] as [[UInt8]])
    func `a malformed list of versions harms nobody`(_ octets: [UInt8]) throws {
        let pair = try Pair(Authority.credentials("ec"))
        pair.client.sendRaw(clientHello(extensions: [(43, octets)]))
        guard case .failed = pair.stepServer() else {
            Issue.record("not refused")
            return
        }
    }
}

/// What is told of a client with which nothing is shared.
@Suite struct OfferTests {
    /// What the ClientHello is said to offer; it must fail.
    private func lists(_ hello: [UInt8]) throws -> [String] {
        let pair = try Pair(Authority.credentials("ec"))
        pair.client.sendRaw(hello)
        guard case .failed = pair.stepServer() else {
            Issue.record("not refused")
            return []
        }
        return pair.session.offeredLists
    }

    @Test func `names are the registered ones, and what has none is told by its number`() throws {
        let suites: [UInt8] = [
            0x00, 0x2F, 0x0A, 0x0A, 0xCC, 0xA8, 0x7F, 0x1C, 0x00, 0xFF, 0xFA, 0xFA,
        ]
        let groups: [UInt8] = [0x1A, 0x1A, 0, 29, 0x11, 0xEC, 0x7F, 0x1C, 0, 24, 1, 0]
        let schemes: [UInt8] = [0x2A, 0x2A, 4, 3, 8, 4, 9, 5, 8, 11, 2, 1]
        let found = try lists(
            clientHello(
                suites: suites, extensions: [(10, prefixed(groups)), (13, prefixed(schemes))]))
        #expect(
            found == [
                "cipher suites TLS_RSA_WITH_AES_128_CBC_SHA"
                    + " TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 0x7f1c"
                    + " TLS_EMPTY_RENEGOTIATION_INFO_SCSV",
                // X25519MLKEM768, which OpenSSL 3.0 does not know.
                "groups x25519 \(found[1].contains("MLKEM") ? "X25519MLKEM768" : "0x11ec") 0x7f1c"
                    + " secp384r1 ffdhe2048",
                "signature algorithms ecdsa_secp256r1_sha256 rsa_pss_rsae_sha256 0x0905"
                    + " rsa_pss_pss_sha512 rsa_pkcs1_sha1",
            ])
    }

    @Test func `what is not there is told, too`() throws {
        #expect(
            try lists(clientHello(suites: [0, 0x2F], extensions: [])) == [
                "cipher suites TLS_RSA_WITH_AES_128_CBC_SHA", "no groups",
                "no signature algorithms",
            ])
    }

    @Test(arguments: [84, 85, 86]) func `of many the first are told`(_ count: Int) throws {
        let suites = [UInt8]((0..<count).map { _ in [0x7F, 0x1C] as [UInt8] }.joined())
        // The words take 13 octets and each number 7: 600 octets are reached with the 84th.
        let more = count > 84 ? " and \(count - 84) more" : ""
        #expect(
            try lists(clientHello(suites: suites, extensions: [])).first == "cipher suites"
                + String(repeating: " 0x7f1c", count: min(count, 84)) + more)
    }

    @Test func `a ClientHello in the form of SSLv2 is understood`() throws {
        // RFC 5246 §E.2: version, lengths of suites, session and challenge, then these.
        let suites: [UInt8] = [0x07, 0, 0xC0, 0, 0, 0x2F, 0, 0x7F, 0x1C]
        let body =
            [1, 3, 3, 0, UInt8(suites.count), 0, 0, 0, 16] + suites
            + [UInt8](repeating: 7, count: 16)
        #expect(
            try lists([0x80, UInt8(body.count)] + body).first
                == "cipher suites TLS_RSA_WITH_AES_128_CBC_SHA 0x7f1c")
    }

    @Test func `nothing is told where the handshake fails over something else`() throws {
        let pair = try Pair(Authority.credentials("ec"))
        _ = pair.client.handshake()
        #expect(pair.stepServer() == .wantsInput)
        pair.client.sendRaw([21, 3, 3, 0, 2, 2, 48])
        guard case .failed = pair.stepServer() else {
            Issue.record("not refused")
            return
        }
        #expect(pair.session.offeredLists == [])
        #expect(!pair.session.offeredVersions.isEmpty)
        #expect(try Pair.connected().session.offeredLists == [])
    }

    @Test(arguments: [
        (ClientOptions(groups: "X25519"), "x25519"), (ClientOptions(groups: "P-384"), "secp384r1"),
        (ClientOptions(maximumVersion: TLS1_2_VERSION, groups: "P-256"), "secp256r1"),
    ])
    func `the group that was agreed on is known`(_ options: ClientOptions, _ group: String) throws {
        #expect(try Pair.connected(options).session.group == group)
    }

    @Test func `without a key exchange in a group there is none`() throws {
        var configuration = TLSConfiguration()
        configuration.ciphers = "AES128-GCM-SHA256"
        let options = ClientOptions(maximumVersion: TLS1_2_VERSION, ciphers: "AES128-GCM-SHA256")
        let pair = try Pair(Authority.credentials("rsa"), configuration, client: options)
        try #require(pair.shakeHands())
        #expect(pair.session.group == nil)
    }

    @Test func `whether the client has begun is known from its first octet on`() throws {
        let pair = try Pair(Authority.credentials("ec"))
        #expect(pair.stepServer() == .wantsInput)
        #expect(!pair.session.hasClientBegun)
        pair.client.sendRaw([22])
        #expect(pair.stepServer() == .wantsInput)
        #expect(pair.session.hasClientBegun)
    }
}

@Suite struct NoClientHelloTests {
    @Test(arguments: [
        ("EHLO client.example\r\n", "wrong version number"),
        ("MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n", "wrong version number"),
        ("GET / HTTP/1.1\r\n\r\n", "http request"),
        ("\0\0\0\0\0\0\0\0\0\0\0\0", "wrong version number"),
        ("\u{16}\u{03}\u{01}\u{7F}\u{7F}aaaaaaaa", ""),
    ])
    func `what is no ClientHello fails the handshake`(_ text: String, _ reason: String) throws {
        let pair = try Pair(Authority.credentials("ec"))
        pair.client.sendRaw(Array(text.utf8))
        guard case .failed(let error) = pair.stepServer() else {
            Issue.record("not refused")
            return
        }
        #expect(error.operation == "TLS handshake")
        #expect(reason.isEmpty ? !error.reason.isEmpty : error.reason == reason)
        // Nothing but an alert came back, and nothing more comes.
        let answer = pair.client.rawOctets()
        #expect(answer.isEmpty || (answer[0] == 21 && answer.count == 7))
        #expect(pair.stepServer() == .failed(error))
        #expect(pair.writeServer([1]) == .failed(error))
        #expect(pair.readServer().0 == .failed(error))
        #expect(pair.closeServer() == .closed)
        #expect(pair.client.rawOctets().isEmpty)
    }

    @Test func `an end at any octet of the ClientHello is an early end`() throws {
        let hello = clientHello(serverName: Array("mx.example".utf8))
        let expected = TLSError(
            "TLS handshake", reason: "the client closed the connection during it")
        for count in 0..<hello.count {
            let pair = try Pair(Authority.credentials("ec"))
            if count > 0 { pair.client.sendRaw(Array(hello[..<count])) }
            #expect(pair.stepServer() == .wantsInput)
            pair.client.disconnect()
            #expect(pair.stepServer() == .failed(expected), "after \(count) octets")
        }
    }

    @Test func `a ClientHello that comes octet by octet is understood`() throws {
        let pair = try Pair(Authority.credentials("ec"))
        for octet in clientHello(serverName: Array("mx.example".utf8)) {
            #expect(pair.stepServer() == .wantsInput)
            #expect(pair.client.rawOctets().isEmpty)
            pair.client.sendRaw([octet])
        }
        #expect(pair.stepServer() == .wantsInput)
        #expect(pair.client.rawOctets().first == 22)
    }

    @Test func `a failure leaves nothing behind for the next connection`() throws {
        let credentials = try Authority.credentials("ec")
        let failing = try Pair(credentials)
        failing.client.sendRaw(Array("EHLO client.example\r\n".utf8))
        _ = failing.stepServer()
        let ending = try Pair(credentials)
        ending.client.disconnect()
        _ = ending.stepServer()
        let pair = try Pair(credentials)
        #expect(pair.shakeHands())
        #expect(pair.sendToServer([1, 2, 3]) == [1, 2, 3])
    }
}

private func clientHello(serverName: [UInt8]) -> [UInt8] {
    clientHello(extensions: [(0, prefixed([0] + prefixed(serverName)))])
}

/// A TLS 1.2 ClientHello with what the test certificate goes with.
private func clientHello(extensions: [(UInt16, [UInt8])]) -> [UInt8] {
    clientHello(
        suites: [0xC0, 0x2B],
        extensions: extensions + [(10, [0, 4, 0, 29, 0, 23]), (13, [0, 2, 4, 3])])
}

/// A TLS 1.2 ClientHello. RFC 5246 §7.4.1.2
private func clientHello(suites: [UInt8], extensions: [(UInt16, [UInt8])]) -> [UInt8] {
    var list: [UInt8] = []
    for (type, octets) in extensions {
        list += [UInt8(type >> 8), UInt8(type & 0xFF)] + prefixed(octets)
    }
    let random = [UInt8](repeating: 7, count: 32)
    let body = [3, 3] + random + [0] + prefixed(suites) + [1, 0] + prefixed(list)
    let message = [1, 0] + prefixed(body)
    return [22, 3, 1] + prefixed(message)
}

/// Octets behind their count in two octets.
private func prefixed(_ octets: [UInt8]) -> [UInt8] {
    [UInt8(octets.count >> 8), UInt8(octets.count & 0xFF)] + octets
}
