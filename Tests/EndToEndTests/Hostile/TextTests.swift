import TestSupport
import Testing

/// Names and addresses of every wrong kind.
extension HostileTests {
    private static let badHello = ["501 5.5.4 Syntax error in parameters or arguments"]
    private static let badSender = ["501 5.1.7 Bad sender address syntax"]
    private static let badRecipient = ["501 5.1.3 Bad recipient address syntax"]
    private static let ok = ["250 2.0.0 Ok"]

    /// Every control character but LF, which ends a line.
    private static let controls = (UInt8(0)..<32).filter { $0 != 10 } + [127]

    /// Each is no UTF-8: a lone octet, one too few, overlong, a surrogate, beyond the last.
    private static let notUTF8: [[UInt8]] = [
        [0x80], [0xFF], [0xC3], [0xE2, 0x82], [0xC0, 0xAF], [0xE0, 0x80, 0xAF],
        [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
    ]

    private func say(_ client: SMTPClient, _ parts: [UInt8]...) -> [String] {
        client.send(parts.flatMap { $0 } + [13, 10])
        return client.reply()
    }

    @Test func `EHLO and MAIL with a control character in every place`() {
        for place in [
            "EHLO x%y.example", "MAIL FROM:<x%y@b.example>", "MAIL FROM:<x@%b.example>",
            "MAIL FROM:<\"x%y\"@b.example>", "MAIL FROM:<\"x\\%y\"@b.example>",
            "MAIL%FROM:<x@b.example>",
            "MAIL FROM:<x@b.example>%", "MAIL FROM:<x@b.example> BODY=%8BITMIME", "NOOP x%",
        ] {
            let siege = Siege("a control character in \(place)")
            siege.client.command("EHLO client.example")
            let halves = place.split(separator: "%", omittingEmptySubsequences: false)
            for octet in Self.controls {
                let reply = say(
                    siege.client, Array(halves[0].utf8), [octet], Array(halves[1].utf8))
                // White space may stand between words and at the end: RFC 5321 §4.1.1.
                let isTolerated =
                    octet == 9 && (halves[0].hasSuffix("L") || halves[1] == "")
                    || octet == 13 && halves[1] == "" && halves[0].hasPrefix("x")
                #expect(
                    reply.first?.hasPrefix(isTolerated ? "250 " : "50") == true,
                    "\(place) with \(octet): \(reply)")
                if octet % 2 == 0 { #expect(siege.client.command("RSET") == Self.ok) }
            }
            siege.client.send("QUIT\r\n")
            siege.expectEnd(saying: "221 2.0.0 Bye\r\n", log: [" protocol-error: answered 50"])
            #expect(siege.mailpit.log.utf8.allSatisfy { $0 >= 32 && $0 != 127 || $0 == 10 })
        }
    }

    @Test func `RCPT with a control character in every place`() {
        let siege = Siege("a control character in RCPT")
        let client = siege.client
        client.command("EHLO client.example")
        client.command("MAIL FROM:<a@b.example>")
        for octet in Self.controls {
            #expect(
                say(client, Array("RCPT TO:<x".utf8), [octet], Array("y@d.example>".utf8))
                    == Self.badRecipient, "\(octet)")
            #expect(
                say(client, Array("RCPT TO:<x@y".utf8), [octet], Array("d.example>".utf8))
                    == Self.badRecipient, "\(octet)")
            // A tab may be quoted nowhere, and neither may any other: RFC 5321 §4.1.2.
            #expect(
                say(client, Array("RCPT TO:<\"x".utf8), [octet], Array("y\"@d.example>".utf8))
                    == Self.badRecipient, "\(octet)")
            #expect(client.command("RCPT TO:<c@d.example>") == ["250 2.1.5 Ok"])
        }
        client.send("QUIT\r\n")
        siege.expectEnd(saying: "221 2.0.0 Bye\r\n", log: ["501 5.1.3"])
    }

    @Test func `Octets that are no UTF-8 are in no name and no address`() {
        let siege = Siege("invalid UTF-8")
        let client = siege.client
        client.command("EHLO client.example")
        for octets in Self.notUTF8 {
            #expect(say(client, Array("EHLO x".utf8), octets) == Self.badHello, "\(octets)")
            #expect(
                say(client, Array("MAIL FROM:<x".utf8), octets, Array("@b.example> SMTPUTF8".utf8))
                    == Self.badSender, "\(octets)")
            #expect(
                say(client, Array("MAIL FROM:<x@b".utf8), octets, Array("> SMTPUTF8".utf8))
                    == Self.badSender, "\(octets)")
            #expect(client.command("RSET") == Self.ok)
        }
        client.send("QUIT\r\n")
        siege.expectEnd(saying: "221 2.0.0 Bye\r\n", log: ["501 5.1.7"])
    }

    static let senders: [(path: String, isGood: Bool)] = [
        ("%n%s%x@b.example", true), ("$(id)@b.example", false), ("`id`@b.example", true),
        ("a'b@b.example", true), ("\"a b\"@b.example", true), ("\"a\\\"b\"@b.example", true),
        ("\"a\\\\\"@b.example", true), ("\"a\\\"@b.example", false), ("\"a\"b\"@b.example", false),
        ("a\\b@b.example", false), ("\"@b.example", false), ("\"\"@b.example", true),
        ("a\"b@b.example", false), ("../../x@b.example", false), ("/etc/passwd@b.example", true),
        ("a@b.example/../x", false), ("|id@b.example", true), ("a@b@c.example", false),
        ("a@[127.0.0.1]", true), ("a@[127.0.0.256]", false), ("a@[IPv6:::1]", true),
        ("a@[IPv6:::1", false), ("a@-b.example", false), ("a@b..example", false), ("a@", false),
        ("@b.example", false), ("a", false), (">@b.example", false), ("a@b.example>x", false),
        ("<a@b.example>", false), ("a@b.example,c@d.example", false),
        (String(repeating: "a", count: 890) + "@b.example", true),
        (String(repeating: "a", count: 891) + "@b.example", false),
        (String(repeating: "a", count: 1900) + "@b.example", false),
        ("@x.example,@y.example:a@b.example", true), ("@x.example:@y.example:a@b.example", false),
    ]

    @Test func `Senders that are odd but good are stored as they are, others are refused`() {
        for (path, isGood) in Self.senders {
            let siege = Siege("MAIL FROM:<\(path.prefix(40))>")
            let client = siege.client
            client.command("EHLO %n%s.\(String(repeating: "x", count: 1000))")
            let reply = client.command("MAIL FROM:<\(path)>")
            if isGood {
                #expect(reply == ["250 2.1.0 Ok"], "\(path)")
                client.command("RCPT TO:<c@d.example>")
                client.command("DATA")
                #expect(client.command("Subject: x\r\n\r\ny\r\n.").starts(with: "250 "))
            } else {
                #expect(reply.starts(with: "501 5."), "\(path): \(reply)")
            }
            client.send("QUIT\r\n")
            siege.expectEnd(
                saying: "221 2.0.0 Bye\r\n", stored: isGood ? 1 : 0,
                log: [isGood ? " message-stored: " : " protocol-error: "])
            let kept = path.hasPrefix("@x") ? "a@b.example" : path
            guard isGood, let message = siege.mailpit.messages.first else { continue }
            #expect(message.octets.starts(with: "Return-Path: <\(kept)>\n".utf8), "\(path)")
            #expect(message.trace?.helo == "[invalid]")
            #expect(message.message == Array("Subject: x\n\ny\n".utf8))
        }
    }

    @Test(arguments: [
        " folded\r\n", "\tfolded\r\n", "From a@b.example Wed Nov 25 04:30:00 2026\r\n",
        ">From x\r\n", ": x\r\n", "\0\r\n", "Return-Path: <evil@example.org>\r\n", "\r\n",
        "\u{FF}: x\r\n",
    ])
    func `A message that begins with no header field continues none of ours`(first: String) {
        let siege = Siege("a message that begins with \(first.debugDescription)")
        siege.client.command("EHLO client.example")
        let reply = siege.client.deliver(first + "Subject: x\r\n\r\ny\r\n")
        #expect(reply.hasPrefix("250 2.0.0 Ok: queued"))
        siege.client.send("QUIT\r\n")
        siege.expectEnd(saying: "221 2.0.0 Bye\r\n", stored: 1, log: [" message-stored: "])
        let isSeparated = !first.hasPrefix("Return-Path") && first != "\r\n"
        let text = first.dropLast() + "\nSubject: x\n\ny\n"
        #expect(
            siege.mailpit.messages.first?.message == Array(((isSeparated ? "\n" : "") + text).utf8))
    }
}
