import Foundation
import POSIX
import TestSupport

/// A client that is a program of its own, at the other end of a connection over TCP to a mailpit.
struct CommandClient {
    let mailpit: Mailpit
    /// What the client printed.
    let output: String
    let status: Int32?

    /// `openssl s_client -starttls smtp` that says EHLO and QUIT over TLS.
    static func openssl(
        _ options: [String], mailpit arguments: [String] = [], environment: [String: String] = [:],
        hasCertificate: Bool = true
    ) -> CommandClient {
        CommandClient(
            mailpit: arguments, environment: environment, hasCertificate: hasCertificate,
            input: "EHLO client.example\r\nQUIT\r\n"
        ) { port in
            // With -ign_eof it stays until the server closes.
            ["openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-starttls", "smtp"]
                + ["-ign_eof"] + options
        }
    }

    /// `curl` that sends a message, with STARTTLS required of it.
    static func curl(
        _ options: [String], mailpit arguments: [String] = [], environment: [String: String] = [:],
        hasCertificate: Bool = true
    ) -> CommandClient {
        CommandClient(
            mailpit: arguments, environment: environment, hasCertificate: hasCertificate,
            input: "From: <a@b.example>\r\nSubject: x\r\n\r\ny\r\n"
        ) { port in
            ["curl", "-sSv", "--ssl-reqd", "smtp://localhost:\(port)/client.example", "-T", "-"]
                + ["--mail-from", "a@b.example", "--mail-rcpt", "c@d.example"] + options
        }
    }

    private init(
        mailpit arguments: [String], environment: [String: String], hasCertificate: Bool,
        input: String, command: (UInt16) -> [String]
    ) {
        let directory = TemporaryDirectory()
        let inputFile = open(directory.write(input, to: "input"), O_RDONLY | O_CLOEXEC)
        let outputName = directory.write("", to: "output")
        let outputFile = open(outputName, O_WRONLY | O_APPEND | O_CLOEXEC)
        defer {
            close(inputFile)
            close(outputFile)
        }
        let listener = TestListener(AF_INET)
        let client = Child(
            command(listener.port), environment: ["PATH": "/usr/bin:/bin"],
            descriptors: [0: inputFile, 1: outputFile, 2: outputFile])
        mailpit = Mailpit(
            arguments, environment: environment, hasCertificate: hasCertificate,
            server: listener.descriptor, client: Descriptor(owning: open("/dev/null", O_RDWR)))
        status = client.wait()
        _ = mailpit.child.wait()
        output = textOfFile(outputName) ?? ""
    }
}
