import TestSupport
import Testing

/// Numbers that are none, or more than there can be.
extension HostileTests {
    private static let badSyntax = "501 5.5.4 Syntax error in parameters or arguments"
    private static let notNumbers = [
        "18446744073709551616", "99999999999999999999999999", "-1", "-0", "+1", "0x10", "10h",
        "1e3", "1.0", "1,000", "1_000", "", "٣", "१", "\u{0}1", "1\u{0}", "\u{7F}", "%d", "NaN",
    ]
    private static let huge = [
        "2147483648", "4294967296", "9223372036854775807", "9223372036854775808",
        "18446744073709551615", "00000000000000000000000018446744073709551615",
    ]

    @Test func `SIZE that is no number is a syntax error, and one too large is too large`() {
        let siege = Siege("SIZE of every wrong kind")
        let client = siege.client
        client.command("EHLO client.example")
        for text in Self.notNumbers + ["1 1", " 1", "1=1"] where text != "1 1" {
            #expect(
                client.command("MAIL FROM:<a@b.example> SIZE=\(text)") == [Self.badSyntax],
                "\(text.debugDescription)")
            #expect(client.command("RSET") == ["250 2.0.0 Ok"])
        }
        // Behind a blank there is another parameter, and none that is known.
        #expect(
            client.command("MAIL FROM:<a@b.example> SIZE=1 X") == [
                "555 5.5.4 Parameter not recognized"
            ])
        for text in Self.huge {
            #expect(
                client.command("MAIL FROM:<a@b.example> SIZE=\(text)")
                    == ["552 5.3.4 Message size exceeds the limit"])
        }
        #expect(
            client.command("MAIL FROM:<a@b.example> SIZE=000000000000000000000000000001")
                == ["250 2.1.0 Ok"])
        client.send("QUIT\r\n")
        siege.expectEnd(saying: "221 2.0.0 Bye\r\n", log: ["552 5.3.4"])
    }

    @Test(
        arguments: notNumbers + ["1 1", "1 LAST LAST", "1 LASTS", "1LAST", "LAST", "0 0", "1\tX"])
    func `A chunk whose size cannot be read ends the session`(text: String) {
        for isSecure in [false, true] {
            let siege = Siege("BDAT \(text.debugDescription)", isSecure: isSecure)
            siege.client.send("BDAT \(text)\r\nNOOP\r\nQUIT\r\n")
            let reply = isSecure ? "530 5.7.0 Must issue a STARTTLS command first" : Self.badSyntax
            siege.expectEnd(saying: reply + "\r\n", log: [reply])
        }
    }

    @Test(arguments: huge)
    func `A chunk that is larger than any message is read and never run`(text: String) {
        for isLast in [false, true] {
            let siege = Siege("BDAT \(text)\(isLast ? " LAST" : "")")
            let client = siege.client
            client.command("EHLO client.example")
            client.command("MAIL FROM:<a@b.example>")
            client.command("RCPT TO:<c@d.example>")
            client.send("BDAT \(text)\(isLast ? " LAST" : "")\r\n")
            client.flood("NOOP\r\nQUIT\r\n", times: 10_000)
            siege.expectEndOfClient(log: ["octets_received="]) { client.close() }
            #expect(client.rest() == [])
        }
    }

    @Test func `A chunk of 2^64-1 octets where there is no limit is stored by nobody`() {
        let siege = Siege("BDAT 2^64-1 without a limit", ["--max-message-size", "0"])
        let client = siege.client
        client.command("EHLO client.example")
        client.command("MAIL FROM:<a@b.example> SIZE=18446744073709551615")
        client.command("RCPT TO:<c@d.example>")
        client.send("BDAT 10\r\n0123456789BDAT 18446744073709551615 LAST\r\n")
        #expect(client.reply() == ["250 2.0.0 Ok"])
        client.flood("NOOP\r\nQUIT\r\n", times: 10_000)
        siege.expectEndOfClient(log: ["octets_received="]) { client.close() }
        #expect(client.rest() == [])
    }

    @Test(arguments: [100, 10_000])
    func `100 and 10,000 recipients, and a thousand too many`(limit: Int) {
        // Each that is accepted may need 100 octets besides, for its address and its place in the
        // header.
        let siege = Siege(
            "1,000 recipients more than the \(limit) that are allowed",
            ["--smtp-max-recipients", "\(limit)"],
            allowanceKiB: 2048 + limit / 10)
        let client = siege.client
        client.command("EHLO client.example")
        client.command("MAIL FROM:<a@b.example>")
        let accepted = client.flood(
            "RCPT TO:<recipient@d.example>\r\n", times: limit,
            expecting: Array("250 2.1.5 Ok\r\n".utf8))
        #expect(accepted == limit)
        let refused = client.flood(
            "RCPT TO:<recipient@d.example>\r\n", times: 1000,
            expecting: Array("452 4.5.3 Too many recipients\r\n".utf8))
        #expect(refused == 1000)
        #expect(client.command("DATA").starts(with: "354 "))
        #expect(
            client.command("Subject: x\r\n\r\ny\r\n.").starts(with: "250 2.0.0 Ok: "))
        client.send("QUIT\r\n")
        siege.expectEnd(saying: "221 2.0.0 Bye\r\n", stored: 1, log: [" message-stored: "])
        let text = siege.mailpit.onlyMessage ?? ""
        #expect(text.split(separator: "<recipient@d.example>").count - 1 == limit)
    }
}
