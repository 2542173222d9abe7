import Foundation
import POSIX
import TestSupport
import Testing

/// Handshakes that fail on purpose, as OpenSSL's own client sees them.
@Suite struct ChaosHandshakeTests {
    /// What `openssl s_client` says of a server with the trigger, and the log of the server.
    private func connect(
        _ trigger: String, _ options: [String] = [], isImplicit: Bool = false
    ) -> (client: String, log: String) {
        let listener = TestListener(AF_INET)
        let directory = TemporaryDirectory()
        let output = open(directory.write("", to: "output"), O_WRONLY | O_APPEND)
        defer { close(output) }
        let openssl = Child(
            [
                "openssl", "s_client", "-connect", "127.0.0.1:\(listener.port)", "-servername",
                "localhost",
            ]
                + (isImplicit ? [] : ["-starttls", "smtp"]) + options,
            environment: ["PATH": "/usr/bin:/bin"], descriptors: [1: output, 2: output])
        let server = listener.accept()
        let pair = SocketPair()
        let mailpit = Mailpit(
            ["--chaos-triggers", trigger] + (isImplicit ? ["--smtp-require-tls"] : []),
            server: server, client: Descriptor(owning: dup(pair.first.rawValue)))
        #expect(openssl.wait() != nil)
        #expect(mailpit.child.wait() == 0)
        return (textOfFile(directory.file("output")) ?? "", mailpit.log)
    }

    @Test(arguments: [
        ("40", "alert handshake failure", "SSL alert number 40"),
        ("80", "tlsv1 alert internal error", "SSL alert number 80"),
        ("70", "tlsv1 alert protocol version", "SSL alert number 70"),
        ("112", "tlsv1 unrecognized name", "SSL alert number 112"),
    ]) func `the alert is what was asked for`(code: String, name: String, number: String) {
        for (options, isImplicit) in [([String](), false), (["-tls1_2"], false), ([], true)] {
            let (client, log) = connect(
                "Handshake:\(code):100", options, isImplicit: isImplicit)
            #expect(client.contains(name) && client.contains(number), "\(client)")
            #expect(log.contains(" chaos: Handshake:\(code):100 has fired"))
            #expect(!log.contains("tls-failed"))
        }
    }

    @Test func `a handshake may be dropped without a word`() {
        let (client, log) = connect("Handshake:close:100")
        #expect(client.contains("unexpected eof while reading"), "\(client)")
        #expect(log.contains(" chaos: Handshake:close:100 has fired"))
    }

    @Test func `a handshake may be delayed`() {
        let start = Clock.monotonicNanoseconds()
        let (client, log) = connect("Handshake:delay=1:100")
        #expect(client.contains("Cipher is TLS_"))
        #expect(log.contains(" tls-established: "))
        #expect(Clock.monotonicNanoseconds() - start >= 1_000_000_000)
    }

    @Test func `a client that does not send a ClientHello is not waited for in vain`() {
        let mailpit = Mailpit(["--chaos-triggers", "Handshake:40:100", "--smtp-timeout=1"])
        _ = mailpit.client.reply()
        #expect(mailpit.client.command("STARTTLS") == ["220 2.0.0 Ready to start TLS"])
        #expect(mailpit.client.rest() == [21, 3, 3, 0, 2, 2, 40])
        #expect(mailpit.child.wait() == 0)
        let other = Mailpit(["--chaos-triggers", "Handshake:40:100"])
        _ = other.client.reply()
        #expect(other.client.command("STARTTLS") == ["220 2.0.0 Ready to start TLS"])
        other.client.send("EHLO x\r\n")
        #expect(other.client.rest() == [21, 3, 3, 0, 2, 2, 40])
    }
}
