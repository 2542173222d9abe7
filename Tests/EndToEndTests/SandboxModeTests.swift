import Glibc
import TestSupport
import Testing

/// `--sandbox`, on kernels that have all of it and on such as lack a part: there the call that they
/// do not know fails as it would.
@Suite struct SandboxModeTests {
    /// What a kernel lacks, and how that is told.
    private struct Lack {
        let calls: [World.Refusal]
        let hasLandlock: Bool
        let hasFilter: Bool
        /// What is wrong where all of it is required.
        let error: String
    }

    private static let unknown = "Function not implemented (errno 38)"
    private static let unsupported = "Operation not supported (errno 95)"

    private static let lacks = [
        Lack(
            calls: [.landlock(ENOSYS)], hasLandlock: false, hasFilter: true,
            error: "landlock_create_ruleset: \(unknown)"),
        // It was built with it, and started without.
        Lack(
            calls: [.landlock(EOPNOTSUPP)], hasLandlock: false, hasFilter: true,
            error: "landlock_create_ruleset: \(unsupported)"),
        // A version that is too old.
        Lack(
            calls: [.landlock(0)], hasLandlock: false, hasFilter: true,
            error: "landlock_create_ruleset: \(unsupported)"),
        Lack(
            calls: [.seccomp(ENOSYS)], hasLandlock: true, hasFilter: false,
            error: "seccomp: \(unknown)"),
        Lack(
            calls: [.landlock(ENOSYS), .seccomp(ENOSYS)], hasLandlock: false, hasFilter: false,
            error: "landlock_create_ruleset: \(unknown)"),
    ]

    /// How many filters the system calls of a process go through; those that a test has put there are
    /// of its thread alone, and of what it starts.
    private static func filters(_ process: String) -> Int? {
        let line = textOfFile("/proc/\(process)/status")?.split(separator: "\n")
            .first { $0.hasPrefix("Seccomp_filters:") }
        return line?.split(separator: "\t").last.flatMap { Int($0) }
    }

    @Test(arguments: ["auto", "require", "off"]) func `a session is in it unless it is off`(
        mode: String
    ) throws {
        let mailpit = Mailpit(["--sandbox", mode, "-v"])
        let client = mailpit.client
        client.begin()
        let ours = try #require(Self.filters("thread-self"))
        #expect(Self.filters("\(mailpit.child.pid)") == (mode == "off" ? ours : ours + 1))
        #expect(client.deliver("Subject: x\r\n\r\ny\r\n").hasPrefix("250 2.0.0 "))
        client.quit()
        #expect(mailpit.child.wait() == 0)
        let found = mailpit.log.matches(of: #/ sandbox: (.*?);/#).map(\.1)
        if mode == "off" {
            #expect(found == [])
        } else {
            #expect(found.count == 1)
            #expect(
                found.first?.wholeMatch(of: #/Landlock version [1-9]\d*, system calls filtered/#)
                    != nil, "\(mailpit.log)")
        }
    }

    @Test(arguments: lacks.indices) func `with auto a session goes on with what there is`(
        index: Int
    ) async {
        await #expect(processExitsWith: .success) { [index = index as Int] in
            let lack = Self.lacks[index]
            for call in lack.calls { World.refuse(call) }
            let mailpit = Mailpit()
            mailpit.client.begin()
            let filters = try #require(Self.filters("thread-self"))
            #expect(
                Self.filters("\(mailpit.child.pid)") == (lack.hasFilter ? filters + 1 : filters))
            #expect(mailpit.client.deliver("Subject: x\r\n\r\ny\r\n").hasPrefix("250 2.0.0 "))
            mailpit.client.quit()
            #expect(mailpit.child.wait() == 0)
            let said = mailpit.log.firstMatch(
                of: #/ sandbox: Landlock version (\d+), system calls (.*?);/#)
            #expect(said.map { $0.1 != "0" } == lack.hasLandlock, "\(mailpit.log)")
            #expect(said?.2 == (lack.hasFilter ? "filtered" : "not filtered"))
        }
    }

    @Test(arguments: lacks.indices) func `with require a session is refused`(index: Int) async {
        await #expect(processExitsWith: .success) { [index = index as Int] in
            let lack = Self.lacks[index]
            for call in lack.calls { World.refuse(call) }
            let mailpit = Mailpit(["--sandbox=require"])
            #expect(
                String(decoding: mailpit.client.rest(), as: UTF8.self)
                    == "421 4.3.5 mx.example Server configuration error\r\n")
            #expect(mailpit.child.wait() == 78)
            #expect(
                mailpit.log.contains(" config-error: --sandbox=require: \(lack.error)"),
                "\(mailpit.log)")
            #expect(mailpit.stored == [])
        }
    }

    @Test(arguments: lacks.indices) func `check tells what there is`(index: Int) async {
        await #expect(processExitsWith: .success) { [index = index as Int] in
            let check = Check()
            let lack = Self.lacks[index]
            for call in lack.calls { World.refuse(call) }
            let landlock = lack.hasLandlock ? "Landlock version [1-9][0-9]*" : "no Landlock"
            let filter = lack.hasFilter ? "system calls filtered" : "system calls not filtered"
            for (mode, errors, start) in [
                ("auto", "warning: a part of the sandbox is missing on this kernel\n", "auto"),
                ("off", "", "off; there could be:"),
                ("require", "error: --sandbox=require: \(lack.error)\n", nil),
            ] {
                let ended = check.run(["--sandbox", mode])
                #expect(ended.errors == errors)
                #expect(ended.status == (mode == "require" ? 78 : 0))
                let fact = ended.outputText.split(separator: "\n").first {
                    $0.hasPrefix("sandbox: ")
                }
                guard let start else {
                    #expect(fact == nil)
                    continue
                }
                let separator = start.hasSuffix(":") ? " " : "; "
                let expected = try Regex("sandbox: \(start)\(separator)\(landlock), \(filter)")
                #expect(fact?.wholeMatch(of: expected) != nil, "\(ended.outputText)")
            }
        }
    }
}
