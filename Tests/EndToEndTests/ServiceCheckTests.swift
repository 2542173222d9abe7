import TestSupport
import Testing

/// `mailpit check --service` where there is no service to check; the rest is shown by the part
/// `booted` in a systemd of its own.
@Suite struct ServiceCheckTests {
    private static let usage = "usage: mailpit check --service NAME@ [--quiet]\n"

    @Test(arguments: [[], ["--quiet"], ["mailpit@", "--label=x"], ["mailpit@", "mailpit@"]])
    func `it takes the name of a service, and quiet`(arguments: [String]) {
        let ended = Command([Mailpit.binary, "check", "--service"] + arguments)
        #expect(ended.status == 78)
        #expect(ended.errors == Self.usage)
        #expect(ended.output == [])
    }

    @Test func `it is for root`() {
        let become = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        let ended = Command(
            (World.isRoot ? become : []) + [Mailpit.binary, "check", "--service", "mailpit@", "-q"])
        #expect(ended.status == 78)
        #expect(ended.errors == "error: check --service has to be run as root\n")
    }

    @Test func `to a client nothing is said of it`() {
        let mailpit = Mailpit(["check", "--service", "mailpit@"])
        #expect(mailpit.client.rest() == [])
        #expect(mailpit.child.wait() == 78)
        #expect(mailpit.log.contains("unknown option --service"))
    }
}
