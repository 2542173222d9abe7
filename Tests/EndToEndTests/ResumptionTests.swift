import TestSupport
import Testing

/// `openssl s_client -sess_out` at one process, `-sess_in` at another.
@Suite struct ResumptionTests {
    private let directory = TemporaryDirectory()
    private static let versions = ["-tls1_2", "-tls1_3"]

    private func key(_ letters: Character...) -> String {
        directory.write(
            letters.map { String(repeating: $0, count: 80) }.joined(), to: String(letters))
    }

    private func connect(
        _ version: String, _ options: [String], key: String?, hostname: String = "mx.example",
        _ arguments: [String] = []
    ) -> CommandClient {
        CommandClient.openssl(
            [version] + options,
            mailpit: ["--hostname", hostname, "--sandbox=require"]
                + (key.map { ["--smtp-tls-ticket-key", $0] } ?? []) + arguments)
    }

    private func isResumed(_ client: CommandClient) -> Bool {
        #expect(client.status == 0, "\(client.output)")
        #expect(client.output.contains("221 2.0.0 Bye"), "\(client.output)")
        let isResumed = client.output.contains("\nReused, TLSv1.")
        #expect(isResumed != client.output.contains("\nNew, TLSv1."))
        #expect(isResumed == client.mailpit.log.contains("resumed"), "\(client.mailpit.log)")
        return isResumed
    }

    @Test(arguments: versions) func `two processes, one ticket`(_ version: String) {
        let session = directory.file("session")
        let first = connect(version, ["-sess_out", session], key: key("a"))
        #expect(!isResumed(first))
        let second = connect(version, ["-sess_in", session], key: key("a"))
        #expect(isResumed(second))
        #expect(second.output.contains("Early data was not sent") == (version == "-tls1_3"))
        if version == "-tls1_3" {
            for client in [first, second] {
                let tickets = client.output.split(separator: "\n")
                    .count { $0.contains("Post-Handshake New Session Ticket arrived") }
                #expect(tickets == 1)
            }
        }
    }

    @Test(arguments: versions)
    func `no ticket without the key, and none of another key or name`(_ version: String) {
        let session = directory.file("session")
        let plain = connect(version, ["-sess_out", session], key: nil)
        #expect(!plain.output.contains("session ticket"))
        if octetsOfFile(session) != nil {
            #expect(!isResumed(connect(version, ["-sess_in", session], key: key("a"))))
        }
        _ = connect(version, ["-sess_out", session], key: key("a"))
        #expect(!isResumed(connect(version, ["-sess_in", session], key: nil)))
        #expect(!isResumed(connect(version, ["-sess_in", session], key: key("b"))))
        let other = connect(version, ["-sess_in", session], key: key("a"), hostname: "mx2.example")
        #expect(!isResumed(other))
    }

    @Test(arguments: versions) func `keys rotate`(_ version: String) {
        let (first, second) = (directory.file("first"), directory.file("second"))
        _ = connect(version, ["-sess_out", first], key: key("a"))
        let keys = key("b", "a")
        let renewing = ["-sess_in", first, "-sess_out", second]
        #expect(isResumed(connect(version, renewing, key: keys)))
        // Of TLS 1.2, s_client keeps no ticket that comes in a resumed session.
        if version == "-tls1_3" {
            #expect(isResumed(connect(version, ["-sess_in", second], key: key("b"))))
        }
        #expect(!isResumed(connect(version, ["-sess_in", first], key: key("b"))))
    }

    @Test func `secrets go to the key log, and each session warns of it`() {
        let (ours, theirs) = (directory.file("ours"), directory.file("theirs"))
        for _ in 0..<2 {
            let client = CommandClient.openssl(
                ["-keylogfile", theirs], mailpit: ["--smtp-tls-keylog", ours, "--sandbox=require"])
            #expect(client.status == 0)
            let log = client.mailpit.log.split(separator: "\n")
            #expect(log.count { $0.contains(ours) } == 1, "\(client.mailpit.log)")
            #expect(log.first?.contains("session opened, and what can decrypt it goes to") == true)
        }
        func lines(_ path: String) -> Set<Substring>? {
            textOfFile(path).map { Set($0.split(separator: "\n").filter { !$0.hasPrefix("#") }) }
        }
        #expect(lines(ours)?.count == 10)
        #expect(lines(ours) == lines(theirs))
    }
}
