import Notation
import Testing

@testable import SMTP

@Suite struct MessageFindingTests {
    static let date = #"Date: 1 Jan 26 0:0 UT\r\n"#
    static let identifier = #"Message-ID: <x@y>\r\n"#
    static let header = #"From: a@b\r\n"# + date + identifier
    static let good = header + #"\r\n"#

    /// What the 250 to a message tells of it, sent by DATA or in chunks, in pieces of so many octets.
    ///
    /// In the text `%H` stands for a header without its end, `%G` for one with it, `%D` and `%I` for
    /// its Date and its Message-ID, `%L` for a line as long as can be and `%M` for one octet less.
    private func found(
        _ text: String, parameters: String = "", byChunks: Bool = false, lineEnd: String = "\r\n",
        stride: Int
    ) -> String? {
        var session = Session(.test(.unavailable))
        _ = session.drain()
        let data = unescape(
            text.replacing("%G", with: Self.good).replacing("%H", with: Self.header)
                .replacing("%L", with: Self.longest).replacing("%M", with: Self.longest.dropLast())
                .replacing("%D", with: Self.date).replacing("%I", with: Self.identifier))
        for line in ["EHLO c.example", "MAIL FROM:<>\(parameters)", "RCPT TO:<a@b>"] {
            _ = session.send(line + lineEnd)
        }
        _ = session.send((byChunks ? "BDAT \(data.count) LAST" : "DATA") + lineEnd)
        let octets = byChunks ? data : data + Array(".\(lineEnd)".utf8)
        var actions: [Action] = []
        for start in Swift.stride(from: 0, to: octets.count, by: stride) {
            actions += session.send(octets[start..<min(start + stride, octets.count)])
        }
        #expect(actions.last == .commitMessage)
        let before = session.findings
        session.messageStored(as: "N")
        guard case .reply(let reply)? = session.next() else { return nil }
        #expect(session.allFindings == before)
        if reply.lines == ["2.0.0 Ok: queued as N"] { return "" }
        let parts = reply.lines[0].split(separator: "(findings: ")
        #expect(parts[0] == "2.0.0 Ok: queued as N ")
        return String(parts[1].dropLast())
    }

    static let longest = String(repeating: "x", count: 998)

    @Test(arguments: [
        (#"%Ga\nb\r\n"#, "bare-lf"), (#"\n%G"#, "bare-lf, no-header"),
        (#"%HA: b\nC: d\r\n\r\n"#, "bare-lf"), (#"%G\n\r\n"#, "bare-lf"),
        (#"%Ga\rb\r\n"#, "bare-cr"), (#"%G\r.\r\n"#, "bare-cr"),
        (#"%Ga\r\r\r\n"#, "bare-cr, crcrlf"), (#"%Ga\r\rb\r\n"#, "bare-cr"),
        (#"%G.\rb\r\n"#, "bare-cr, missing-dot-stuffing"),
        (#"%G\n\r\0\r\n"#, "bare-lf, bare-cr, nul"),
        (#"%Ga\r\r\n"#, "crcrlf"), (#"%G.\r\r\n"#, "crcrlf, missing-dot-stuffing"),
        (#"%Ga\r\r\nb\r\r\n"#, "crcrlf"),
        (#"%HA: b\r\r\n\r\n"#, "crcrlf"),
        (#"%Ga\0b\r\n"#, "nul"), (#"%HA: \0\r\n\r\n"#, "nul"),
        (#"%G%Ly\r\n"#, "long-line"),
        (#"%HA: %L\r\n\r\n"#, "long-line"),
        (#"%G%L\n\r\n"#, "bare-lf, long-line"),
        (#"%HSubject: \xc3\xa4\r\n\r\n"#, "8bit-header"),
        (#"%HA: b\r\n \xff\r\n\r\n"#, "8bit-header"),
        (#"%G\xc3\xa4\r\n"#, "undeclared-8bit"), (#"%G\x80\r\n"#, "undeclared-8bit"),
        (#"%HSubject: x\r\nGr\xfc\xdfe\r\n"#, "8bit-header, malformed-header"),
        (#"%D%I\r\nFrom: x\r\n"#, "missing-from"),
        (#"Fro: x\r\nFromm: x\r\nX-From: x\r\n%D%I\r\n"#, "missing-from"),
        (#"From: x\r\n %D%I\r\n%D"#, "missing-date"),
        (#"From: x\r\n%D\r\n%I"#, "missing-message-id"),
        (#"From: x\r\n%DMessage-I: x\r\nXMessage-ID: x\r\n"#, "missing-message-id"),
        (#"From: x\r\n%Dnot a field\r\n%I"#, "malformed-header"),
        (#"%Gtext\r\n.x\r\n"#, "missing-dot-stuffing"), (#"%G.\t\r\n"#, "missing-dot-stuffing"),
        (#"%G.\nx\r\n"#, "bare-lf, missing-dot-stuffing"),
        (#"Subject: x\r\n\r\n"#, "missing-from, missing-date, missing-message-id"),
        (#""#, "no-header"), (#"\r\n"#, "no-header"), (#"text\r\n"#, "no-header"),
        (#" From: x\r\n"#, "no-header"), (#"\ta\r\n%G"#, "no-header"), (#": x\r\n"#, "no-header"),
        (#"From\xc3: x\r\n"#, "undeclared-8bit, no-header"),
        (#"%G"#, ""), (#"%G\r\n\tx\r\n..\r\n"#, ""), (#"%G%L\r\n"#, ""),
        (#"%G..%M\r\n"#, ""), (#"%G..\r\n...\r\n. \r\n"#, "missing-dot-stuffing"),
        (#"FROM: x\r\n%D%I\r\n"#, ""),
        (#"A: b\r\n c\r\n\td\r\n%I%DFrom: x\r\n"#, ""),
    ]) func `each finding is found alone, and none where there is none`(text: String, names: String)
    {
        for stride in [1, 7, 5000] { #expect(found(text, stride: stride) == names) }
    }

    @Test(arguments: [
        (#"%Ga\nb"#, "bare-lf"), (#"%Ga\r"#, "bare-cr"), (#"%Ga\r\r\n"#, "crcrlf"),
        (#"%G%Ly"#, "long-line"), (#"%G%L"#, ""), (#"%G.\r\n"#, ""),
        (#"%Ga\r\r"#, "bare-cr"),
    ]) func `chunks are looked at likewise`(text: String, names: String) {
        for stride in [1, 5000] { #expect(found(text, byChunks: true, stride: stride) == names) }
    }

    @Test func `in a session of LF lines a bare LF is no finding of the message`() {
        let text = Self.good.replacing(#"\r"#, with: "") + #"a\n"#
        for stride in [1, 5000] {
            for byChunks in [false, true] {
                let names = found(text, byChunks: byChunks, lineEnd: "\n", stride: stride)
                #expect(names == "bare-lf-command")
            }
            #expect(
                found(text + #"a\rb\r\r\n"#, lineEnd: "\n", stride: stride)
                    == "bare-lf-command, bare-cr, crcrlf")
        }
    }

    @Test(arguments: [
        (" BODY=8BITMIME", "8bit-header"), (" BODY=7BIT", "8bit-header, undeclared-8bit"),
        (" SMTPUTF8", "undeclared-8bit"), (" SMTPUTF8 BODY=8BITMIME", ""),
    ]) func `what was declared is no finding`(parameters: String, names: String) {
        let text = Self.header + #"Subject: \xc3\xa4\r\n\r\n\xc3\xa4\r\n"#
        for stride in [1, 5000] {
            #expect(found(text, parameters: parameters, stride: stride) == names)
        }
    }

    @Test(arguments: [(0, ""), (-1, "wrong-size"), (1, "")])
    func `SIZE may be more than what comes, and not less`(difference: Int, names: String) {
        let text = Self.good + #"..\r\n"#
        // In chunks no dot is stuffed.
        for (byChunks, octets) in [(false, unescape(text).count - 1), (true, unescape(text).count)]
        {
            for stride in [1, 5000] {
                let size = " SIZE=\(octets + difference)"
                #expect(
                    found(text, parameters: size, byChunks: byChunks, stride: stride) == names)
            }
        }
    }

    @Test func `a field name as long as can be still begins a header`() {
        for (count, names) in [
            (997, "long-line, missing-from, missing-date, missing-message-id"),
            (998, "long-line, no-header"),
        ] {
            let text = String(repeating: "x", count: count) + #": y\r\n\r\n"#
            for stride in [1, 5000] { #expect(found(text, stride: stride) == names) }
        }
    }

    @Test func `findings of one message are not told of the next, and those of the session are`() {
        var session = Session.plain("HELO c.example")
        func send(_ text: String) -> String? {
            for line in ["MAIL FROM:<>", "RCPT TO:<a@b>", "DATA"] {
                _ = session.send(line + "\r\n")
            }
            _ = session.send(unescape(text) + [46, 13, 10])
            session.messageStored(as: "N")
            guard case .reply(let reply)? = session.next() else { return nil }
            return reply.lines[0]
        }
        #expect(send(Self.good + #"\0\r\n"#) == "2.0.0 Ok: queued as N (findings: helo, nul)")
        #expect(send(Self.good) == "2.0.0 Ok: queued as N (findings: helo)")
        #expect(session.allFindings.text == "helo, nul")
    }

    @Test func `a summary is right for every octet at every place`() {
        for count in [1, 223, 224, 225, 500] {
            for octet in [0, 1, 9, 10, 11, 13, 127, 128, 129, 255] as [UInt8] {
                for place in 0..<count {
                    var octets = [UInt8](repeating: 65, count: count)
                    octets[place] = octet
                    let summary = OctetSummary(octets.span)
                    #expect(summary.hasNUL == (octet == 0))
                    #expect(summary.hasEightBit == (octet >= 128))
                    #expect(summary.lineFeeds == (octet == 10 ? 1 : 0))
                }
            }
        }
        #expect(OctetSummary([UInt8](repeating: 10, count: 5000).span).lineFeeds == 5000)
        #expect(OctetSummary([UInt8]().span) == OctetSummary([UInt8]().span))
    }
}
