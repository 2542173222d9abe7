import TestSupport
import Testing

/// Clients that people use, told that their password is wrong though it is right.
@Suite struct ChaosAuthenticationTests {
    /// `tim` with the password `pencil`.
    private static let users = ["MP_SMTP_AUTH": "tim:{SHA}0vxRJJChUDZGC1SJQBQ51tpUB/o="]

    private func server(_ trigger: String) throws -> SuperServer {
        try SuperServer(
            .activatePassingConnections, ["--chaos-triggers", trigger], environment: Self.users)
    }

    private func swaks(_ server: SuperServer, _ password: String = "pencil") -> Command {
        Command([
            "swaks", "--server", "127.0.0.1", "--port", "\(server.port)", "--tls", "--from",
            "alice@example.org", "--to", "bob@example.org", "--timeout", "30", "--auth", "LOGIN",
            "--auth-user", "tim", "--auth-password", password,
        ])
    }

    /// smtplib tries each mechanism that it knows, and says what the last one got.
    private func smtplib(_ server: SuperServer) -> Command {
        let script = """
            import smtplib, ssl, sys
            context = ssl.create_default_context(cafile=sys.argv[2])
            with smtplib.SMTP("localhost", int(sys.argv[1]), timeout=30) as client:
                client.starttls(context=context)
                try:
                    print(client.login("tim", "pencil"))
                except smtplib.SMTPException as error:
                    print(error)
            """
        return Command([
            "/usr/bin/python3", "-c", script, "\(server.port)",
            TestCertificate.shared.certificateFile,
        ])
    }

    @Test func `one session is refused with the right password, and the next one is not`() throws {
        let trigger = "Authentication:535:first1"
        let server = try server(trigger)
        let refused = swaks(server)
        // Its status for a failure of AUTH.
        #expect(refused.status == 28, "\(refused.outputText)")
        #expect(refused.outputText.contains("<~* 535 5.7.8 Chaos authentication error\n"))
        #expect(eventually { server.log.contains(" chaos: \(trigger) has fired") })
        #expect(!server.log.contains(" auth-"), "\(server.log)")
        let granted = swaks(server)
        #expect(granted.status == 0, "\(granted.outputText)")
        #expect(server.stored.count == 1)
        #expect(eventually { server.log.contains(" auth-ok: tim by LOGIN") })
        // What it does not hit is decided by the password alone.
        #expect(swaks(server, "pencils").status == 28)
        #expect(eventually { server.log.contains(" auth-failed: LOGIN: wrong password (tim)") })
        #expect(server.log.split(separator: "\n").count { $0.contains(" chaos: ") } == 1)
    }

    /// A client within TLS, where anything is accepted.
    private func session(_ trigger: String) -> Mailpit {
        let mailpit = Mailpit(["--smtp-auth-accept-any", "-v", "--chaos-triggers", trigger])
        mailpit.client.begin()
        return mailpit
    }

    @Test(arguments: ["XOAUTH2", "OAUTHBEARER"], [true, false])
    func `a token is refused as RFC 7628 has it`(mechanism: String, isInitial: Bool) {
        let mailpit = session("Authentication:535:100")
        let client = mailpit.client
        for answer in ["AQ==", "", "AAAA", "="] {
            if isInitial {
                client.send("AUTH \(mechanism) dXNlcj1qb2UBdG9rZW4=\r\n")
            } else {
                #expect(client.command("AUTH \(mechanism)") == ["334 "])
                client.send("dXNlcj1qb2UBdG9rZW4=\r\n")
            }
            // {"status":"invalid_token"}
            #expect(client.reply() == ["334 eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0="])
            #expect(
                client.command(answer) == [
                    answer == "="
                        ? "501 5.5.2 Cannot decode base64" : "535 5.7.8 Chaos authentication error"
                ])
        }
        client.command("AUTH \(mechanism) dG9rZW4=")
        #expect(client.command("*") == ["501 5.7.0 Authentication cancelled"])
        // Nothing of it is left to the next one.
        #expect(client.command("AUTH \(mechanism)") == ["334 "])
        #expect(client.command("*") == ["501 5.7.0 Authentication cancelled"])
        client.quit()
        #expect(mailpit.child.wait() == 0)
        let log = mailpit.log
        #expect(log.split(separator: "\n").count { $0.contains(" chaos: ") } == 6)
        #expect(!log.contains("dXNlcj1qb2UBdG9rZW4=") && !log.contains(" auth-"))
    }

    @Test func `a message that holds no token is refused in the same way`() {
        let mailpit = session("Authentication:535:0")
        for mechanism in ["XOAUTH2", "OAUTHBEARER"] {
            // {"status":"invalid_request"}
            let reason = ["334 eyJzdGF0dXMiOiJpbnZhbGlkX3JlcXVlc3QifQ=="]
            #expect(mailpit.client.command("AUTH \(mechanism) dG9rZW4=") == reason)
            let refused = ["535 5.7.8 Authentication credentials invalid"]
            #expect(mailpit.client.command("AQ==") == refused)
            #expect(mailpit.client.command("AUTH \(mechanism)") == ["334 "])
            #expect(mailpit.client.command("dG9rZW4=") == reason)
            #expect(mailpit.client.command("") == refused)
        }
        mailpit.client.quit()
        #expect(mailpit.child.wait() == 0)
        let log = mailpit.log
        #expect(log.split(separator: "\n").count { $0.contains(" auth-failed: ") } == 4)
        #expect(!log.contains(" chaos: ") && !log.contains("dG9rZW4="))
    }

    @Test func `other codes and mechanisms are answered at once`() {
        let other = session("Authentication:454:100")
        for line in ["AUTH XOAUTH2 dG9rZW4=", "AUTH OAUTHBEARER"] {
            #expect(other.client.command(line) == ["454 4.7.0 Chaos authentication error"])
        }
        let told = session("Authentication:535 5.7.8 Token expired:100")
        #expect(told.client.command("AUTH PLAIN AGpvZQBwZW5jaWw=") == ["535 5.7.8 Token expired"])
        #expect(told.client.command("AUTH XOAUTH2 dG9rZW4=").starts(with: "334 "))
        #expect(told.client.command("AQ==") == ["535 5.7.8 Token expired"])
    }

    @Test func `the client gets the code of the trigger`() throws {
        let server = try server("Authentication:454:100")
        let refused = smtplib(server)
        #expect(
            refused.outputText == "(454, b'4.7.0 Chaos authentication error')\n",
            "\(refused.outputText)\(refused.errors)")
        #expect(eventually { server.log.contains(" chaos: Authentication:454:100 has fired") })
        let never = try self.server("Authentication:454:0")
        #expect(
            smtplib(never).outputText == "(235, b'2.7.0 Authentication successful')\n",
            "\(never.log)")
    }
}
