import Glibc
import POSIX
import TestSupport
import Testing

/// Mail clients that people use, each over STARTTLS with the certificate verified, through a real
/// listener.
@Suite struct ClientTests {
    private let server: SuperServer
    private let certificate = TestCertificate.shared.certificateFile

    init() throws {
        server = try SuperServer(.activatePassingConnections)
    }

    /// Expects one message with this subject, whole, from a client that introduced itself.
    private func expectDelivery(
        of subject: String, with protocols: [String] = ["ESMTPS"],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let stored = server.stored
        #expect(stored.count == 1, "\(server.log)", sourceLocation: sourceLocation)
        guard let message = stored.first else { return }
        #expect(message.hasSoundName, "\(message.name)", sourceLocation: sourceLocation)
        #expect(
            message.differsFrom(Sample.stored(subject: subject)) == nil,
            sourceLocation: sourceLocation)
        let trace = message.trace
        #expect(trace?.sender == "alice@example.org", sourceLocation: sourceLocation)
        #expect(trace?.recipients == "<bob@example.org>", sourceLocation: sourceLocation)
        #expect(trace?.recipient == "bob@example.org", sourceLocation: sourceLocation)
        #expect(trace?.origin == "[127.0.0.1]", sourceLocation: sourceLocation)
        #expect(protocols.contains(trace?.with ?? ""), sourceLocation: sourceLocation)
        #expect(trace?.cipherSuite?.hasPrefix("TLS_") == true, sourceLocation: sourceLocation)
    }

    /// Types a message into `openssl s_client`, with the options given and this line end.
    private func type(subject: String, options: [String], lineEnd: String) {
        let terminal = SocketPair()
        let log = TemporaryDirectory()
        let errors = open(log.write("", to: "errors"), O_WRONLY | O_CLOEXEC)
        defer { close(errors) }
        let child = Child(
            [
                "openssl", "s_client", "-connect", "127.0.0.1:\(server.port)", "-starttls", "smtp",
                "-quiet", "-CAfile", certificate, "-verify_return_error", "-verify_hostname",
                "localhost", "-servername", "localhost",
            ] + options, environment: ["PATH": "/usr/bin:/bin"],
            descriptors: [
                0: terminal.second.rawValue, 1: terminal.second.rawValue, 2: errors,
            ])
        let person = SMTPClient(Descriptor(owning: dup(terminal.first.rawValue)))
        /// Types a line, and waits for a reply with this code.
        func say(_ text: String, _ code: String) {
            person.send(text + lineEnd)
            let reply = person.reply()
            #expect(reply.last?.hasPrefix(code + " ") == true, "\(text): \(reply)")
        }
        say("EHLO client.example.org", "250")
        say("MAIL FROM:<alice@example.org>", "250")
        say("RCPT TO:<bob@example.org>", "250")
        say("DATA", "354")
        say(Sample.stuffed(subject: subject, lineEnd: lineEnd) + ".", "250")
        say("QUIT", "221")
        #expect(child.wait() == 0)
        expectDelivery(of: subject)
        #expect(server.stored.first?.trace?.helo == "client.example.org")
    }

    @Test func `openssl s_client with -crlf`() {
        // It makes CR LF of each LF typed.
        type(subject: "s_client with -crlf", options: ["-crlf"], lineEnd: "\n")
    }

    @Test func `openssl s_client without -crlf, which sends bare line feeds`() {
        type(subject: "s_client without -crlf", options: [], lineEnd: "\n")
    }

    @Test func `openssl s_client with TLS 1_2`() {
        type(subject: "TLS 1.2", options: ["-crlf", "-tls1_2"], lineEnd: "\n")
    }

    @Test func curl() {
        let curl = Command([
            "curl", "--silent", "--show-error", "--max-time", "30", "--ssl-reqd", "--cacert",
            certificate, "smtp://localhost:\(server.port)/client.example.org", "--mail-from",
            "alice@example.org", "--mail-rcpt", "bob@example.org", "--upload-file",
            server.directory.write(
                String(decoding: Sample.octets(subject: "curl", lineEnd: "\r\n"), as: UTF8.self),
                to: "message"),
        ])
        #expect(curl.status == 0, "\(curl.errors)")
        expectDelivery(of: "curl")
    }

    @Test func swaks() {
        let swaks = Command([
            "swaks", "--server", "127.0.0.1", "--port", "\(server.port)", "--tls",
            "--tls-verify", "--tls-ca-path", certificate, "--tls-sni", "localhost", "--helo",
            "client.example.org", "--from", "alice@example.org", "--to", "bob@example.org",
            "--timeout", "30", "--data",
            "@"
                + server.directory.write(
                    // It puts a line end before the dot that ends the data, whatever is there.
                    String(decoding: Sample.stored(subject: "swaks").dropLast(), as: UTF8.self),
                    to: "message"),
        ])
        #expect(swaks.status == 0, "\(swaks.outputText)\(swaks.errors)")
        expectDelivery(of: "swaks")
    }

    @Test func `Python's smtplib`() {
        let script = """
            import smtplib, ssl, sys
            context = ssl.create_default_context(cafile=sys.argv[2])
            with smtplib.SMTP("localhost", int(sys.argv[1]), timeout=30) as client:
                client.starttls(context=context)
                refused = client.sendmail(
                    "alice@example.org", ["bob@example.org"], sys.stdin.buffer.read(),
                    ["BODY=8BITMIME"])
            sys.exit(len(refused))
            """
        let python = Command(
            ["/usr/bin/python3", "-c", script, "\(server.port)", certificate],
            input: Sample.octets(subject: "smtplib", lineEnd: "\r\n"))
        #expect(python.status == 0, "\(python.errors)")
        expectDelivery(of: "smtplib")
    }

    @Test func msmtp() {
        let msmtp = Command(
            [
                "msmtp", "--file=/dev/null", "--host=localhost", "--port=\(server.port)",
                "--tls=on", "--tls-starttls=on", "--tls-trust-file=\(certificate)", "--auth=off",
                "--timeout=30", "--domain=client.example.org", "--from=alice@example.org", "--",
                "bob@example.org",
            ], input: Sample.stored(subject: "msmtp"))
        #expect(msmtp.status == 0, "\(msmtp.errors)")
        // From 1.8.28 on it asks for SMTPUTF8 wherever that is offered.
        expectDelivery(of: "msmtp", with: ["ESMTPS", "UTF8SMTPS"])
    }

    @Test func `a client that knows another authority hangs up, and nothing is stored`() {
        let other = server.directory.file("other.pem")
        let made = Command([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "30", "-subj", "/CN=other", "-keyout", "/dev/null", "-out", other,
        ])
        #expect(made.status == 0, "\(made.errors)")
        let curl = Command([
            "curl", "--silent", "--show-error", "--max-time", "30", "--ssl-reqd", "--cacert",
            other, "smtp://localhost:\(server.port)", "--mail-from", "alice@example.org",
            "--mail-rcpt", "bob@example.org", "--upload-file", "/dev/null",
        ])
        // CURLE_PEER_FAILED_VERIFICATION
        #expect(curl.status == 60, "\(curl.errors)")
        #expect(server.stored.isEmpty)
        #expect(eventually { server.log.contains(" tls-failed: ") }, "\(server.log)")
    }
}
