import TestSupport
import Testing

/// AUTH without TLS, where the operator allows it.
@Suite struct PlaintextAuthenticationTests {
    @Test func `a login in plaintext counts until STARTTLS`() throws {
        let mailpit = Mailpit(
            Mailpit.withoutTLS + ["--smtp-auth-accept-any", "--smtp-auth-allow-insecure"])
        let client = mailpit.client
        _ = client.reply()
        let offers = client.command("EHLO client.example")
        #expect(offers.contains { $0.hasPrefix("250-AUTH ") && $0.contains(" PLAIN LOGIN") })
        #expect(
            client.command("AUTH PLAIN AHRpbQBwZW5jaWw=") == ["235 2.7.0 Authentication successful"]
        )
        #expect(client.deliver("Subject: 1\r\n\r\n").hasPrefix("250 2.0.0 "))
        #expect(client.command("STARTTLS") == ["220 2.0.0 Ready to start TLS"])
        #expect(client.handshake())
        #expect(client.command("EHLO client.example").contains { $0.hasPrefix("250-AUTH ") })
        #expect(client.deliver("Subject: 2\r\n\r\n").hasPrefix("250 2.0.0 "))
        client.quit()
        #expect(mailpit.child.wait() == 0)
        let messages = try #require(mailpit.stored).map {
            textOfFile("\(mailpit.maildir)/new/\($0)") ?? ""
        }
        let with = ["Subject: 1", "Subject: 2"].map { subject in
            messages.first { $0.contains(subject) }?.firstMatch(of: #/with ([A-Z]+)/#)?.1
        }
        #expect(with == ["ESMTPA", "ESMTPS"])
    }

    @Test func `where it is not allowed it is not offered`() {
        let mailpit = Mailpit(Mailpit.withoutTLS + ["--smtp-auth-accept-any"])
        _ = mailpit.client.reply()
        let offers = mailpit.client.command("EHLO client.example")
        #expect(offers.count > 3 && !offers.contains { $0.contains("AUTH") })
        #expect(mailpit.client.command("AUTH PLAIN AHRpbQBwZW5jaWw=").starts(with: "538 5.7.11 "))
    }
}
