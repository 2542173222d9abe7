import Testing

@testable import smtpload

@Suite struct LoadOptionsTests {
    @Test func `Options, then the command behind two hyphens`() throws {
        let options = try LoadOptions(
            [
                "--sessions", "7", "--at-a-time", "2", "--ca", "ca.pem", "--size", "2048",
                "--resume", "--", "/server", "--refused",
            ])
        #expect(options.sessions == 7)
        #expect(options.sessionsAtATime == 2)
        #expect(options.authorityFile == "ca.pem")
        #expect(options.messageOctets == 2048)
        #expect(options.resumes && !options.isRefused && options.pause == nil)
        #expect(options.command == ["/server", "--refused"])
    }

    @Test(arguments: [
        [], ["--"], ["--sessions"], ["--sessions", "0", "--", "x"], ["--sessions", "x", "--", "x"],
        ["--at-a-time", "1001", "--", "x"], ["--size", "3", "--", "x"],
        ["--unknown", "1", "--", "x"], ["--idle", "--sessions", "2", "--", "x"],
        ["--within", "--messages", "2", "--", "x"],
    ])
    func `What cannot be done is refused`(arguments: [String]) {
        #expect(throws: UsageError.self) { try LoadOptions(["--ca", "ca.pem"] + arguments) }
    }

    @Test func `Without an authority to verify the server by nothing is done`() {
        #expect(throws: UsageError.self) { try LoadOptions(["--", "x"]) }
    }
}
