import Testing

@testable import smtpload

@Suite struct LoadOptionsTests {
    @Test func `Options, then the command behind two hyphens`() throws {
        let options = try LoadOptions(
            [
                "--sessions", "7", "--at-a-time", "2", "--mode", "implicit", "--tls-version", "1.2",
                "--size", "2048", "--resume", "--json", "--", "/server", "--json",
            ])
        #expect(options.sessions == 7)
        #expect(options.sessionsAtATime == 2)
        #expect(options.mode == .implicit)
        #expect(options.tlsVersion == .v1_2)
        #expect(options.messageOctets == 2048)
        #expect(options.resumes && options.writesJSON && !options.pipelines)
        guard case .command(["/server", "--json"]) = options.server else {
            Issue.record("\(options.server)")
            return
        }
    }

    @Test(arguments: ["127.0.0.1:25", "127.8.9.10:65535", "[::1]:465"])
    func `Addresses of this machine are taken`(address: String) throws {
        guard case .address = try LoadOptions(["--connect", address]).server else {
            Issue.record("no address")
            return
        }
    }

    @Test(arguments: [
        [], ["--"], ["--sessions"], ["--sessions", "0", "--", "x"], ["--sessions", "x", "--", "x"],
        ["--at-a-time", "1001", "--", "x"], ["--size", "3", "--", "x"],
        ["--mode", "tls", "--", "x"],
        ["--tls-version", "1.1", "--", "x"], ["--unknown", "1", "--", "x"],
        ["--connect", "192.0.2.1:25"], ["--connect", "127.0.0.1"],
        ["--connect", "127.0.0.1:65536"],
        ["--connect", "127.0.0.1:25", "--", "x"], ["--idle", "--", "x"],
    ])
    func `What cannot be done is refused`(arguments: [String]) {
        #expect(throws: UsageError.self) { try LoadOptions(arguments) }
    }
}
