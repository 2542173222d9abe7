import Foundation
import POSIX
import TestSupport
import Testing

/// When a PROXY header is read, and how much with it, as `strace` sees it.
@Suite struct ProxyOrderTests {
    private static let header = "PROXY TCP4 198.51.100.9 127.0.0.1 4711 25\r\n"

    /// The system calls of a session that ends at once, where header and commands come in one piece.
    private func calls() -> [String] {
        let directory = TemporaryDirectory()
        let trace = directory.file("trace")
        let pair = SocketPair()
        let socket = pair.second.rawValue
        let child = Child(
            [
                "strace", "-f", "-o", trace, "-e",
                "trace=read,recvfrom,recvmsg,write,sendto,sendmsg,"
                    + "landlock_restrict_self,prctl,seccomp",
                Mailpit.binary, "--smtp-proxy-protocol", "--sandbox=require",
            ],
            environment: [
                "PATH": "/usr/bin:/bin", "MP_MAILDIR": directory.file("Maildir"),
                "MP_HOSTNAME": "mx.example",
                "MP_SMTP_TLS_CERT": TestCertificate.shared.certificateFile,
                "MP_SMTP_TLS_KEY": TestCertificate.shared.keyFile,
            ], descriptors: [0: socket, 1: socket])
        let client = SMTPClient(Descriptor(owning: dup(pair.first.rawValue)))
        client.send(Self.header + "NOOP\r\nQUIT\r\n")
        #expect(client.reply() == ["220 mx.example ESMTP Mailpit"])
        client.close()
        #expect(child.wait() == 0)
        return (textOfFile(trace) ?? "").split(separator: "\n").map { line in
            // Behind the process, which is padded to five digits.
            String(line.drop { $0.isNumber }.drop { $0 == " " })
        }
    }

    /// The octets that a call has read from the connection.
    private func octetsRead(_ call: String) -> Int? {
        guard ["read(0,", "recvfrom(0,", "recvmsg(0,"].contains(where: call.hasPrefix) else {
            return nil
        }
        return call.split(separator: " ").last.flatMap { Int($0) }
    }

    @Test func `it is read within the sandbox, to its last octet, before anything is said`() throws
    {
        let calls = calls()
        let trace = calls.joined(separator: "\n")
        let greeting = try #require(
            calls.firstIndex { $0.contains("\"220 mx.example") }, "\(trace)")
        let firstRead = try #require(calls.firstIndex { octetsRead($0) != nil }, "\(trace)")
        let protections = calls.indices.filter {
            calls[$0].hasPrefix("landlock_restrict_self(") || calls[$0].hasPrefix("seccomp(")
                || calls[$0].hasPrefix("prctl(PR_SET_SECCOMP")
        }
        #expect(protections.count >= 2, "\(trace)")
        #expect(protections.allSatisfy { $0 < firstRead }, "\(trace)")
        // Up to the commands, which are taken from an early talker just before the greeting.
        let reads = calls[..<greeting].filter { octetsRead($0) != nil }
        let commands = try #require(reads.firstIndex { $0.contains("\"NOOP") }, "\(trace)")
        let octets = reads[..<commands].compactMap { octetsRead($0) }.reduce(0, +)
        #expect(octets == Self.header.utf8.count, "\(trace)")
    }
}
