import POSIX
import TestSupport
import Testing

/// TLS that ends in the middle of something: nothing in plaintext counts any more, and nothing
/// that is not whole is stored.
extension HostileTests {
    /// What the client is in the middle of.
    enum Middle: String, CaseIterable {
        case data = "DATA"
        case chunk = "BDAT"
        case chunks = "two BDATs"
        case authentication = "AUTH"
        case command = "a command"
        case nothing = "nothing"

        var options: [String] { self == .authentication ? ["--smtp-auth-accept-any"] : [] }

        func reach(_ client: SMTPClient) {
            switch self {
            case .data:
                #expect(client.beginData().starts(with: "354 "))
                client.send("Subject: half\r\n\r\nof a mess")
            case .chunk, .chunks:
                client.command("MAIL FROM:<a@b.example>")
                client.command("RCPT TO:<c@d.example>")
                client.send("BDAT 16\r\nSubject: half\r\n\r")
                #expect(client.reply() == ["250 2.0.0 Ok"])
                if self == .chunk { client.send("BDAT 1000 LAST\r\n\nof a mess") }
            case .authentication:
                #expect(client.command("AUTH PLAIN") == ["334 "])
            case .command: client.send("MAIL FROM:<a@b.exa")
            case .nothing: break
            }
        }

        /// What would end it, and more.
        var plaintext: String {
            let rest =
                switch self {
                case .data: "\r\n.\r\n"
                case .chunk: String(repeating: "x", count: 991)
                case .chunks: "BDAT 0 LAST\r\n"
                case .authentication: "AGFsaWNlAHBhc3N3b3Jk\r\n"
                case .command: "mple>\r\n"
                case .nothing: ""
                }
            return rest + "NOOP\r\nQUIT\r\n"
        }
    }

    @Test(arguments: Middle.allCases)
    func `Behind close_notify nothing is taken in plaintext`(middle: Middle) {
        let siege = Siege("close_notify in \(middle.rawValue)", isSecure: true, middle.options)
        siege.client.enterTLS()
        middle.reach(siege.client)
        siege.client.closeNotify()
        siege.client.sendInPlaintext(middle.plaintext)
        let octets = siege.client.restInPlaintext()
        #expect(Wire.isTLS(octets), "\(octets)")
        siege.expectEnd(log: [" session-closed: ", "octets_received="])
        #expect(!siege.mailpit.log.contains(" auth-ok: "))
    }

    @Test(arguments: Middle.allCases)
    func `The end of the connection without close_notify is no end of a message`(middle: Middle) {
        let siege = Siege("the end in \(middle.rawValue)", isSecure: true, middle.options)
        siege.client.enterTLS()
        middle.reach(siege.client)
        siege.expectEndOfClient(log: [" tls-failed: TLS ended early: "]) {
            siege.client.endWithoutCloseNotify()
        }
        #expect(siege.mailpit.log.contains("no-close-notify"))
    }

    @Test(arguments: Middle.allCases)
    func `Plaintext within TLS breaks it`(middle: Middle) {
        let siege = Siege("plaintext in \(middle.rawValue)", isSecure: true, middle.options)
        siege.client.enterTLS()
        middle.reach(siege.client)
        siege.client.sendInPlaintext(middle.plaintext)
        siege.expectFailedHandshake(log: [" tls-failed: TLS ended early: "])
    }
}
