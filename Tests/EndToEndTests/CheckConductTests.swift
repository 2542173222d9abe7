import Foundation
import POSIX
import TestSupport
import Testing

/// What `mailpit check` does not do: leave anything behind, give secrets away, or speak to a client.
@Suite struct CheckConductTests {
    private let check = Check()

    /// All that is in the directory, with what is in the files.
    private var everything: [String: [UInt8]?] {
        let names = FileManager.default.subpaths(atPath: check.directory.path) ?? []
        return Dictionary(
            uniqueKeysWithValues: names.map { ($0, octetsOfFile(check.directory.file($0))) })
    }

    @Test func `nothing is made, changed or left`() throws {
        if World.isRoot { chown(check.directory.path, 65_534, 65_534) }
        let arguments = [
            "--log-file", check.directory.file("log"), "--smtp-tls-keylog",
            check.directory.file("keylog"), "--chaos-triggers=StartTLS:454:first2", "--verbose",
        ]
        let before = everything
        #expect(check.run(arguments).status == 0)
        #expect(everything == before)
        #expect(before.count == 4)
        try FileManager.default.removeItem(atPath: check.maildir)
        #expect(check.run(arguments).status == 0)
        #expect(everything == [:])
        // A session makes all of these.
        let session = Mailpit(arguments, environment: check.environment, in: check.directory)
        session.client.command("QUIT")
        session.client.close()
        #expect(session.child.wait() == 0)
        #expect(everything.count == 8, "\(everything.keys)")
    }

    @Test func `no secret is printed, whatever is wrong with it`() {
        let bcrypt = Command(["htpasswd", "-nbB", "-C", "4", "tim", "pencil"]).outputText
        let scram = Command(["doveadm", "pw", "-s", "SCRAM-SHA-256", "-p", "pencil"]).outputText
        let hashes = [bcrypt, scram].map {
            $0.split(separator: "\n")[0].drop { $0 != "$" && $0 != "{" }
        }
        let keys = (0..<80).map { UInt8(ascii: "A") + $0 % 26 }
        let tickets = check.directory.write(String(decoding: keys, as: UTF8.self), to: "tickets")
        let broken = check.directory.write(
            String(decoding: keys[1...], as: UTF8.self), to: "broken")
        let key = textOfFile(Check.certificate.keyFile) ?? ""
        let damaged = check.directory.write(key.replacing("\nM", with: "\nMM"), to: "damaged.key")
        var secrets = key.split(separator: "\n").filter { !$0.hasPrefix("-----") }
        secrets += hashes.flatMap { $0.split(whereSeparator: { "$,".contains($0) }) }
            .filter { $0.count > 8 && $0 != "{SCRAM-SHA-256}" && $0 != "{SCRAM-SHA-256}4096" }
        secrets += ["ABCDEFGH", "BCDEFGHI"]
        #expect(secrets.count > 8)
        for users in [
            "tim:\(hashes[0]) jim:\(hashes[1])", "tim:\(hashes[0])x", "tim:x\(hashes[1])",
        ] {
            check.environment["MP_SMTP_AUTH"] = users
            for arguments in [
                ["--smtp-tls-ticket-key", tickets], ["--smtp-tls-ticket-key", broken],
                ["--smtp-tls-key", damaged], ["--smtp-tls-key", tickets], ["--smtp-timeout=0"],
                ["--smtp-tls-cert", Check.certificate.keyFile],
                ["--smtp-auth-file", check.directory.write(users, to: "users")],
                ["--smtp-auth-accept-any"], ["--verbose"],
            ] {
                let ended = check.run(arguments)
                for secret in secrets {
                    #expect(!(ended.outputText + ended.errors).contains(secret), "\(arguments)")
                }
            }
        }
    }

    // MARK: - Where there is a connection

    /// Runs it with a connection as these descriptors, and gives what the client got and the log.
    private func runBesideClient(_ arguments: [String], by handover: Mailpit.Handover)
        -> (heard: [UInt8], status: Int32?, log: String)
    {
        let mailpit = Mailpit(
            ["check", "--maildir", check.maildir] + arguments, by: handover)
        let status = mailpit.child.wait()
        return (mailpit.client.rest(), status, mailpit.log)
    }

    @Test func `a client hears nothing, and the log tells what is wrong`() {
        let fault = "--smtp-timeout=0"
        for handover in [Mailpit.Handover.inetd, .standardInput] {
            for arguments in [[], [fault], ["--quiet"]] {
                let ended = runBesideClient(arguments, by: handover)
                #expect(ended.heard == [])
                #expect(ended.status == (arguments == [fault] ? 78 : 0))
                if handover == .inetd {
                    #expect(ended.log == "")
                } else {
                    let lines = ended.log.split(separator: "\n")
                    #expect(lines.allSatisfy { $0.contains(" config-error: ") })
                    #expect(ended.log.contains("--smtp-timeout: \"0\"") == (arguments == [fault]))
                    #expect(lines.isEmpty == (arguments == ["--quiet"]))
                }
            }
        }
    }

    @Test func `a connection that it was not asked to serve is left to the service`() {
        let pair = SocketPair()
        let command = [Mailpit.binary, "check", "--quiet"]
        let socket = pair.second.rawValue
        let first = Child(
            command, environment: check.environment, descriptors: [0: socket, 1: socket])
        #expect(first.wait() == 0)
        let mailpit = Mailpit(
            environment: check.environment, server: pair.second,
            client: Descriptor(owning: dup(pair.first.rawValue)))
        #expect(mailpit.client.reply() == ["220 mx.example ESMTP Mailpit"])
        #expect(mailpit.client.command("QUIT") == ["221 2.0.0 Bye"])
    }

    @Test func `it says what connection there would be`() {
        let listener = TestListener(AF_INET)
        let pair = SocketPair()
        let datagrams = Descriptor(
            owning: socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
        func connection(_ descriptors: [Int32: Int32], passed: Int? = nil) -> String? {
            let output = check.directory.write("", to: "output")
            let file = open(output, O_WRONLY | O_CLOEXEC)
            defer { close(file) }
            var command = [Mailpit.binary, "check"]
            if let passed {
                let variables = "LISTEN_PID=$$ LISTEN_FDS=\(passed)"
                command = ["/bin/sh", "-c", "\(variables) exec \"$0\" \"$@\""] + command
            }
            let child = Child(
                command, environment: check.environment.merging(["PATH": "/bin"]) { $1 },
                descriptors: descriptors.merging([1: file, 2: file]) { $1 })
            #expect(child.wait() == 0)
            return textOfFile(output)?.split(separator: "\n")
                .first { $0.hasPrefix("connection: ") }.map { String($0.dropFirst(12)) }
        }
        let (socket, other) = (pair.second.rawValue, pair.first.rawValue)
        #expect(connection([:]) == "none, as standard input is no socket")
        #expect(connection([0: socket]) == "standard input")
        #expect(
            connection([0: listener.descriptor.rawValue]) == "from the listener on standard input")
        #expect(
            connection([0: datagrams.rawValue])
                == "none, as the socket on standard input carries none")
        #expect(connection([3: socket], passed: 1) == "one, by LISTEN_FDS")
        #expect(
            connection([3: socket, 4: other], passed: 2)
                == "2 by LISTEN_FDS, of which a session takes only one")
        #expect(connection([:], passed: 0) == "none, as standard input is no socket")
    }
}
