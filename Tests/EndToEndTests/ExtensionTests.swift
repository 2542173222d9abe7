import TestSupport
import Testing

/// `--smtp-extensions`, with the program as it is.
@Suite struct ExtensionTests {
    /// The keywords in the reply to EHLO.
    private func keywords(_ client: SMTPClient) -> [Substring] {
        client.command("EHLO client.example").dropFirst().map {
            $0.dropFirst(4).prefix { $0 != " " }
        }
    }

    @Test func `what is left out is neither offered nor accepted`() {
        let mailpit = Mailpit([
            "--smtp-extensions",
            "-CHUNKING,-pipelining -8BITMIME,-ENHANCEDSTATUSCODES,-LIMITS,-SIZE",
        ])
        let client = mailpit.client
        _ = client.reply()
        #expect(keywords(client) == ["SMTPUTF8", "STARTTLS"])
        client.send("BDAT 6\r\nNOOP\r\n")
        #expect(client.reply() == ["530 5.7.0 Must issue a STARTTLS command first"])
        client.enterTLS()
        #expect(keywords(client) == ["SMTPUTF8"])
        let unknown = ["555 5.5.4 Parameter not recognized"]
        #expect(client.command("MAIL FROM:<a@b> SIZE=10") == unknown)
        #expect(client.command("MAIL FROM:<a@b> BODY=8BITMIME") == unknown)
        #expect(client.command("MAIL FROM:<a@b>") == ["250 2.1.0 Ok"])
        #expect(client.command("RCPT TO:<c@d>") == ["250 2.1.5 Ok"])
        client.send("BDAT 6 LAST\r\nNOOP\r\n")
        #expect(client.reply() == ["500 5.5.2 Command not recognized"])
        #expect(client.command("DATA").starts(with: "354 "))
        #expect(client.command("From: a@b\r\n\r\n.").starts(with: "250 2.0.0 Ok: queued as "))
        client.quit()
        #expect(mailpit.child.wait() == 0)
        #expect(mailpit.onlyMessage?.hasSuffix("\nFrom: a@b\n\n") == true)
    }

    @Test func `what a client asks for by DSN and REQUIRETLS is logged and kept`() {
        let mailpit = Mailpit(["--smtp-extensions=+DSN,+REQUIRETLS"])
        let client = mailpit.client
        _ = client.reply()
        #expect(!keywords(client).contains("REQUIRETLS"))
        #expect(client.command("STARTTLS") == ["220 2.0.0 Ready to start TLS"])
        #expect(client.handshake())
        #expect(keywords(client).suffix(3) == ["CHUNKING", "DSN", "REQUIRETLS"])
        #expect(
            client.command("MAIL FROM:<a@b> RET=ALL")
                == ["501 5.5.4 Syntax error in parameters or arguments"])
        #expect(
            client.command("MAIL FROM:<a@b> ENVID=QQ+2B1 RET=hdrs REQUIRETLS") == ["250 2.1.0 Ok"])
        #expect(
            client.command("RCPT TO:<c@d> NOTIFY=FAILURE,SUCCESS ORCPT=rfc822;e@f")
                == ["250 2.1.5 Ok"])
        #expect(client.command("DATA").starts(with: "354 "))
        #expect(client.command("From: a@b\r\n\r\n.").starts(with: "250 2.0.0 Ok: queued as "))
        client.quit()
        #expect(mailpit.child.wait() == 0)
        let words = "ENVID=QQ+2B1 RET=HDRS REQUIRETLS <c@d> NOTIFY=SUCCESS,FAILURE"
        #expect(
            mailpit.onlyMessage?.contains(
                "\nX-Mailpit-DSN: \(words)\n    ORCPT=rfc822;e@f\n") == true,
            "\(mailpit.onlyMessage ?? "")")
        #expect(mailpit.log.contains(" smtp_rcpt=<c@d> smtp_dsn=\"\(words) ORCPT=rfc822;e@f\""))
    }

    @Test(arguments: [
        ("-STARTTLS", #""-STARTTLS" cannot be chosen here"#),
        ("-CHUNKING,+AUTH", #""+AUTH" cannot be chosen here"#),
        ("-auth", #""-auth" cannot be chosen here"#), ("+X", #""+X" is none of SIZE, 8BITMIME, "#),
        ("DSN", #""DSN" has neither - nor + before it"#),
    ]) func `a keyword that cannot be chosen is named`(list: String, reason: String) {
        let mailpit = Mailpit(["--smtp-extensions", list])
        #expect(
            mailpit.client.reply() == ["421 4.3.5 mx.example Server configuration error"])
        #expect(mailpit.child.wait() == 78)
        #expect(
            mailpit.log.contains(" config-error: --smtp-extensions: \(reason)"), "\(mailpit.log)")
    }

    @Test func `smtplib asks for reports where they are offered`() throws {
        let server = try SuperServer(
            .activatePassingConnections, ["--smtp-extensions", "+DSN"])
        let script = """
            import smtplib, ssl, sys
            context = ssl.create_default_context(cafile=sys.argv[2])
            with smtplib.SMTP("localhost", int(sys.argv[1]), timeout=30) as client:
                client.starttls(context=context)
                client.ehlo()
                print(client.has_extn("dsn"))
                client.sendmail("alice@example.org", ["bob@example.org"], "From: a\\r\\n\\r\\nhi\\r\\n",
                    mail_options=["RET=FULL", "ENVID=1"], rcpt_options=["NOTIFY=NEVER"])
            """
        let client = Command([
            "/usr/bin/python3", "-c", script, "\(server.port)",
            TestCertificate.shared.certificateFile,
        ])
        #expect(client.outputText == "True\n", "\(client.errors)")
        #expect(
            eventually {
                server.log.contains(
                    " smtp_dsn=\"RET=FULL ENVID=1 <bob@example.org> NOTIFY=NEVER\"")
            })
    }
}
