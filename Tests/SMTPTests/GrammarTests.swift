import Notation
import Testing

@testable import SMTP

@Suite struct GrammarTests {
    private func parser(_ text: String) -> CommandParser { CommandParser(unescape(text)[...]) }

    /// What stands between the brackets, if the path is valid.
    private func reversePath(_ text: String) -> String? {
        var parser = parser(text)
        guard let path = try? parser.reversePath(maximumOctets: 900), parser.isAtEnd else {
            return nil
        }
        return path.text
    }

    @Test(arguments: [
        ("<>", ""), ("<a@b>", "a@b"), ("<a.b@c.d>", "a.b@c.d"), ("<A@B>", "A@B"),
        ("<!#$%&'*+-/=?^_`{|}~@x>", "!#$%&'*+-/=?^_`{|}~@x"), ("<1@2>", "1@2"),
        (#"<"a b"@c>"#, #""a b"@c"#), (#"<""@c>"#, #"""@c"#), (#"<"a>b"@c>"#, #""a>b"@c"#),
        (##"<"\\""@c>"##, ##""\""@c"##), (##"<"\\\\"@c>"##, ##""\\"@c"##),
        (#"<"a@b"@c>"#, #""a@b"@c"#),
        ("<a@x-y.z>", "a@x-y.z"), ("<a@[192.0.2.1]>", "a@[192.0.2.1]"),
        ("<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]"), ("<a@[ipv6:::]>", "a@[ipv6:::]"),
        ("<@x:a@b>", "a@b"), ("<@x,@y.z:a@b>", "a@b"),
        ("<ä@ö.example>", "ä@ö.example"), ("<\u{1F4EE}@b>", "\u{1F4EE}@b"),
    ])
    func `a valid path`(text: String, address: String) {
        #expect(reversePath(text) == address)
    }

    @Test(arguments: [
        "", "<", "a@b", "<a@b", "a@b>", "<a>", "<@b>", "<a@>", "<a@b>>", "<<a@b>>", "<a@b> ",
        "< a@b>", "<a@b >", "<a b@c>", "<.a@b>", "<a.@b>", "<a..b@c>", "<a@.b>", "<a@b.>",
        "<a@b..c>", "<a@-b>", "<a@b->", "<a@b.-c>", "<a@b@c>", "<a,b@c>", "<a:b@c>",
        "<a(b)@c>", "<a@b(c)>", #"<"a@b>"#, #"<"a"b@c>"#, #"<a"b"@c>"#, ##"<"a\\"@b>"##,
        #"<"a\tb"@c>"#, #"<"a\0"@c>"#, #"<a\0@b>"#, #"<a\r@b>"#, #"<"a\r"@b>"#, #"<a\x7f@b>"#,
        #"<a\x80@b>"#, #"<a\xc3@b>"#, #"<a\xc0\xaf@b>"#, #"<a\xed\xa0\x80@b>"#, #"<a\xc2\x85@b>"#,
        #"<a\xf5\x80\x80\x80@b>"#, #"<"\\\x01"@b>"#, "<@x>", "<@x:>", "<@x@y:a@b>", "<@x,:a@b>",
        "<@x,y:a@b>", "<@ö:a@b>", #"<@\xff:a@b>"#, "<postmaster>",
        "<a@[]>", "<a@[1.2.3]>", "<a@[1.2.3.4]", "<a@[1.2.3.4.5]>", "<a@[1.2.3.256]>",
        "<a@[1.2.3.0004]>", "<a@[1.2..4]>", "<a@[ 1.2.3.4]>", "<a@[2001:db8::1]>",
        "<a@[IPv6:]>", "<a@[IPv6:1]>", "<a@[IPv6:1.2.3.4]>", "<a@[x:y]>",
    ])
    func `an invalid path`(text: String) {
        #expect(reversePath(text) == nil)
    }

    @Test(arguments: [
        "::", "::1", "1::", "1:2:3:4:5:6:7:8", "1::8", "1:2:3:4:5:6::", "::3:4:5:6:7:8",
        "ABCD:ef01::", "::ffff:192.0.2.1", "1:2:3:4:5:6:1.2.3.4", "::1.2.3.4",
        "1:2:3:4::1.2.3.4",
    ])
    func `a valid IPv6 address`(text: String) {
        #expect(IPAddressSyntax.isIPv6(Array(text.utf8)[...]))
    }

    @Test(arguments: [
        "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", ":1::2", "1::2:",
        "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "12345::", "g::", "1:2:3:4:5:6:7:1.2.3.4",
        "::1.2.3", "::1.2.3.4:5", "1.2.3.4::", "1:2:3:4:5::1.2.3.4", ":1:2:3:4:5:6:7:8",
    ])
    func `an invalid IPv6 address`(text: String) {
        #expect(!IPAddressSyntax.isIPv6(Array(text.utf8)[...]))
    }

    @Test func `a recipient may be Postmaster without a domain, but not nobody`() throws {
        var upper = parser("<PostMaster>")
        #expect(try upper.forwardPath(maximumOctets: 900) == .postmaster("PostMaster"))
        var withDomain = parser("<postmaster@b>")
        #expect(try withDomain.forwardPath(maximumOctets: 900).text == "postmaster@b")
        var null = parser("<>")
        #expect(throws: Reply.badRecipient) { try null.forwardPath(maximumOctets: 900) }
    }

    @Test(arguments: [
        ("", MailParameters()),
        (" SIZE=0", MailParameters(size: 0)),
        (" size=18446744073709551615", MailParameters(size: .max)),
        (" SIZE=00000000000000000000007", MailParameters(size: 7)),
        (" BODY=7BIT", MailParameters(body: .sevenBit)),
        (" body=8bitmime", MailParameters(body: .eightBit)),
        (" SMTPUTF8", MailParameters(usesSMTPUTF8: true)),
        (" AUTH=<>", MailParameters(hasAuthParameter: true)),
        (" AUTH=+0F+A9+FF", MailParameters(hasAuthParameter: true)),
        (" AUTH=e+3Dmc2@example.com", MailParameters(hasAuthParameter: true)),
        (
            "  SIZE=1 \tSMTPUTF8 BODY=7BIT AUTH=a",
            MailParameters(size: 1, body: .sevenBit, usesSMTPUTF8: true, hasAuthParameter: true)
        ),
    ])
    func `valid parameters of MAIL`(text: String, parameters: MailParameters) throws {
        var parser = parser(text)
        #expect(try parser.mailParameters(.standard) == parameters)
    }

    @Test(arguments: [
        "x", "SIZE=1", " SIZE", " SIZE=", " SIZE=-1", " SIZE=+1", " SIZE=0x10", " SIZE=1a",
        " SIZE=18446744073709551616", " SIZE=99999999999999999999999", " SIZE=1 SIZE=1",
        " SIZE=1=1", " BODY", " BODY=", " BODY=7BIT BODY=7BIT", " SMTPUTF8=1",
        " SMTPUTF8 SMTPUTF8", " AUTH", " AUTH=", " AUTH=a+3", " AUTH=a+3d", " AUTH=a+ZZ",
        " AUTH=a+0G",
        " AUTH=a+G0", " AUTH=a+@A",
        " AUTH=a AUTH=a", " -A=1", " =1", " A=\u{1}", " A=b=c", #" A=\xff"#, " SIZE:1", " A\u{0}",
    ])
    func `malformed parameters of MAIL`(text: String) {
        var parser = parser(text)
        #expect(throws: Reply.badSyntax) { try parser.mailParameters(.standard) }
    }

    @Test(arguments: [
        " X", " SIZES=1", " BODY=BINARYMIME", " BODY=9BIT", " RET=FULL", " ENVID=x",
        " A-B=c", " LONGERTHANEIGHT=1", " 1=1",
    ])
    func `unknown parameters of MAIL`(text: String) {
        var parser = parser(text)
        #expect(throws: Reply.unknownParameter) { try parser.mailParameters(.standard) }
    }

    @Test(arguments: [
        ("MAIL FROM:<a@b> X=1", "555 5.5.4"), ("MAIL FROM:<a@b>X", "501 5.5.4"),
        ("MAIL FROM:a@b", "501 5.1.7"), ("MAIL FROM: <a@b>", "250 2.1.0"),
        ("MAIL  from:<a@b>", "250 2.1.0"), ("MAIL FROM :<a@b>", "501 5.5.4"),
        ("MAIL FROM:<ä@b>", "553 5.6.7"), ("MAIL FROM:<ä@b> SMTPUTF8", "250 2.1.0"),
        ("MAIL FROM:<a@b> SIZE=52428800", "250 2.1.0"),
        ("MAIL FROM:<a@b> SIZE=52428801", "552 5.3.4"),
        ("MAIL FROM:<a@b> SIZE=0", "250 2.1.0"),
    ])
    func `MAIL`(line: String, reply: String) {
        var session = Session.plain("EHLO x")
        #expect(session.replies(to: line + "\r\n").first?.prefix(9) == reply[...])
    }

    @Test(arguments: [
        ("RCPT TO:<a@b>", "250 2.1.5"), ("RCPT TO: <a@b>", "250 2.1.5"),
        ("RCPT TO:<a@b> NOTIFY=NEVER", "555 5.5.4"), ("RCPT TO:<a@b> SIZE=1", "555 5.5.4"),
        ("RCPT TO:<a@b>x", "501 5.5.4"), ("RCPT TO:<>", "501 5.1.3"), ("RCPT TO:a@b", "501 5.1.3"),
        ("RCPT TO:<a>", "501 5.1.3"), ("RCPT FROM:<a@b>", "501 5.5.4"),
        ("RCPT TO:<ä@b>", "553 5.6.7"),
    ])
    func `RCPT`(line: String, reply: String) {
        var session = Session.plain("EHLO x", "MAIL FROM:<>")
        #expect(session.replies(to: line + "\r\n").first?.prefix(9) == reply[...])
    }

    @Test func `with SMTPUTF8 a recipient may go beyond ASCII`() {
        var session = Session.plain("EHLO x", "MAIL FROM:<> SMTPUTF8")
        #expect(session.replies(to: "RCPT TO:<ä@ö>\r\n") == ["250 2.1.5 Ok"])
    }

    @Test(arguments: [
        "client.example", "[192.0.2.1]", "[IPv6:::1]", "my_host", "-", "a..b", "ä.example",
        "127.0.0.1",
    ])
    func `EHLO takes any printable word`(name: String) {
        var session = Session.plain()
        #expect(session.replies(to: "EHLO \(name)\r\n").first == "250-mx.example")
    }

    @Test(arguments: [
        #"EHLO"#, "EHLO ", "EHLO a b", #"EHLO a\0"#, #"EHLO a\rb"#, #"EHLO \xff"#, "EHLO a\tb",
    ])
    func `EHLO takes nothing else`(line: String) {
        var session = Session.plain()
        #expect(session.replies(to: unescape(line + #"\r\n"#)).first?.prefix(3) == "501")
    }

    @Test(arguments: [
        (" 0", 0, false), (" 1 LAST", 1, true), ("  7\tlast", 7, true),
        (" 18446744073709551615", UInt64.max, false), (" 007", 7, false),
    ])
    func `a valid chunk size`(text: String, octets: UInt64, isLast: Bool) throws {
        var parser = parser(text)
        let chunk = try parser.bdat()
        #expect(chunk == (octets, isLast))
    }

    @Test(arguments: [
        "", " ", " x", " -1", " +1", " 0x1", " 1x", " 18446744073709551616", " 1 LAS", " 1 LASTS",
        " 1 LAST x", " LAST", " 1LAST", " 1.0", " 1,0",
    ])
    func `an invalid chunk size is refused, and ends the session`(text: String) {
        var session = Session.plain("EHLO x", "MAIL FROM:<>", "RCPT TO:<a@b>")
        #expect(
            render(session.send("BDAT\(text)\r\nNOOP\r\n"))
                == ["501 5.5.4 Syntax error in parameters or arguments", "! close"])
    }

    @Test(arguments: ["", " ", " =", " *"]) func `AUTH needs the name of a mechanism`(text: String)
    {
        var parser = parser(text)
        #expect(throws: Reply.badSyntax) { _ = try parser.auth() }
    }

    @Test func `text behind NOOP, HELP and VRFY may have tabs, and nothing else that is no text`() {
        var session = Session.plain()
        for (verb, code) in [("NOOP", "250"), ("HELP", "214"), ("VRFY", "252")] {
            for text in ["\ta\tb", " a\tb", " \u{E9}", ""] {
                #expect(session.replies(to: "\(verb)\(text)\r\n").first?.prefix(3) == code[...])
            }
            for text in [" a\0", " a\u{1B}", " a\rb"] {
                #expect(session.replies(to: "\(verb)\(text)\r\n").first?.prefix(3) == "501")
            }
        }
    }

    @Test(arguments: Verb.allCases)
    func `a verb is read in letters of either case and to its end only`(verb: Verb) {
        let name = "\(verb)"
        for text in [name, name.uppercased(), name + " x", name + "\tx"] {
            #expect(Verb(of: Array(text.utf8)[...]) == verb)
        }
        for text in [
            name + "x", "x" + name, " " + name, String(name.dropLast()), name + "\u{0}",
            "\u{0}" + name,
        ] {
            #expect(Verb(of: Array(text.utf8)[...]) == nil)
        }
    }
}
