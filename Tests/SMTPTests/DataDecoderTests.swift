import Testing

@testable import SMTP

@Suite struct DataDecoderTests {
    /// What `text`, in the escapes of a transcript, decodes to, whole and an octet at a time: the
    /// octets, and with "|" what is left behind the end of the data.
    private func decode(_ text: String, _ framing: DataDecoder.Framing) -> String {
        let input = unescape(text)
        var whole = DataDecoder(framing: framing)
        let (decoded, consumed) = whole.decode(input[...])
        var single = DataDecoder(framing: framing)
        var pieces: [UInt8] = []
        for octet in input.prefix(consumed) { pieces += single.decode([octet]).decoded }
        #expect(pieces == decoded)
        #expect(single == whole)
        let rest = whole.isEnded ? "|" + escape(input[consumed...]) : ""
        return escape(decoded[...]) + rest
    }

    private func escape(_ octets: ArraySlice<UInt8>) -> String {
        octets.map { octet in
            switch octet {
            case 13: #"\r"#
            case 10: #"\n"#
            case 0: #"\0"#
            default: String(UnicodeScalar(octet))
            }
        }.joined()
    }

    // Each state by the octets that lead to it, then each octet that matters, then "x\r\n.\r\n".
    @Test(arguments: [
        // At the start of a line.
        (#"\rx"#, #"\rx"#), (#"\nx"#, #"\nx"#), (#".x"#, "x"), (#"\0x"#, #"\0x"#), ("ax", "ax"),
        (#"a\r\n\n.\r\nx"#, #"a\n\n.\nx"#),
        // Within a line.
        (#"a\rx"#, #"a\rx"#), (#"a\nx"#, #"a\nx"#), ("a.x", "a.x"), (#"a\0x"#, #"a\0x"#),
        ("aax", "aax"),
        // Behind a CR.
        (#"a\r\rx"#, #"a\r\rx"#), (#"a\r\nx"#, #"a\nx"#), (#"a\r.x"#, #"a\r.x"#),
        (#"a\r\0x"#, #"a\r\0x"#), (#"a\rax"#, #"a\rax"#),
        // Behind a dot that begins a line.
        (#"a\r\n.\r\nx"#, #"a\n|x\r\n.\r\n"#), (#"a\r\n.\nx"#, #"a\n\nx"#),
        (#"a\r\n.\n.\r\nx"#, #"a\n\n.\nx"#), (#"a\r\n..x"#, #"a\n.x"#),
        (#"a\r\n.\0x"#, #"a\n\0x"#), (#"a\r\n.ax"#, #"a\nax"#),
        // Behind a dot that begins a line, and a CR.
        (#".\r\rx"#, #"\r\rx"#), (#".\r\nx"#, #"|x\r\n.\r\n"#), (#".\r.x"#, #"\r.x"#),
        (#".\r\0x"#, #"\r\0x"#), (#".\rax"#, #"\rax"#),
        (#".\r\r\nx"#, #"\r\nx"#), (#"...\r\nx"#, #"..\nx"#),
    ])
    func `in CRLF lines`(text: String, decoded: String) {
        let expected = decoded.contains("|") ? decoded : decoded + #"\n|"#
        #expect(decode(text + #"\r\n.\r\n"#, .dots(.crlf)) == expected)
    }

    @Test(arguments: [
        (#"\rx"#, #"\rx"#), (#"\nx"#, #"\nx"#), (#".x"#, "x"), (#"\0x"#, #"\0x"#), ("ax", "ax"),
        (#"a\rx"#, #"a\rx"#), (#"a\nx"#, #"a\nx"#), ("a.x", "a.x"), (#"a\0x"#, #"a\0x"#),
        (#"a\r\rx"#, #"a\r\rx"#), (#"a\r\nx"#, #"a\nx"#), (#"a\r.x"#, #"a\r.x"#),
        (#"a\r\0x"#, #"a\r\0x"#),
        (#"a\n.\nx"#, #"a\n|x\n.\n"#), (#"a\n.\r\nx"#, #"a\n|x\n.\n"#), (#"a\n..x"#, #"a\n.x"#),
        (#"a\n.\0x"#, #"a\n\0x"#), (#"a\r\n.\nx"#, #"a\n|x\n.\n"#), (#".\nx"#, #"|x\n.\n"#),
        (#".\r\rx"#, #"\r\rx"#), (#".\r.x"#, #"\r.x"#), (#".\r\0x"#, #"\r\0x"#),
        (#"a\r\r\nx"#, #"a\r\nx"#), (#"a\r.\nx"#, #"a\r.\nx"#),
    ])
    func `in LF lines`(text: String, decoded: String) {
        let expected = decoded.contains("|") ? decoded : decoded + #"\n|"#
        #expect(decode(text + #"\n.\n"#, .dots(.lf)) == expected)
    }

    @Test(arguments: [
        (#".\r\n..\r\n.\r\nx"#, #".\n..\n.\nx"#), (#"a\nb\rc\0d"#, #"a\nb\rc\0d"#),
        (#"\r\r\n\n\rx"#, #"\r\n\n\rx"#),
    ])
    func `in chunks a dot is a dot`(text: String, decoded: String) {
        #expect(decode(text, .counted) == decoded)
    }

    @Test func `a CR held back at the end of the last chunk is content`() {
        var decoder = DataDecoder(framing: .counted)
        #expect(decoder.decode([97, 13]).decoded == [97])
        #expect(decoder.messageOctets == 1)
        #expect(decoder.finish() == [13])
        #expect(decoder.messageOctets == 2)
        #expect(decoder.isEnded)
    }

    @Test(arguments: [
        (#"ab\r\n.\r\n"#, 4), (#"..\r\n.\r\n"#, 3), (#".a\r\n.\r\n"#, 3), (#"a\rb\nc\r\n.\r\n"#, 7),
        (#".\r\n"#, 0), (#"\r\n.\r\n"#, 2),
        (String(repeating: "x", count: 999) + #"\r\n.\r\n"#, 1001),
    ])
    func `octets are counted as RFC 1870 has it`(text: String, octets: UInt64) {
        var decoder = DataDecoder(framing: .dots(.crlf))
        _ = decoder.decode(unescape(text)[...])
        #expect(decoder.isEnded)
        #expect(decoder.messageOctets == octets)
    }

    /// What ends a line, or does not.
    static let ends = [#"\n"#, #"\r"#, #"\r\n"#, #"\r\r\n"#, #"\n\r"#, #"\0"#, ""]

    @Test(arguments: ends, ends)
    func `a CRLF session ends a message at CRLF dot CRLF only`(before: String, after: String) {
        var session = Session.plain("EHLO x", "MAIL FROM:<>", "RCPT TO:<a@b>", "DATA")
        let smuggled = #"a: b\#(before).\#(after)MAIL FROM:<evil@x>\r\n"#
        let ends = before.hasSuffix(#"\r\n"#) && after == #"\r\n"#
        let actions = session.send(unescape(smuggled))
        #expect(actions.contains(.commitMessage) == ends)
        #expect(!actions.contains { if case .reply = $0 { true } else { false } })
    }

    @Test(arguments: ends, ends)
    func `an LF session ends a message at LF dot LF, with or without CR`(
        before: String, after: String
    ) {
        var session = Session.plain()
        for line in ["EHLO x", "MAIL FROM:<>", "RCPT TO:<a@b>", "DATA"] {
            _ = session.send(line + "\n")
        }
        let actions = session.send(unescape(#"a: b\#(before).\#(after)MAIL FROM:<evil@x>\n"#))
        let ends = before.hasSuffix(#"\n"#) && (after.hasPrefix(#"\n"#) || after == #"\r\n"#)
        #expect(actions.contains(.commitMessage) == ends)
    }

    @Test func `later lines cannot change the discipline`() {
        var session = Session.plain("EHLO x", "MAIL FROM:<>")
        #expect(session.replies(to: "RCPT TO:<a@b>\nDATA\n").count == 2)
        #expect(session.replies(to: "a: b\n.\n.\n") == [])
        #expect(session.replies(to: "\r\n.\r\n") == ["250 2.0.0 Ok: queued as N"])
    }

    @Test func `the handshake lets the discipline be fixed again`() {
        var session = Session(.test())
        _ = session.drain()
        _ = session.send("EHLO x\nSTARTTLS\n")
        session.tlsEstablished()
        _ = session.send("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n")
        #expect(session.replies(to: "a: b\n.\n") == [])
        #expect(session.replies(to: "\r\n.\r\n") == ["250 2.0.0 Ok: queued as N"])
    }

    @Test func `a first line that is too long fixes the discipline too`() {
        for (end, ends) in [("\n", true), ("\r\n", false)] {
            var session = Session.plain()
            let line = String(repeating: "x", count: 3000) + end
            #expect(session.replies(to: line) == ["500 5.5.2 Line too long"])
            _ = session.send("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n")
            #expect(session.send("a: b\n.\n").contains(.commitMessage) == ends)
        }
    }
}
