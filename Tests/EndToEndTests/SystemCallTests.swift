import Glibc
import POSIX
import TestSupport
import Testing

/// The order of system calls that a 250 depends on, as `strace` sees it.
@Suite struct SystemCallTests {
    /// Delivers a message, and returns the system calls from the one that says 354 or, in TLS, the
    /// last thing that was sent before the message is in the file.
    private func deliver(_ options: [String], isSecure: Bool) -> [String] {
        let directory = TemporaryDirectory()
        let pair = SocketPair()
        let (trace, socket) = (directory.file("trace"), pair.second.rawValue)
        let child = Child(
            [
                "strace", "-f", "-y", "-s", "64", "-o", trace, "-e",
                "trace=write,writev,sendto,sendmsg,pwrite64,fsync,fdatasync,sync_file_range,"
                    + "rename,renameat,renameat2,link,linkat,unlink,unlinkat,openat",
                Mailpit.binary,
            ] + options,
            environment: [
                "PATH": "/usr/bin:/bin", "MP_MAILDIR": directory.file("Maildir"),
                "MP_HOSTNAME": "mx.example",
                "MP_SMTP_TLS_CERT": TestCertificate.shared.certificateFile,
                "MP_SMTP_TLS_KEY": TestCertificate.shared.keyFile,
            ], descriptors: [0: socket, 1: socket])
        let client = SMTPClient(Descriptor(owning: dup(pair.first.rawValue)))
        if isSecure {
            client.begin()
        } else {
            _ = client.reply()
            client.command("EHLO client.example")
        }
        #expect(client.deliver("Subject: x\r\n\r\ny\r\n").hasPrefix("250 2.0.0 Ok: queued as "))
        client.quit()
        #expect(child.wait() == 0)
        return (textOfFile(trace) ?? "").split(separator: "\n").map { String($0) }
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
            return isSocket ? .send : line.contains("/Maildir/tmp/") ? .writeFile : nil
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
}
