import Foundation
import TestSupport
import Testing

/// Python's smtplib logs in over STARTTLS. It takes CRAM-MD5 before PLAIN before LOGIN, and after a
/// failure the next of them.
@Suite struct PythonAuthenticationTests {
    private static let password = "pencil-of-tim-7Q"
    private static let wrong = "crayon-of-tim-7Q"

    /// Logs in and sends a message; the output is the reply to AUTH or the error, and how often it
    /// was tried.
    private func login(_ server: SuperServer, _ password: String) -> Command {
        let script = """
            import smtplib, ssl, sys
            context = ssl.create_default_context(cafile=sys.argv[2])
            with smtplib.SMTP("localhost", int(sys.argv[1]), timeout=30) as client:
                client.starttls(context=context)
                try:
                    print(client.login("tim", sys.argv[3]))
                except smtplib.SMTPException as error:
                    sys.exit(str(error))
                client.sendmail("tim@example.org", ["bob@example.org"], "Subject: x\\n\\nx\\n")
            """
        return Command([
            "/usr/bin/python3", "-c", script, "\(server.port)",
            TestCertificate.shared.certificateFile, password,
        ])
    }

    @Test(arguments: [["PLAIN", "LOGIN"], ["LOGIN"], ["PLAIN"]])
    func `it gets in with the password and not without`(_ mechanisms: [String]) throws {
        let hash = Command(["mkpasswd", "-m", "sha512crypt", Self.password]).outputText
        let server = try SuperServer(
            .activatePassingConnections,
            ["--smtp-auth-mechanisms", mechanisms.joined(separator: ","), "-v"],
            environment: ["MP_SMTP_AUTH": "tim:\(hash.dropLast())"])
        let granted = login(server, Self.password)
        #expect(granted.status == 0, "\(granted.errors)")
        #expect(granted.outputText == "(235, b'2.7.0 Authentication successful')\n")
        #expect(server.stored.map { $0.trace?.with } == ["ESMTPSA"])
        #expect(eventually { server.log.contains(" auth-ok: tim by \(mechanisms[0])") })
        let refused = login(server, Self.wrong)
        #expect(refused.status == 1)
        #expect(refused.errors == "(535, b'5.7.8 Authentication credentials invalid')\n")
        #expect(server.stored.count == 1)
        for mechanism in mechanisms {
            #expect(
                eventually {
                    server.log.contains(" auth-failed: \(mechanism): wrong password (tim)")
                }, "\(server.log)")
        }
        expect(server.log, toShowNoneOf: [Self.password, Self.wrong])
    }

    /// As it would with most servers: CRAM-MD5, which it prefers, has to be named.
    @Test(arguments: [("PLAIN", []), ("CRAM-MD5", ["--smtp-auth-mechanisms", "CRAM-MD5,PLAIN"])])
    func `where anything is accepted it logs in by PLAIN`(
        _ mechanism: String, _ options: [String]
    ) throws {
        let server = try SuperServer(
            .activatePassingConnections, ["--smtp-auth-accept-any", "-v"] + options)
        #expect(login(server, Self.wrong).status == 0)
        #expect(
            eventually { server.log.contains(" auth-ok: tim by \(mechanism)") }, "\(server.log)")
        #expect(server.stored.count == 1)
        expect(server.log, toShowNoneOf: [Self.wrong])
    }

    @Test(arguments: ["PLAIN", "LOGIN", "CRAM-MD5"])
    func `a password in plain text works by each mechanism, with a warning`(
        _ mechanism: String
    ) throws {
        let server = try SuperServer(
            .activatePassingConnections, ["--smtp-auth-mechanisms", mechanism, "-v"],
            environment: ["MP_SMTP_AUTH": "tim:\(Self.password) tom:pencil"])
        #expect(login(server, Self.password).status == 0)
        #expect(
            eventually { server.log.contains(" auth-ok: tim by \(mechanism)") }, "\(server.log)")
        let warning = " config-error: 2 users have passwords in plain text in MP_SMTP_AUTH; "
        #expect(server.log.components(separatedBy: warning).count == 2, "\(server.log)")
        let refused = login(server, Self.wrong)
        #expect(refused.errors == "(535, b'5.7.8 Authentication credentials invalid')\n")
        #expect(server.stored.count == 1)
        expect(server.log, toShowNoneOf: [Self.password, Self.wrong])
    }
}
