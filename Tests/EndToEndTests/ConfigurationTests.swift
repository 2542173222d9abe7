import Foundation
import POSIX
import TestSupport
import Testing

/// Configuration errors: what the client gets, what the log says, and the exit status.
@Suite struct ConfigurationTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        var arguments: [String] = []
        var environment: [String: String] = [:]
        var hasCertificate = true
        /// The name that the client is told.
        var hostname = "mx.example"
        /// What the log must say.
        let reason: String
        var testDescription: String {
            (arguments + environment.map { "\($0)=\($1)" }).joined(separator: " ")
        }
    }

    static let faults: [Fault] = [
        Fault(arguments: ["--no-such"], reason: "unknown option --no-such"),
        Fault(arguments: ["--smtp-tls"], reason: "unknown option --smtp-tls"),
        Fault(arguments: ["-x"], reason: "unknown option -x"),
        Fault(arguments: ["stray"], reason: "unexpected argument stray"),
        Fault(arguments: ["--maildir"], reason: "--maildir needs a value"),
        Fault(arguments: ["--quiet=perhaps"], reason: "--quiet: \"perhaps\" is not true"),
        Fault(
            environment: ["MP_SMTP_TLS_REQUIRED": "2"],
            reason: "MP_SMTP_TLS_REQUIRED: \"2\" is not true"),
        Fault(arguments: ["--smtp-timeout", "0"], reason: "--smtp-timeout: \"0\" is not"),
        Fault(arguments: ["--smtp-timeout", "-1"], reason: "--smtp-timeout: \"-1\" is not"),
        Fault(
            environment: ["MP_SMTP_MAX_RECIPIENTS": "many"],
            reason: "MP_SMTP_MAX_RECIPIENTS: \"many\" is not"),
        Fault(
            arguments: ["--max-message-size", "18446744073709551616"],
            reason: "--max-message-size: \"18446744073709551616\" is not"),
        Fault(
            arguments: ["--hostname", "a b"], hostname: "localhost",
            reason: "--hostname: \"a b\" is not"),
        Fault(
            arguments: ["--hostname", String(repeating: "h", count: 255)],
            hostname: String(repeating: "h", count: 255),
            reason: "the host name is too long"),
        Fault(arguments: ["--label", "a\r\nb"], reason: "--label: "),
        Fault(hasCertificate: false, reason: "TLS is required"),
        Fault(
            // A directory in which none of the credentials is.
            environment: ["CREDENTIALS_DIRECTORY": "/proc"], hasCertificate: false,
            reason: "TLS is required"),
        Fault(
            arguments: ["--smtp-auth-accept-any"], environment: ["MP_SMTP_AUTH": "alice:{SHA}x"],
            reason: "--smtp-auth-accept-any excludes --smtp-auth-file and MP_SMTP_AUTH"),
        Fault(
            arguments: ["--smtp-auth-accept-any", "--smtp-auth-file=/dev/null"],
            reason: "--smtp-auth-accept-any excludes --smtp-auth-file and MP_SMTP_AUTH"),
        Fault(
            arguments: ["--smtp-require-tls"], hasCertificate: false,
            reason: "--smtp-require-tls needs"),
        Fault(
            environment: ["MP_SMTP_TLS_CERT": "/dev/null"], hasCertificate: false,
            reason: "--smtp-tls-cert needs --smtp-tls-key"),
        Fault(
            environment: ["MP_SMTP_TLS_KEY": "/dev/null"], hasCertificate: false,
            reason: "--smtp-tls-key needs --smtp-tls-cert"),
        Fault(
            arguments: ["--smtp-tls-cert", "/no/such/cert.pem"],
            reason: "/no/such/cert.pem: open: No such file or directory (errno 2)"),
        Fault(arguments: ["--smtp-tls-key", "/dev/null"], reason: "/dev/null: it is empty"),
        Fault(
            arguments: ["--smtp-tls-cert=sans:"], environment: ["MP_SMTP_TLS_KEY": ""],
            reason: "making a self-signed certificate: \"\" is neither a domain name nor an IP"),
        Fault(
            arguments: ["--smtp-tls-cert=sans:a,"], environment: ["MP_SMTP_TLS_KEY": ""],
            reason: "making a self-signed certificate: \"\" is neither a domain name nor an IP"),
        Fault(
            arguments: ["--smtp-tls-key=sans:a_b,192.0.2.256"], hasCertificate: false,
            reason: "\"192.0.2.256\" is neither a domain name nor an IP address"),
        Fault(
            arguments: ["--smtp-tls-cert=sans:a", "--smtp-tls-key=/k"],
            reason: "--smtp-tls-cert sans:a and --smtp-tls-key /k do not go together: with sans:"
                + " take away --smtp-tls-key"),
        Fault(
            arguments: ["--smtp-tls-cert=sans:a"], environment: ["MP_SMTP_TLS_KEY": "/k"],
            reason: "do not go together: with sans: take away MP_SMTP_TLS_KEY"),
        Fault(
            arguments: ["--smtp-tls-cert=/c", "--smtp-tls-key=sans:a"],
            reason: "--smtp-tls-cert /c and --smtp-tls-key sans:a do not go together: with sans:"
                + " take away --smtp-tls-cert"),
        Fault(
            arguments: ["--smtp-tls-key=keys/k.pem"],
            reason: "keys/k.pem: open: No such file or directory (errno 2); the path is not"
                + " absolute, and ~ and $HOME are not expanded in it"),
        Fault(
            arguments: ["--smtp-tls-required", "--smtp-require-starttls=no"],
            reason: "--smtp-tls-required and --smtp-require-starttls contradict"),
        Fault(
            arguments: ["--smtp-tls-min-version", "1.4"],
            reason: "--smtp-tls-min-version: \"1.4\" is not 1.0, 1.1, 1.2 or 1.3"),
        Fault(
            arguments: ["--smtp-tls-max-version", "1.1"],
            reason: "--smtp-tls-min-version 1.2 is above --smtp-tls-max-version 1.1"),
        Fault(arguments: ["--smtp-tls-ciphers", "NONSENSE"], reason: "NONSENSE"),
        Fault(arguments: ["--smtp-tls-ciphersuites", "NONSENSE"], reason: "NONSENSE"),
        Fault(arguments: ["--smtp-tls-groups", "NONSENSE"], reason: "NONSENSE"),
        Fault(
            arguments: ["--smtp-tls-client-auth", "maybe"],
            reason: "--smtp-tls-client-auth: \"maybe\" is not none, request or require"),
        Fault(
            arguments: ["--smtp-tls-client-auth", "require"],
            reason: "--smtp-tls-client-auth needs --smtp-tls-client-ca"),
        Fault(
            arguments: ["--smtp-tls-client-auth=require", "--smtp-tls-client-ca=/no/such"],
            reason: "/no/such"),
        Fault(
            arguments: ["--smtp-tls-ticket-key", "/no/such"],
            reason: "reading the ticket keys /no/such: open: No such file or directory"),
        Fault(
            environment: ["MP_SMTP_TLS_TICKET_KEY": "/dev/null"],
            reason: "reading the ticket keys /dev/null: it is empty"),
        Fault(
            arguments: ["--smtp-tls-keylog", "/no/such"],
            reason: "opening the TLS key log /no/such: open: No such file or directory"),
        Fault(
            environment: ["MP_SMTP_TLS_KEYLOG": "/"],
            reason: "opening the TLS key log /: open: Is a directory"),
        Fault(
            environment: ["MP_CHAOS_TRIGGERS": "Sender:451:5,Body:451:5"],
            reason: "MP_CHAOS_TRIGGERS: \"Body:451:5\" does not begin with"),
        Fault(arguments: ["--enable-chaos=maybe"], reason: "--enable-chaos: \"maybe\" is not"),
        Fault(arguments: ["--smtp-allowed-recipients", "("], reason: "--smtp-allowed-recipients"),
        Fault(arguments: ["--maildir", "/proc/nowhere"], reason: "mkdir /proc/nowhere"),
    ]

    @Test(arguments: faults) func `a fault is told to the log alone`(fault: Fault) {
        let mailpit = Mailpit(
            fault.arguments, environment: fault.environment, hasCertificate: fault.hasCertificate)
        let expected = "421 4.3.5 \(fault.hostname) Server configuration error"
        if fault.arguments.contains("--smtp-require-tls") {
            // Where TLS comes first there is nothing to be said in plaintext.
            #expect(mailpit.client.rest() == [])
        } else {
            #expect(String(decoding: mailpit.client.rest(), as: UTF8.self) == expected + "\r\n")
        }
        // Else the server would wait a second for that.
        mailpit.client.close()
        #expect(mailpit.child.wait() == 78)
        #expect(mailpit.log.contains(" config-error: "), "\(mailpit.log)")
        #expect(mailpit.log.contains(fault.reason), "\(mailpit.log)")
        #expect(mailpit.log.contains(", uid \(getuid()))"))
        #expect(mailpit.log.split(separator: "\n").count == 1)
    }

    @Test func `flags count where there is no process directory to read the command line from`() {
        let (pair, directory) = (SocketPair(), TemporaryDirectory())
        let socket = pair.second.rawValue
        // Swift's library would find it by way of /proc/self.
        let child = Child(
            ["unshare"] + (geteuid() == 0 ? [] : ["--map-root-user"]) + [
                "--mount", "sh", "-c",
                "mount -t tmpfs tmpfs /proc && exec \"$0\" --smtp-tls-required", Mailpit.binary,
            ],
            environment: [
                "PATH": "/usr/bin:/bin", "MP_HOSTNAME": "mx.example",
                "MP_MAILDIR": directory.file("Maildir"), "MP_SMTP_TLS_REQUIRED": "false",
            ], descriptors: [0: socket, 1: socket])
        let client = SMTPClient(Descriptor(owning: dup(pair.first.rawValue)))
        pair.closeSecond()
        #expect(client.reply() == ["421 4.3.5 mx.example Server configuration error"])
        #expect(client.rest() == [])
        #expect(child.wait() == 78)
    }

    @Test func `a service without its environment file hears of it`() {
        let unset = ["MP_MAILDIR": "", "MP_HOSTNAME": "", "STATE_DIRECTORY": "/nowhere"]
        func log(_ environment: [String: String]) -> String {
            let mailpit = Mailpit(
                environment: unset.merging(environment) { $1 }, hasCertificate: false)
            mailpit.client.close()
            #expect(mailpit.child.wait() == 78)
            return mailpit.log
        }
        let hint = "; no option is set: there is no mailpit.env, or nothing in it (running as"
        #expect(log(["INVOCATION_ID": "1"]).contains(hint))
        #expect(!log([:]).contains(hint))
        #expect(!log(["INVOCATION_ID": "1", "MP_LABEL": "x"]).contains(hint))
    }

    @Test func `a flag beats its variable`() {
        let mailpit = Mailpit(
            ["--label", "by flag"], environment: ["MP_LABEL": "by variable"])
        #expect(mailpit.client.reply() == ["220 mx.example ESMTP Mailpit (by flag)"])
        let other = Mailpit(environment: ["MP_LABEL": "by variable"])
        #expect(other.client.reply() == ["220 mx.example ESMTP Mailpit (by variable)"])
    }

    @Test func `implicit TLS shakes hands before the greeting`() {
        let mailpit = Mailpit(["--smtp-require-tls"])
        #expect(mailpit.client.handshake())
        #expect(mailpit.client.reply() == ["220 mx.example ESMTP Mailpit"])
        #expect(!mailpit.client.command("EHLO client.example").contains("250-STARTTLS"))
        #expect(mailpit.client.command("STARTTLS") == ["503 5.5.1 TLS is already in use"])
    }

    @Test func `credentials of systemd are used where no other certificate is given`() {
        let directory = TemporaryDirectory()
        let certificate = TestCertificate.shared
        directory.write(textOfFile(certificate.certificateFile) ?? "", to: "smtp-tls-cert")
        directory.write(textOfFile(certificate.keyFile) ?? "", to: "smtp-tls-key")
        let mailpit = Mailpit(
            environment: ["CREDENTIALS_DIRECTORY": directory.path], hasCertificate: false)
        _ = mailpit.client.reply()
        #expect(mailpit.client.enterTLS())
    }

    @Test func `the Maildir is in the state directory, else in the home directory`() {
        let directory = TemporaryDirectory()
        for (variable, place) in [("STATE_DIRECTORY", "a:b"), ("HOME", "a")] {
            let mailpit = Mailpit(
                environment: ["MP_MAILDIR": "", variable: "\(directory.path)/\(place)"])
            _ = mailpit.client.command("QUIT")
            mailpit.client.close()
            #expect(mailpit.child.wait() == 0, "\(mailpit.log)")
            #expect(namesInDirectory(directory.file("a/Maildir")) == ["cur", "new", "tmp"])
            try? FileManager.default.removeItem(atPath: directory.file("a"))
        }
    }

    @Test func `a list of state directories that begins with none is none`() {
        let check = Check()
        check.environment["MP_MAILDIR"] = nil
        check.environment["STATE_DIRECTORY"] = ":/var/lib/mailpit"
        check.environment["HOME"] = check.directory.path
        let lines = check.run().outputText.split(separator: "\n")
        #expect(
            lines.filter { $0.hasPrefix("maildir: ") }.map { $0.split(separator: ";")[0] }
                == ["maildir: \(check.maildir)"])
    }
}
