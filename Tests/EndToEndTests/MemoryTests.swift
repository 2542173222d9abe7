import Glibc
import POSIX
import TestSupport
import Testing

/// The resident set does not grow with what a client sends.
@Suite(.serialized) struct MemoryTests {
    /// Octets that are sent: 200 MB to the release binary; less to one that is not optimised.
    private static let count = Mailpit.isRelease ? 200_000_000 : 20_000_000
    private static let toleranceKiB = 2048

    private func start(isSecure: Bool) -> Mailpit {
        let mailpit = Mailpit(
            (isSecure ? [] : Mailpit.withoutTLS) + ["--max-message-size", "0"])
        if isSecure {
            mailpit.client.begin()
        } else {
            _ = mailpit.client.reply()
            mailpit.client.command("EHLO client.example")
        }
        return mailpit
    }

    /// The peak after a message of about so many octets, in lines or in a single one.
    private func peakResident(octets: Int, isSecure: Bool, lineOctets: Int) -> Int? {
        let mailpit = start(isSecure: isSecure)
        let client = mailpit.client
        client.beginData()
        client.send("Subject: x\r\n\r\n")
        var line = [UInt8](repeating: UInt8(ascii: "x"), count: min(lineOctets, 1 << 20))
        if lineOctets < 1 << 20 { line.replaceSubrange((lineOctets - 2)..., with: [13, 10]) }
        let block = Array(repeatElement(line, count: max(1, (1 << 20) / line.count)).joined())
        var sent = 0
        while sent < octets {
            let part = block.prefix(min(block.count, octets - sent))
            client.send(Array(part))
            sent += part.count
        }
        #expect(client.command("\r\n.").starts(with: "250 2.0.0 "))
        let peak = ProcessTable.peakResidentKiB(of: mailpit.child.pid)
        // All of it is there.
        let size = mailpit.stored?.first?.split(separator: ",").first { $0.hasPrefix("S=") }
        #expect(size.flatMap { Int($0.dropFirst(2)) }.map { $0 > octets * 98 / 100 } == true)
        client.quit()
        #expect(mailpit.child.wait() == 0)
        return peak
    }

    @Test(arguments: [false, true])
    func `a message of 200 MB needs no more memory than one of 1 KB`(isSecure: Bool) throws {
        let small = try #require(peakResident(octets: 1000, isSecure: isSecure, lineOctets: 100))
        let inLines = try #require(
            peakResident(octets: Self.count, isSecure: isSecure, lineOctets: 100))
        #expect(inLines - small < Self.toleranceKiB, "\(small) KiB, \(inLines) KiB")
        let inOneLine = try #require(
            peakResident(octets: Self.count, isSecure: isSecure, lineOctets: .max))
        #expect(inOneLine - small < Self.toleranceKiB, "\(small) KiB, \(inOneLine) KiB")
    }

    @Test(arguments: [false, true])
    func `a chunk of 200 MB needs no more memory than one of 1 KB`(isSecure: Bool) throws {
        let peaks = try [1000, Self.count].map { count in
            let mailpit = start(isSecure: isSecure)
            let client = mailpit.client
            client.command("MAIL FROM:<alice@example.org>")
            client.command("RCPT TO:<bob@example.org>")
            client.send("BDAT \(count) LAST\r\n")
            let block = [UInt8](repeating: UInt8(ascii: "x"), count: min(count, 1_000_000))
            for _ in 0..<(count / block.count) { client.send(block) }
            #expect(client.reply().starts(with: "250 2.0.0 "))
            return try #require(ProcessTable.peakResidentKiB(of: mailpit.child.pid))
        }
        #expect(peaks[1] - peaks[0] < Self.toleranceKiB, "\(peaks)")
    }

    @Test(arguments: [false, true])
    func `a command line of 200 MB is cut off, and needs no memory`(isSecure: Bool) throws {
        let small = try #require(peakResident(octets: 1000, isSecure: isSecure, lineOctets: 100))
        let mailpit = start(isSecure: isSecure)
        let client = mailpit.client
        // Just short of where the session ends: refused, and the next command is heard.
        client.send([UInt8](repeating: UInt8(ascii: "x"), count: 65_000))
        #expect(client.command("").starts(with: "500 5.5.2 "))
        #expect(client.command("NOOP") == ["250 2.0.0 Ok"])
        let peak = try #require(ProcessTable.peakResidentKiB(of: mailpit.child.pid))
        #expect(peak - small < Self.toleranceKiB, "\(small) KiB, \(peak) KiB")
        let block = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        var sent = 0
        while sent < Self.count, mailpit.child.wait(seconds: 0) == nil {
            client.send(block)
            sent += block.count
        }
        #expect(client.reply().starts(with: "421 "))
        #expect(mailpit.child.wait() == 0)
    }

    @Test func `10 MB of commands whose replies nobody takes need no memory`() throws {
        let small = try #require(peakResident(octets: 1000, isSecure: false, lineOctets: 100))
        let mailpit = start(isSecure: false)
        let client = mailpit.client
        client.command("MAIL FROM:<alice@example.org>")
        client.command("RCPT TO:<bob@example.org>")
        // Of empty chunks there may be any number, and each has its 250.
        let chunk = "BDAT 0\(String(repeating: " ", count: 20))\r\n"
        let count = Mailpit.isRelease ? 400_000 : 40_000
        let commands = Array(String(repeating: chunk, count: count).utf8)
        var rest = commands[...]
        // The server does not read on before its replies are taken.
        while client.canSend(milliseconds: 300) { rest = rest.dropFirst(client.sendSome(rest)) }
        #expect(rest.count > commands.count / 10, "all of it was taken in")
        let held = try #require(ProcessTable.peakResidentKiB(of: mailpit.child.pid))
        #expect(held - small < Self.toleranceKiB, "\(small) KiB, \(held) KiB")
        // Once they are taken it goes on where it was, and no reply is lost.
        var replies = 0
        while replies < count {
            while !rest.isEmpty, client.canSend(milliseconds: 0) {
                let sent = client.sendSome(rest)
                if sent == 0 { break }
                rest = rest.dropFirst(sent)
            }
            let octets = client.takeSome()
            if octets.isEmpty { break }
            replies += octets.count { $0 == 10 }
        }
        #expect(replies == count)
        let peak = try #require(ProcessTable.peakResidentKiB(of: mailpit.child.pid))
        #expect(peak - small < Self.toleranceKiB, "\(small) KiB, \(peak) KiB")
        client.quit()
        #expect(mailpit.child.wait() == 0)
    }
}
