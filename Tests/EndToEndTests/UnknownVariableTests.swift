import TestSupport
import Testing

/// Variables that look like an option's and are none, as a typing error makes them.
@Suite struct UnknownVariableTests {
    private static let misspelt =
        "MP_SMTP_TLS_MIN_VERSON has no effect: the nearest is MP_SMTP_TLS_MIN_VERSION"

    private func log(_ environment: [String: String], _ arguments: [String] = []) -> [String] {
        let mailpit = Mailpit(arguments, environment: environment)
        _ = mailpit.client.command("QUIT")
        mailpit.client.close()
        _ = mailpit.child.wait()
        return mailpit.log.split(separator: "\n").map { String($0) }
            .filter { $0.contains(" config-error: ") }
    }

    @Test func `a session warns of them, once`() throws {
        let lines = log([
            "MP_SMTP_TLS_MIN_VERSON": "1.3", "MP_UI_AUTH": "a:b", "MP_DATABASE": "/x",
        ])
        #expect(lines.count == 1)
        #expect(try #require(lines.first).contains(" config-error: \(Self.misspelt);"))
        #expect(try #require(lines.first).contains("MP_UI_AUTH") == false)
    }

    @Test func `a session has one warning for all of them`() throws {
        let lines = log(["MP_SMTP_TLS_MIN_VERSON": "1.3", "MP_SMTP_SSL_CERT": "/c"])
        #expect(lines.count == 1)
        let line = try #require(lines.first)
        #expect(line.contains(Self.misspelt))
        #expect(line.contains("; "))
        #expect(line.contains("MP_SMTP_SSL_CERT has no effect: today it is MP_SMTP_TLS_CERT"))
    }

    @Test func `the warning comes before the error that is due to it`() throws {
        let lines = log(["MP_SMTP_TLS_KEY": "", "MP_SMTP_TLS_KYE": "/k"])
        #expect(lines.count == 2)
        #expect(try #require(lines.first).contains("MP_SMTP_TLS_KYE has no effect: "))
        #expect(try #require(lines.last).contains("--smtp-tls-cert needs --smtp-tls-key"))
    }

    @Test func `a session says nothing of what is for Mailpit alone`() {
        #expect(log(["MP_UI_AUTH": "a:b", "MP_SMTP_BIND_ADDR": "[::]:1025"]) == [])
    }

    @Test func `a check tells of both, each by itself`() {
        let check = Check()
        check.environment["MP_SMTP_TLS_MIN_VERSON"] = "1.3"
        check.environment["MP_UI_AUTH"] = "a:b"
        #expect(
            check.complaints().sorted() == [
                "warning: \(Self.misspelt)",
                "warning: MP_UI_AUTH has no effect: it is for Mailpit's web page",
            ])
        #expect(check.run().status == 0)
    }

    @Test func `a line each, whatever stands in them`() {
        let check = Check()
        check.environment["MP_A\nerror: \u{1B}[2J"] = "x"
        #expect(
            check.complaints() == [
                #"warning: MP_A\x0Aerror: \x1B[2J has no effect: there is no such option"#
            ])
    }
}
