import Foundation
import POSIX
import TestSupport
import Testing

/// The order of system calls that a 250 depends on, as `strace` sees it.
@Suite struct SystemCallTests {
    /// The program under `strace`, and the client of its only session.
    private final class Traced {
        let child: Child
        let client: SMTPClient
        let maildir: String
        private let directory = TemporaryDirectory()
        private let trace: String

        init(_ options: [String] = [], injecting fault: String? = nil) {
            let pair = SocketPair()
            let socket = pair.second.rawValue
            trace = directory.file("trace")
            maildir = directory.file("Maildir")
            // There already, so that the first folder to be synced is that of the message.
            for folder in ["cur", "new", "tmp"] {
                try! FileManager.default.createDirectory(
                    atPath: "\(maildir)/\(folder)", withIntermediateDirectories: true)
            }
            child = Child(
                [
                    "strace", "-f", "-y", "-s", "64", "-o", trace, "-e",
                    "trace=write,writev,sendto,sendmsg,pwrite64,fsync,fdatasync,rename,renameat,"
                        + "renameat2,link,linkat,unlink,unlinkat",
                ] + (fault.map { ["-e", "inject=\($0)"] } ?? []) + [Mailpit.binary] + options
                    // strace puts an unknown call in the place of one that is to fail, which the
                    // system call filter rightly takes for the end.
                    + (fault == nil ? [] : ["--sandbox=off"]),
                environment: [
                    "PATH": "/usr/bin:/bin", "MP_MAILDIR": maildir, "MP_HOSTNAME": "mx.example",
                    "MP_SMTP_TLS_CERT": TestCertificate.shared.certificateFile,
                    "MP_SMTP_TLS_KEY": TestCertificate.shared.keyFile,
                ], descriptors: [0: socket, 1: socket])
            client = SMTPClient(Descriptor(owning: dup(pair.first.rawValue)))
        }

        /// The calls so far, as they are shown.
        var lines: [String] {
            (textOfFile(trace) ?? "").split(separator: "\n").map { String($0) }
        }
        var stored: [String]? { namesInDirectory("\(maildir)/new") }
        var abandoned: [String]? { namesInDirectory("\(maildir)/tmp") }
    }

    private static let message = "Subject: x\r\n\r\ny\r\n"

    /// Delivers a message, and returns all system calls.
    private func deliver(_ options: [String], isSecure: Bool) -> [String] {
        let traced = Traced(options)
        if isSecure {
            traced.client.begin()
        } else {
            _ = traced.client.reply()
            traced.client.command("EHLO client.example")
        }
        #expect(traced.client.deliver(Self.message).hasPrefix("250 2.0.0 Ok: queued as "))
        traced.client.quit()
        #expect(traced.child.wait() == 0)
        return traced.lines
    }

    /// What a call is for, as far as it matters here.
    private enum Call: Equatable {
        case send, writeFile, syncFile, publish, syncFolder, remove
    }

    private func call(_ line: String) -> Call? {
        guard !line.hasSuffix("= ?"), let name = line.split(separator: " ").dropFirst().first else {
            return nil
        }
        let isSocket = line.contains("<socket:") || line.contains("<UNIX")
        switch name.prefix(while: { $0 != "(" }) {
        case "write", "writev", "sendto", "sendmsg", "pwrite64":
            let isFile = line.contains("/Maildir/tmp/") || line.contains("/Maildir/new/")
            return isSocket ? .send : isFile ? .writeFile : nil
        case "fsync", "fdatasync":
            if line.contains("/Maildir/tmp/") { return .syncFile }
            return line.contains("/Maildir/new>") ? .syncFolder : nil
        case "rename", "renameat", "renameat2", "link", "linkat":
            // Not the attempt that finds out whether both are on one file system.
            return line.contains(",S=") ? .publish : nil
        case "unlink", "unlinkat": return line.contains("Maildir") ? .remove : nil
        default: return nil
        }
    }

    /// Checks what happens between the last thing sent before the first octet of the file and the
    /// first one sent afterwards.
    private func expectOrder(_ lines: [String]) -> (before: String, after: String)? {
        let calls = lines.compactMap { line in call(line).map { ($0, line) } }
        guard let first = calls.firstIndex(where: { $0.0 == .writeFile }),
            let published = calls.firstIndex(where: { $0.0 == .publish }),
            let before = calls[..<first].lastIndex(where: { $0.0 == .send }),
            let after = calls[published...].firstIndex(where: { $0.0 == .send })
        else {
            Issue.record("not a delivery: \(lines.joined(separator: "\n"))")
            return nil
        }
        let between = calls[(before + 1)..<after].map(\.0)
        #expect(
            Array(between.drop { $0 == .writeFile || $0 == .send })
                == [.syncFile, .publish, .syncFolder],
            "\(calls.map(\.1).joined(separator: "\n"))")
        #expect(calls[after...].allSatisfy { $0.0 == .send })
        return (calls[before].1, calls[after].1)
    }

    @Test func `the 250 leaves after file and folder are synced`() throws {
        let ends = try #require(
            expectOrder(deliver(Mailpit.withoutTLS, isSecure: false)))
        // The 354 may leave before the file is begun or after.
        #expect(ends.after.contains("\"250 2.0.0 Ok: queued as "), "\(ends)")
        #expect(!ends.before.contains("queued as"))
    }

    @Test func `within TLS nothing leaves before file and folder are synced`() throws {
        let lines = deliver([], isSecure: true)
        let ends = try #require(expectOrder(lines))
        // A record of application data, and no word of what is in it.
        #expect(ends.after.contains("\"\\27\\3\\3\\0"), "\(ends)")
        #expect(!lines.contains { $0.contains("queued as") })
    }

    @Test func `nothing is written to the client by any other call`() {
        let lines = deliver(Mailpit.withoutTLS, isSecure: false)
        let sent = lines.filter { call($0) == .send }
        // Greeting, EHLO, MAIL, RCPT, 354, 250, 221: one write each.
        #expect(sent.count == 7, "\(sent.joined(separator: "\n"))")
    }

    @Test(arguments: [("write", 16), ("fsync", 3), ("renameat2", 2)])
    func `killed at any system call, it loses and halves nothing`(name: String, count: Int) {
        let expected = Array(Self.message.utf8.filter { $0 != 13 })
        var hasBeenKilled = false
        for number in 1...count {
            let traced = Traced(injecting: "\(name):signal=SIGKILL:when=\(number)")
            let client = traced.client
            client.begin()
            let isAcknowledged = client.deliver(Self.message).hasPrefix("250 2.0.0 ")
            client.quit()
            let status = traced.child.wait()
            hasBeenKilled = hasBeenKilled || status == -SIGKILL
            let messages = (traced.stored ?? []).map {
                StoredMessage(
                    name: $0, octets: octetsOfFile("\(traced.maildir)/new/\($0)") ?? [])
            }
            let place = "\(name) number \(number)"
            #expect(status == 0 || status == -SIGKILL, "\(place)")
            #expect(messages.count == 1 || messages.isEmpty && !isAcknowledged, "\(place)")
            for message in messages {
                #expect(message.hasSoundName, "\(place)")
                #expect(message.differsFrom(expected) == nil, "\(place)")
            }
        }
        #expect(hasBeenKilled)
    }

    @Test(arguments: [1, 2]) func `a disk that fails at the end is told, and nothing is left`(
        call: Int
    ) {
        // The file's and the folder's.
        let traced = Traced(injecting: "fsync:error=EIO:when=\(call)")
        traced.client.begin()
        #expect(traced.client.deliver(Self.message) == "451 4.3.0 Cannot store the message")
        #expect(traced.abandoned == [])
        #expect(traced.stored == [])
        // The next message finds the disk in order.
        #expect(traced.client.deliver(Self.message).hasPrefix("250 2.0.0 "))
        #expect(traced.stored?.count == 1)
        traced.client.quit()
        #expect(traced.child.wait() == 75)
    }

    @Test func `told to end while it stores a message, it stores and acknowledges it`() throws {
        let traced = Traced(injecting: "fsync:delay_enter=500000:when=1")
        traced.client.begin()
        traced.client.beginData()
        traced.client.send(Self.message + ".\r\n")
        // It is in the middle of it for half a second.
        #expect(eventually { traced.lines.contains { $0.contains(" fsync(") } })
        let program = try #require(ProcessTable.children(of: traced.child.pid).first)
        #expect(kill(program, SIGTERM) == 0)
        #expect(traced.client.reply().starts(with: "250 2.0.0 Ok: queued as "))
        #expect(traced.client.reply() == ["421 4.3.2 Shutting down"])
        traced.client.close()
        #expect(traced.child.wait() == 0)
        #expect(traced.stored?.count == 1)
        #expect(traced.abandoned == [])
    }
}
