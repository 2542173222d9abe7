import Testing

@testable import Verify

@Suite struct HostNameTests {
    @Test(arguments: [
        ("127.0.0.1 mx.mailpit.test\n", true), ("::1\tlocalhost MX.mailpit.test # ours\n", true),
        ("# 127.0.0.1 mx.mailpit.test\n", false), ("127.0.0.1 localhost # mx.mailpit.test", false),
        ("192.0.2.1 mx.mailpit.test\n", false), ("127.0.0.1 amx.mailpit.test\n", false),
        ("", false),
    ]) func `ours is known where hosts have it as loopback`(hosts: String, isKnown: Bool) {
        #expect(HostName.isUsualKnown(hosts: hosts) == isKnown)
    }

    @Test func `localhost is loopback, and what nobody knows is not`() {
        #expect(HostName.isLoopback("localhost"))
        #expect(!HostName.isLoopback("192.0.2.1") && !HostName.isLoopback("a.invalid"))
    }

    @Test func `isolated, hosts are looked up in one file, and all else as before`() {
        let changed = NameService.withHostsFromFiles(
            "# x\npasswd: files sss\nhosts:  files resolve [!UNAVAIL=return] dns\nnetworks: files")
        #expect(changed == "# x\npasswd: files sss\nnetworks: files\nhosts: files\n")
    }

    @Test func `isolated, the host and localhost are loopback in both families`() {
        let hosts = NameService(host: "smtp.example.com").hosts
        let lines = hosts.split(separator: "\n")
        #expect(lines[0].hasPrefix("127.0.0.1 localhost smtp.example.com "))
        #expect(lines[1].hasPrefix("::1 localhost smtp.example.com "))
        #expect(lines.count == 2)
    }
}
