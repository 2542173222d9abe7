import Foundation
import TestSupport
import Testing

/// `--log-format json`, read by Python's parser: whatever a client sends, each line is an object.
@Suite struct JSONLogTests {
    /// What `json.loads` makes of each line, written as `EVENT KEY=VALUE…` by sorted keys.
    private func parsed(_ log: String) throws -> [String] {
        let script = """
            import json, sys
            for line in sys.stdin.buffer:
                assert len(line) <= 4096 and line.endswith(b"}\\n"), line
                assert all(octet >= 32 for octet in line[:-1]), line
                record = json.loads(line.decode("utf-8"))
                rest = " ".join(f"{key}={record[key]!r}" for key in sorted(record) if key != "event")
                print(record["event"], rest)
            """
        let command = Command(
            ["/usr/bin/python3", "-c", script], input: Array(log.utf8),
            environment: ["LC_ALL": "C.UTF-8"])
        try #require(command.status == 0, "\(command.errors)")
        return command.outputText.split(separator: "\n").map { String($0) }
    }

    private func session(_ options: [String], _ lines: [String]) -> Mailpit {
        let mailpit = Mailpit(
            Mailpit.withoutTLS + ["--log-format", "json"] + options, hasCertificate: false)
        _ = mailpit.client.reply()
        for line in lines { mailpit.client.command(line) }
        mailpit.client.quit()
        #expect(mailpit.child.wait() == 0)
        return mailpit
    }

    @Test func `a session is told by objects, with numbers as numbers`() throws {
        let mailpit = session(
            ["--smtp-auth-accept-any", "--smtp-auth-allow-insecure"],
            [
                "EHLO client.example", "AUTH PLAIN AHRpbQBwZW5jaWw=", "MAIL FROM:<a@b.example>",
                "RCPT TO:<c@d.example>", "DATA", "Subject: x\r\n\r\ny\r\n.", "XYZZY",
            ])
        let records = try parsed(mailpit.log)
        #expect(
            records.map { $0.prefix { $0 != " " } } == [
                "session-opened", "auth-ok", "message-stored", "protocol-error", "session-closed",
            ])
        try #require(records.count == 5)
        let name = try #require(mailpit.stored?.first)
        let size = try #require(mailpit.onlyMessage).utf8.count
        for field in [
            " auth_mechanism='PLAIN' auth_user='tim' maildir_file='\(name)' message='message stored: ",
            " message_size=\(size) ", " smtp_from='<a@b.example>'", " smtp_rcpt='<c@d.example>'",
        ] { #expect(records[2].contains(field), "\(records[2])") }
        #expect(records[4].contains(" mailpit_commands_rejected=1 "), "\(records[4])")
        #expect(
            records[4].contains(" mailpit_messages_rejected=0 mailpit_messages_stored=1 "),
            "\(records[4])")
    }

    @Test(arguments: [
        "a\u{1B}[2Jb", "a\u{7F}b", "a\u{85}b", "a\u{2028}b", "a\u{202E}b", "a\tb", "a\"b", "a\\b",
        "a\\\"b", #"a\x0A\u000Ab"#, #"","event":"forged"#, "{}[],:;", "ü🙂", "\u{1}\u{2}\u{1F}",
        String(repeating: "\\", count: 900), String(repeating: "\u{1}", count: 900),
    ])
    func `whatever a client says`(_ text: String) throws {
        let login = Data("\0\(text)\0pencil".utf8).base64EncodedString()
        let quoted = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let mailpit = session(
            ["--smtp-auth-accept-any", "--smtp-auth-allow-insecure", "-v"],
            [
                "EHLO \(text)", "EHLO client.example", "AUTH PLAIN \(login)",
                "MAIL FROM:<\"\(quoted)\"@example.org> SMTPUTF8", "MAIL FROM:<\(text)@b> SMTPUTF8",
                "RSET", "MAIL FROM:<> SMTPUTF8", "RCPT TO:<\"\(quoted)\"@example.org>",
                "RCPT TO:<bob@example.org>", "DATA", "Subject: x\r\n\r\ny\r\n.", "\(text) x",
            ])
        let records = try parsed(mailpit.log)
        #expect(records.count { $0.hasPrefix("auth-ok ") } == 1, "\(mailpit.log)")
        #expect(records.count { $0.hasPrefix("message-stored ") } == 1, "\(mailpit.log)")
        #expect(records.count { $0.hasPrefix("dialogue ") } > 20)
        #expect(records.last?.hasPrefix("session-closed ") == true)
        #expect(!records.contains { $0.hasPrefix("forged") })
    }

    @Test func `octets that are no UTF-8 stand as they do in a line`() throws {
        let verbose = Mailpit(
            Mailpit.withoutTLS + ["--log-format=json", "-v"], hasCertificate: false)
        _ = verbose.client.reply()
        verbose.client.send([0x4E, 0xFF, 0xC3, 0x00, 0x22, 0x5C, 13, 10])
        _ = verbose.client.reply()
        verbose.client.quit()
        #expect(verbose.child.wait() == 0)
        let records = try parsed(verbose.log)
        #expect(
            records.contains { $0.contains(#"message='C: N\\xFF\\xC3\\x00\\"\\\\'"#) },
            "\(records)")
    }

    @Test func `in the environment it is a variable, and another word is an error`() throws {
        let mailpit = Mailpit(environment: ["MP_LOG_FORMAT": "xml"])
        #expect(mailpit.client.reply() == ["421 4.3.5 mx.example Server configuration error"])
        mailpit.client.close()
        #expect(mailpit.child.wait() == 78)
        #expect(mailpit.log.contains("MP_LOG_FORMAT") && mailpit.log.contains("text or json"))
        let configured = Mailpit(
            ["--smtp-timeout=none"], environment: ["MP_LOG_FORMAT": "json"])
        _ = configured.client.rest()
        configured.client.close()
        #expect(configured.child.wait() == 78)
        let records = try parsed(configured.log)
        #expect(records.count == 1 && records[0].hasPrefix("config-error "), "\(records)")
    }
}
