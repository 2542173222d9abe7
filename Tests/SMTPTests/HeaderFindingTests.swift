import Notation
import Testing

@testable import SMTP

/// What is told of the fields of a header.
@Suite struct HeaderFindingTests {
    private func found(_ header: String, stride: Int) -> String {
        var inspector = HeaderInspector()
        let octets = Array(header.utf8)
        for start in Swift.stride(from: 0, to: octets.count, by: stride) {
            _ = inspector.inspect(octets[start..<min(start + stride, octets.count)].span)
        }
        return inspector.findings.text
    }

    private static let date = "Date: Wed, 25 Nov 2026 08:00:00 +0000\n"
    private static let identifier = "Message-ID: <1@client.example>\n"
    private static let from = "From: me@example.org\n"
    private static let good = from + date + identifier

    @Test(arguments: [
        "Date", "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Message-ID", "In-Reply-To",
        "References", "Subject",
    ]) func `what may be there once is a finding when it is there twice`(name: String) {
        let line =
            switch name {
            case "Date": Self.date
            case "Message-ID": Self.identifier
            default: "\(name): x\n"
            }
        for stride in [1, 5, 5000] {
            let other = Self.good.contains("\(name):") ? "" : line
            #expect(found(Self.good + other + "\n" + line, stride: stride) == "")
            #expect(
                found(Self.good + other + line.uppercased(), stride: stride)
                    == "duplicate-header")
        }
    }

    @Test func `what may be there more than once is none`() {
        let trace = "Received: x\nX-To: x\nComments: x\nKeywords: x\nXXXXXXXXXXXXXXFROM: x\n"
        #expect(found(Self.good + trace + trace, stride: 7) == "")
    }

    @Test(arguments: [
        good + "no field\n", good + "no field\n folded: x\n", good + ": x\n", good + "a\n",
        good + "From 0123 Mon Sep 17 00:00:00 2001\nTo: x\n",
        from + "no field\n" + date + identifier, date + "x y: z\n" + from + identifier,
        "From : me@example.org\n" + date + identifier, good + "X \t: y\n", good + "\u{1}: x\n",
        good + "ä: x\n", good + String(repeating: "x", count: 998) + ": y\n",
    ]) func `a line that is no field is told, and the header goes on behind it`(header: String) {
        for stride in [1, 3, 5000] {
            #expect(found(header + "\n", stride: stride) == "malformed-header")
            #expect(
                found(header + "Subject: x\n\nSubject: x\n", stride: stride) == "malformed-header")
        }
    }

    @Test func `without a first field there is no header, and nothing else is told of it`() {
        for first in [" From: x\n", "From 0123\n", "\n", ": x\n", "text\n"] {
            #expect(found(first + Self.good + Self.good, stride: 2) == "no-header")
        }
    }

    @Test(arguments: [
        "Wed, 25 Nov 2026 08:00:00 +0000", "25 Nov 2026 08:00 -0000", "1 jan 2026 23:59:60 GMT",
        "Wed, 25 Nov 2026 08:00:00 +0000 (UTC)", "(a(b\\)c)) Wed (x) , 25 (y) Nov 26 8 : 0 : 0 Z",
        "Thu, 29 Feb 2024 00:00:00 EST", "29 Feb 00 0:0 UT",
        "\tFri,\n 27 Nov 2026\n\t08:00:00\n +0100",
        "31 Dec 2026 23:59:59 +1459",
    ]) func `a date that can be read is no finding`(text: String) {
        for stride in [1, 4, 5000] {
            #expect(found(Self.from + Self.identifier + "Date: \(text)\n", stride: stride) == "")
        }
    }

    @Test(arguments: [
        "", "x", "25.11.2026 08:00", "2026-11-25T08:00:00Z", "Wed Nov 25 08:00:00 2026",
        "Wed, 25 Nov 2026 08:00:00", "Wed, 32 Nov 2026 08:00:00 +0000", "0 Nov 2026 08:00:00 +0000",
        "31 Nov 2026 08:00:00 +0000", "30 Feb 2024 08:00:00 +0000", "29 Feb 2023 08:00:00 +0000",
        "25 Nov 2026 24:00:00 +0000", "25 Nov 2026 08:60:00 +0000", "25 Nov 2026 08:00:61 +0000",
        "25 Nov 2026 08:00:00 +000", "25 Nov 2026 08:00:00 +00000", "25 Nov 2026 08:00:00 +0060",
        "25 Nov 2026 08:00:00 GMT+0100", "Mit, 25 Nov 2026 08:00:00 +0000",
        "Wed 25 Nov 2026 08:00:00 +0000", "25 Dez 2026 08:00:00 +0000", "25 Nov 1 08:00:00 +0000",
        "25 Nov 2026 08:00:00 abcdef", "25 Nov 2026 08:00:00 +0000 (",
    ]) func `a date that cannot be read is told`(text: String) {
        for stride in [1, 4, 5000] {
            let header = Self.from + Self.identifier + "Date: \(text)\n"
            // A comment that does not end is to the end of the field, which is no reason to mind.
            let names = text.hasSuffix("(") ? "" : "malformed-header"
            #expect(found(header, stride: stride) == names)
            #expect(found(header + "\n", stride: stride) == names)
        }
    }

    @Test(arguments: [
        ("<1@client.example>", ""), ("<a.b$c@[192.0.2.1]>", ""), (" (x) <a@b> (y)", ""),
        ("\n <a@b>", ""), (#"<"a b\"c@"@d>"#, ""), ("<a..b@host_1>", ""), ("<ä@b>", ""),
        ("", "malformed-header"), ("12345", "malformed-header"), ("<12345>", "malformed-header"),
        ("<a@>", "malformed-header"), ("<@b>", "malformed-header"), ("<a@b", "malformed-header"),
        ("<a@b@c>", "malformed-header"), ("<a b@c>", "malformed-header"),
        ("<a@b> <c@d>", "malformed-header"), ("a@b", "malformed-header"),
        ("<a@b> x", "malformed-header"),
    ]) func `a message identifier is an address in angle brackets`(text: String, names: String) {
        for stride in [1, 4, 5000] {
            #expect(found(Self.from + Self.date + "Message-ID:\(text)\n", stride: stride) == names)
        }
    }

    @Test func `of what is longer than a line may be nothing is said`() {
        for (count, names) in [(998, "malformed-header"), (999, "")] {
            let text = String(repeating: "x", count: count)
            for field in ["Message-ID:\(text)\n" + Self.date, "Date:\(text)\n" + Self.identifier] {
                #expect(found(Self.from + field, stride: 10) == names)
            }
        }
    }
}
