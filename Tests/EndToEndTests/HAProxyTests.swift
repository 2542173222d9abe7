import Glibc
import POSIX
import TestSupport
import Testing

/// `--smtp-proxy-protocol` behind a real HAProxy, which speaks from 127.0.0.1, for clients from
/// elsewhere.
@Suite struct HAProxyTests {
    private func server(_ options: [String] = []) throws -> SuperServer {
        try SuperServer(.activatePassingConnections, ["--smtp-proxy-protocol"] + options)
    }

    private func deliver(
        _ client: SMTPClient, _ server: SuperServer, from address: String, origin: String,
        isImplicit: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        if isImplicit {
            #expect(client.handshake(), sourceLocation: sourceLocation)
            _ = client.reply()
            client.command("EHLO client.example")
        } else {
            client.begin()
        }
        let reply = client.deliver("Subject: x\r\n\r\ny\r\n")
        #expect(reply.hasPrefix("250 2.0.0 "), sourceLocation: sourceLocation)
        client.quit()
        #expect(server.stored.map(\.trace?.origin) == [origin], sourceLocation: sourceLocation)
        let isLogged = eventually {
            ["session-opened", "tls-established", "message-stored", "session-closed"].allSatisfy {
                event in
                server.log.split(separator: "\n").contains {
                    $0.contains(" \(event): ") && $0.contains("remote_addr=\(address)")
                }
            }
        }
        #expect(isLogged, "\(server.log)", sourceLocation: sourceLocation)
        #expect(!server.log.contains("remote_addr=127.0.0.1"), sourceLocation: sourceLocation)
    }

    @Test(arguments: ["send-proxy", "send-proxy-v2", "send-proxy-v2-ssl"], [false, true])
    func `the client's address is in Received and in the log`(
        option: String, isImplicit: Bool
    ) throws {
        let server = try server(isImplicit ? ["--smtp-require-tls"] : [])
        let proxy = try HAProxy(before: server, option)
        let client = SMTPClient(connectToLoopback(port: proxy.port, from: "127.0.0.2"))
        deliver(
            client, server, from: "127.0.0.2", origin: "[127.0.0.2]", isImplicit: isImplicit)
    }

    @Test(arguments: ["send-proxy", "send-proxy-v2"])
    func `an IPv6 client is named as such`(option: String) throws {
        let server = try server()
        let proxy = try HAProxy(before: server, option)
        let client = SMTPClient(connectToLoopback(port: proxy.port, from: "::1"))
        deliver(client, server, from: "::1", origin: "[IPv6:::1]")
    }

    @Test func `values that HAProxy adds are passed over`() throws {
        let server = try server()
        let proxy = try HAProxy(
            before: server, "send-proxy-v2 proxy-v2-options crc32c,unique-id",
            settings: "unique-id-format %ci:%cp-%pid")
        let client = SMTPClient(connectToLoopback(port: proxy.port, from: "127.0.0.2"))
        deliver(client, server, from: "127.0.0.2", origin: "[127.0.0.2]")
    }

    @Test(arguments: ["send-proxy", "send-proxy-v2"])
    func `a health check of HAProxy's own comes from HAProxy`(option: String) throws {
        let server = try server(["-v"])
        let proxy = try HAProxy(
            before: server, "\(option) check check-send-proxy inter 100ms",
            settings: "option smtpchk EHLO haproxy.example")
        let isChecked = eventually {
            let lines = server.log.split(separator: "\n").filter {
                $0.contains("remote_addr=127.0.0.1")
            }
            return lines.contains { $0.contains(" session-opened: ") }
                && lines.contains { $0.contains("C: EHLO haproxy.example") }
        }
        #expect(isChecked, "\(server.log)\(proxy.log)")
        #expect(!server.log.contains("no PROXY header"))
    }

    // MARK: - A check that wants the greeting and leaves at once

    private static let wantsGreeting = "option tcp-check\n    tcp-check expect string 220"
    /// Else a check may take no longer than the time between two.
    private static let patience = "timeout check 30s\n    "

    /// The events in the log of a server, after it was checked this often, as HAProxy has found it.
    private func loggedEvents(_ server: SuperServer, after sessions: Int) -> Set<Substring>? {
        func events() -> [Substring] {
            server.log.split(separator: "\n").filter { $0.contains(" mailpit[") }.compactMap {
                $0.split(separator: " ").dropFirst(3).first?.dropLast()
            }
        }
        let isChecked = eventually { events().count { $0 == "session-closed" } >= sessions }
        return isChecked ? Set(events()).subtracting(["sandbox"]) : nil
    }

    @Test(arguments: ["send-proxy", "send-proxy-v2"])
    func `the greeting comes behind the header of a check`(option: String) throws {
        let server = try server()
        let proxy = try HAProxy(
            before: server, "\(option) check port \(server.port) check-send-proxy inter 100ms",
            settings: Self.patience + Self.wantsGreeting)
        let events = try #require(loggedEvents(server, after: 5), "\(server.log)\(proxy.log)")
        #expect(events.isSubset(of: ["session-opened", "session-closed", "protocol-error"]))
        #expect(!server.log.contains("no PROXY header"))
        #expect(!proxy.log.contains("DOWN"), "\(proxy.log)")
    }

    @Test func `a check without a header goes to a service without the flag`() throws {
        let server = try server()
        let checked = try SuperServer(.activatePassingConnections)
        let proxy = try HAProxy(
            before: server, "send-proxy-v2 check port \(checked.port) inter 100ms",
            settings: Self.patience + Self.wantsGreeting)
        let events = try #require(loggedEvents(checked, after: 5), "\(checked.log)\(proxy.log)")
        #expect(events.isSubset(of: ["session-opened", "session-closed", "protocol-error"]))
        #expect(server.log == "" || !server.log.contains("session-opened"))
        #expect(!proxy.log.contains("DOWN"), "\(proxy.log)")
    }

    @Test func `a check without a header gets no greeting where there must be one`() throws {
        let server = try server()
        let proxy = try HAProxy(
            before: server, "send-proxy-v2 check port \(server.port) inter 100ms",
            settings: Self.wantsGreeting)
        #expect(eventually { proxy.log.contains("DOWN") }, "\(proxy.log)")
        #expect(!server.log.contains("session-opened"))
    }

    @Test func `a check goes through implicit TLS`() throws {
        let server = try server(["--smtp-require-tls"])
        let proxy = try HAProxy(
            before: server,
            // A handshake may take no longer than the time between two checks.
            "send-proxy-v2 check check-ssl check-sni mx.example verify none inter 30s",
            settings: Self.patience + """
                option tcp-check
                    tcp-check connect default
                    tcp-check expect string 220
                    tcp-check send "QUIT\\r\\n"
                    tcp-check expect string 221
                """)
        let events = try #require(loggedEvents(server, after: 1), "\(server.log)\(proxy.log)")
        #expect(
            events == ["session-opened", "tls-established", "session-closed"], "\(server.log)")
        #expect(!proxy.log.contains("DOWN"), "\(proxy.log)")
    }

    @Test func `a proxy that sends no header is refused`() throws {
        let server = try server()
        let proxy = try HAProxy(before: server, "")
        let client = SMTPClient(connectToLoopback(port: proxy.port))
        client.send("EHLO client.example\r\n")
        #expect(client.rest() == [])
        #expect(
            eventually { server.log.contains("no PROXY header: it is no PROXY header") },
            "\(server.log)")
    }
}
