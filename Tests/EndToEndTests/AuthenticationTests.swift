import TestSupport
import Testing

/// Clients that people use log in over STARTTLS, with the sandbox on, and are refused with a wrong
/// password; no password gets into a log.
@Suite struct AuthenticationTests {
    /// Secret in UTF-8, so that preparation and base64 are tried too.
    static let password = "pëncil7Q"
    static let wrong = "cräyon7Q"
    static let token = "ya29.tokenOfTim7Q"

    /// A client, told where, as whom and with which password.
    struct Client: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let mechanism: String
        let command: @Sendable (_ port: UInt16, _ user: String, _ password: String) -> [String]
    }

    static let certificate = TestCertificate.shared.certificateFile

    static func swaks(_ mechanism: String) -> Client {
        Client(testDescription: "swaks \(mechanism)", mechanism: mechanism) {
            [
                "swaks", "--server", "127.0.0.1", "--port", "\($0)", "--tls", "--from",
                "alice@example.org", "--to", "bob@example.org", "--timeout", "30", "--auth",
                mechanism, "--auth-user", $1, "--auth-password", $2,
            ]
        }
    }

    static func curl(_ mechanism: String, _ more: [String] = []) -> Client {
        Client(testDescription: "curl \(mechanism)", mechanism: mechanism) { port, user, password in
            [
                "curl", "--silent", "--show-error", "--max-time", "30", "--ssl-reqd", "--cacert",
                certificate, "smtp://localhost:\(port)", "--mail-from", "alice@example.org",
                "--mail-rcpt", "bob@example.org", "--upload-file", certificate,
                "--login-options", "AUTH=\(mechanism)", "--user", "\(user):\(password)",
            ] + more
        }
    }

    /// Debian's is built without it.
    private static let curlKnowsSCRAM = Command(["curl", "--version"]).outputText.contains("gsasl")

    /// From 1.8.25 on it fails without channel binding where there could be one, before it says a word.
    private static let msmtpSCRAM =
        Command(["msmtp", "--version"]).outputText.contains("scram-sha-256-plus")
        ? "SCRAM-SHA-256-PLUS" : "SCRAM-SHA-256"

    static func msmtp(_ mechanism: String) -> Client {
        Client(testDescription: "msmtp \(mechanism)", mechanism: mechanism) {
            [
                "msmtp", "--file=/dev/null", "--host=localhost", "--port=\($0)", "--tls=on",
                "--tls-starttls=on", "--tls-trust-file=\(certificate)", "--timeout=30",
                "--auth=\(mechanism.lowercased())", "--user=\($1)", "--passwordeval=echo '\($2)'",
                "--from=alice@example.org", "--", "bob@example.org",
            ]
        }
    }

    /// It only logs in.
    static let gsasl = Client(testDescription: "gsasl", mechanism: "SCRAM-SHA-256-PLUS") {
        [
            "gsasl", "--smtp", "--starttls", "--connect=localhost:\($0)", "--mechanism",
            "SCRAM-SHA-256-PLUS", "--authentication-id", $1, "--password", $2,
            "--authorization-id", "", "--x509-ca-file", certificate,
        ]
    }

    private func run(_ client: Client, _ server: SuperServer, _ user: String, _ password: String)
        -> Bool
    {
        let command = Command(
            client.command(server.port, user, password), input: Array("Subject: x\n\nx\n".utf8),
            environment: ["LC_ALL": "C.UTF-8"])
        return command.status == 0
    }

    @Test(
        arguments: [
            swaks("PLAIN"), swaks("LOGIN"), curl("PLAIN"), curl("LOGIN"), msmtp("PLAIN"),
            msmtp("LOGIN"), msmtp(msmtpSCRAM), gsasl,
        ] + (curlKnowsSCRAM ? [curl("SCRAM-SHA-256")] : []))
    func `it gets in with the password and not without`(_ client: Client) throws {
        let directory = TemporaryDirectory()
        let scram = Command(["doveadm", "pw", "-s", "SCRAM-SHA-256", "-p", Self.password])
        let yescrypt = Command(["mkpasswd", "-m", "yescrypt", Self.password])
        try #require(scram.status == 0 && yescrypt.status == 0)
        let users = directory.write(
            "tim:\(scram.outputText)jürgen:\(yescrypt.outputText)", to: "users")
        let server = try SuperServer(
            .activatePassingConnections, ["--smtp-auth-file", users, "-v"], in: directory)
        let isSCRAM = client.mechanism.hasPrefix("SCRAM")
        for user in isSCRAM ? ["tim"] : ["tim", "jürgen"] {
            #expect(run(client, server, user, Self.password), "\(server.log)")
            #expect(!run(client, server, user, Self.wrong), "\(server.log)")
            #expect(
                eventually { server.log.contains("auth-ok: \(user) by \(client.mechanism);") },
                "\(server.log)")
            #expect(
                eventually {
                    server.log.contains(
                        "auth-failed: \(client.mechanism): wrong password (\(user))")
                }, "\(server.log)")
        }
        #expect(!run(client, server, "nobody", Self.password), "\(server.log)")
        // From 1.8.28 on msmtp asks for SMTPUTF8 wherever that is offered.
        #expect(server.stored.allSatisfy { ["ESMTPSA", "UTF8SMTPSA"].contains($0.trace?.with) })
        if client.testDescription != "gsasl" {
            #expect(server.stored.count == (isSCRAM ? 1 : 2), "\(server.log)")
        }
        expect(server.log, toShowNoneOf: [Self.password, Self.wrong])
    }

    @Test(arguments: [
        swaks("PLAIN"), swaks("LOGIN"), swaks("CRAM-MD5"), msmtp("CRAM-MD5"), msmtp("XOAUTH2"),
        msmtp("OAUTHBEARER"), curl("XOAUTH2", ["--oauth2-bearer", token]),
        curl("OAUTHBEARER", ["--oauth2-bearer", token]),
    ])
    func `anybody gets in where anything is accepted`(_ client: Client) throws {
        let server = try SuperServer(
            .activatePassingConnections,
            ["--smtp-auth-accept-any", "--smtp-auth-mechanisms", client.mechanism, "-v"])
        // RFC 6750 §2.1: a token is ASCII.
        let secret = client.mechanism.contains("OAUTH") ? Self.token : Self.password
        #expect(run(client, server, "anyone", secret), "\(server.log)")
        #expect(
            eventually { server.log.contains("auth-ok: anyone by \(client.mechanism);") },
            "\(server.log)")
        #expect(server.stored.count == 1)
        expect(server.log, toShowNoneOf: [Self.password, Self.token])
    }

    /// Nobody could check them, so they are not even offered.
    @Test(arguments: [
        swaks("CRAM-MD5"), curl("XOAUTH2", ["--oauth2-bearer", token]),
        curl("OAUTHBEARER", ["--oauth2-bearer", token]),
    ])
    func `what takes anything gets nobody in where there are users`(_ client: Client) throws {
        let server = try SuperServer(
            .activatePassingConnections, ["-v"],
            environment: ["MP_SMTP_AUTH": "tim:{SHA}0vxRJJChUDZGC1SJQBQ51tpUB/o="])
        #expect(!run(client, server, "tim", "pencil"))
        #expect(eventually { server.log.contains(" session-closed: ") }, "\(server.log)")
        #expect(!server.log.contains(" auth-ok: "))
        #expect(server.stored.isEmpty)
    }

    @Test func `mail without AUTH is refused, and users may stand in the environment`() throws {
        let server = try SuperServer(
            .activatePassingConnections,
            environment: ["MP_SMTP_AUTH": "tim:{SHA}0vxRJJChUDZGC1SJQBQ51tpUB/o="])
        let client = server.connect()
        #expect(client.reply().starts(with: "220 "))
        client.enterTLS()
        #expect(client.command("EHLO x").contains("250-AUTH PLAIN LOGIN"))
        #expect(client.command("MAIL FROM:<>") == ["530 5.7.0 Authentication required"])
        #expect(
            client.command("AUTH PLAIN AHRpbQBwZW5jaWw=") == ["235 2.7.0 Authentication successful"]
        )
        #expect(client.command("MAIL FROM:<>") == ["250 2.1.0 Ok"])
    }

    @Test(arguments: [
        (["--smtp-auth-file", "/nonexistent/users"], "open /nonexistent/users"),
        (["--smtp-auth-file", "/dev/null"], "auth file /dev/null has no users"),
        (["--smtp-auth-file", "/dev/null", "--smtp-auth-accept-any"], "excludes"),
        (["--smtp-auth-mechanisms", "PLAIN,XYZ"], "\"XYZ\" is no mechanism"),
    ])
    func `what cannot be used is a configuration error`(_ arguments: [String], _ reason: String) {
        let mailpit = Mailpit(arguments)
        #expect(
            mailpit.client.reply() == ["421 4.3.5 mx.example Server configuration error"])
        mailpit.client.close()
        #expect(mailpit.child.wait() == 78)
        #expect(mailpit.log.contains("config-error") && mailpit.log.contains(reason))
    }
}
