import Glibc
import POSIX
import TestSupport
import Testing

/// A Maildir that several hosts have in common, on a file system that is not one of theirs.
@Suite struct SharedMaildirTests {
    /// In a process of its own, which can never rename exclusively again, nor can what it starts.
    @Test func `where nothing can be moved exclusively, as over NFS, a message is linked`() async {
        await #expect(processExitsWith: .success) {
            World.refuse(.renameat2(EINVAL))
            let mailpit = Mailpit(["--sandbox=require"])
            mailpit.client.begin()
            for number in 1...3 {
                let reply = mailpit.client.deliver("Subject: x\r\n\r\n\(number)\r\n")
                precondition(reply.hasPrefix("250 2.0.0 "), "\(reply) \(mailpit.log)")
            }
            mailpit.client.quit()
            precondition(mailpit.child.wait() == 0, mailpit.log)
            precondition(mailpit.stored?.count == 3 && mailpit.abandoned == [])
            precondition(mailpit.messages.allSatisfy(\.hasSoundName))
        }
    }
}
