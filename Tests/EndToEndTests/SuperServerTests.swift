import Glibc
import POSIX
import TestSupport
import Testing

/// All the ways in which systemd hands connections over, and what arrives at the client then,
/// to the octet.
@Suite struct SuperServerTests {
    private static let greeting = "220 mx.example ESMTP Mailpit\r\n"
    private static let hello =
        "250-mx.example\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n"
        + "250-ENHANCEDSTATUSCODES\r\n250-PIPELINING\r\n250-LIMITS RCPTMAX=100\r\n250 STARTTLS\r\n"

    @Test(arguments: SuperServer.Kind.allCases, [[], ["-v"]])
    func `a message comes through`(kind: SuperServer.Kind, options: [String]) throws {
        let server = try SuperServer(kind, options)
        let tap = WireTap(before: connectToLoopback(port: server.port))
        let client = tap.client
        #expect(client.reply() == ["220 mx.example ESMTP Mailpit"])
        client.enterTLS()
        client.command("MAIL FROM:<alice@example.org>")
        client.command("RCPT TO:<bob@example.org>")
        #expect(client.command("DATA").starts(with: "354 "))
        client.send(Sample.stuffed(subject: kind.rawValue, lineEnd: "\r\n"))
        #expect(client.command(".").starts(with: "250 2.0.0 Ok: queued as "))
        #expect(client.command("QUIT") == ["221 2.0.0 Bye"])
        client.close()
        #expect(client.rest() == [])
        let plaintext = Self.greeting + Self.hello + "220 2.0.0 Ready to start TLS\r\n"
        #expect(Wire.isPlaintextThenTLS(tap.allFromServer() ?? [], plaintext: plaintext))
        #expect(server.stored.count == 1)
        #expect(server.stored.first?.differsFrom(Sample.stored(subject: kind.rawValue)) == nil)
        #expect(server.stored.first?.trace?.origin == "[127.0.0.1]")
        if kind.servesOne { #expect(server.waitForOnlySession() == 0) }
    }

    @Test(arguments: SuperServer.Kind.allCases, [[], ["-v"]])
    func `in plaintext nothing but SMTP arrives`(kind: SuperServer.Kind, options: [String]) throws {
        let server = try SuperServer(kind, options)
        let tap = WireTap(before: connectToLoopback(port: server.port))
        let client = tap.client
        client.send("EHLO client.example\r\nMAIL FROM:<alice@example.org>\r\nQUIT\r\n")
        client.close()
        #expect(
            tap.allFromServer().map { String(decoding: $0, as: UTF8.self) }
                == Self.greeting + Self.hello
                + "530 5.7.0 Must issue a STARTTLS command first\r\n221 2.0.0 Bye\r\n")
    }

    @Test(arguments: SuperServer.Kind.allCases, [[], ["-v"]])
    func `a configuration error shows the client nothing else`(
        kind: SuperServer.Kind, options: [String]
    ) throws {
        let server = try SuperServer(kind, ["--smtp-max-recipients", "none"] + options)
        let tap = WireTap(before: connectToLoopback(port: server.port))
        let client = tap.client
        client.close()
        #expect(
            tap.allFromServer().map { String(decoding: $0, as: UTF8.self) }
                == "421 4.3.5 mx.example Server configuration error\r\n")
        #expect(
            eventually { server.log.contains("--smtp-max-recipients: \"none\" is not") },
            "\(server.log)")
        if kind.servesOne { #expect(server.waitForOnlySession() == 78) }
    }

    @Test(arguments: SuperServer.Kind.allCases, [[], ["-v"]])
    func `a process that aborts shows the client nothing`(
        kind: SuperServer.Kind, options: [String]
    ) throws {
        let server = try SuperServer(kind, options)
        let tap = WireTap(before: connectToLoopback(port: server.port))
        let client = tap.client
        #expect(client.reply() == ["220 mx.example ESMTP Mailpit"])
        let session = try #require(server.sessions.first)
        #expect(kill(session, SIGABRT) == 0)
        #expect(tap.allFromServer().map { String(decoding: $0, as: UTF8.self) } == Self.greeting)
        if kind.servesOne { #expect(server.waitForOnlySession() == 70) }
    }

    @Test(arguments: SuperServer.Kind.allCases, [[], ["-v"]])
    func `a process that aborts in TLS shows the client nothing`(
        kind: SuperServer.Kind, options: [String]
    ) throws {
        let server = try SuperServer(kind, options)
        let tap = WireTap(before: connectToLoopback(port: server.port))
        let client = tap.client
        _ = client.reply()
        #expect(client.enterTLS())
        let session = try #require(server.sessions.first)
        #expect(kill(session, SIGABRT) == 0)
        #expect(client.rest() == [])
        let plaintext = Self.greeting + Self.hello + "220 2.0.0 Ready to start TLS\r\n"
        #expect(Wire.isPlaintextThenTLS(tap.allFromServer() ?? [], plaintext: plaintext))
    }

    @Test func `one session comes after another`() throws {
        let server = try SuperServer(.activatePassingConnections)
        for _ in 0..<5 {
            let client = server.connect()
            #expect(client.reply() == ["220 mx.example ESMTP Mailpit"])
            #expect(client.command("QUIT") == ["221 2.0.0 Bye"])
            client.close()
            #expect(client.rest() == [])
        }
    }
}
