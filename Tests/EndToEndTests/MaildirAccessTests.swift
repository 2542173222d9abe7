import Foundation
import TestSupport
import Testing

/// Who can read and move what sessions store, tried by other users.
@Suite(.enabled(if: World.isRoot, "other users need root")) struct MaildirAccessTests {
    private let directory = TemporaryDirectory(in: "/var/tmp")
    private static let group = 54_321
    private static let message = "Subject: x\r\n\r\ny\r\n"

    /// Where everybody could get to the Maildir.
    init() {
        precondition(chmod(directory.path, 0o711) == 0)
    }

    /// A session of a service whose group is ours; its one message.
    private func stored(_ arguments: [String]) throws -> String {
        let launcher = ["setpriv", "--regid=\(Self.group)", "--clear-groups"]
        let mailpit = Mailpit(arguments, through: launcher, in: directory)
        mailpit.client.begin()
        #expect(mailpit.client.deliver(Self.message).hasPrefix("250 2.0.0 "))
        mailpit.client.quit()
        #expect(mailpit.child.wait() == 0)
        let stored = try #require(mailpit.stored)
        #expect(stored.count == 1)
        return try "\(mailpit.maildir)/new/\(#require(stored.first))"
    }

    /// What a command says that another user runs, who is in these groups.
    private func run(_ command: [String], inGroup: Bool) -> Command {
        let groups = inGroup ? "--groups=\(Self.group)" : "--clear-groups"
        return Command(["setpriv", "--reuid=65534", "--regid=65534", groups] + command)
    }

    @Test func `whoever is in the group reads a message and moves it`() throws {
        let message = try stored(["--maildir-access=group"])
        let maildir = directory.file("Maildir")
        let read = run(["cat", message], inGroup: true)
        #expect(read.status == 0)
        #expect(read.outputText.hasSuffix("Subject: x\n\ny\n"))
        let place = "\(maildir)/cur/\(URL(fileURLWithPath: message).lastPathComponent):2,S"
        #expect(run(["mv", message, place], inGroup: true).status == 0)
        #expect(run(["cat", place], inGroup: true).output == read.output)
        #expect(run(["ls", "\(maildir)/new"], inGroup: true).outputText == "")
        // Python's reader, which makes files of its own.
        let script = """
            import mailbox, sys
            box = mailbox.Maildir(sys.argv[1], create=False)
            key, = box.keys(); message = box[key]
            message.add_flag('F'); box[key] = message; print(message['Subject'])
            """
        let python = run(["python3", "-c", script, maildir], inGroup: true)
        #expect(python.outputText == "x\n" && python.status == 0, "\(python.errors)")
        #expect(namesInDirectory("\(maildir)/cur")?.first?.hasSuffix(":2,FS") == true)
    }

    @Test func `whoever is not in it gets at nothing`() throws {
        let message = try stored(["--maildir-access=group"])
        #expect(run(["cat", message], inGroup: false).status != 0)
        #expect(run(["ls", directory.file("Maildir")], inGroup: false).status != 0)
    }

    @Test func `by default the group gets at nothing either`() throws {
        let message = try stored([])
        #expect(run(["cat", message], inGroup: true).status != 0)
        #expect(run(["ls", directory.file("Maildir")], inGroup: true).status != 0)
    }

    @Test func `a check warns of a Maildir that is there and keeps the group out`() {
        let check = Check()
        let warning = "--maildir-access=group: "
        func warnings() -> [String] {
            check.complaints(["--maildir-access=group"]).filter { $0.contains(warning) }
        }
        precondition(chmod(check.directory.path, 0o711) == 0)
        let folders = ["", "/cur", "/new", "/tmp"].map { check.maildir + $0 }
        #expect(
            warnings() == folders.map { "warning: \(warning)\($0) does not let the group in" })
        for folder in folders { precondition(chmod(folder, 0o2770) == 0) }
        #expect(warnings() == [])
    }
}
