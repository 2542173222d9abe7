import Foundation
import POSIX
import TestSupport
import Testing

/// Storage that fails under a session, by real causes.
@Suite struct StorageTests {
    private static let message = "Subject: x\r\n\r\ny\r\n"
    private static let large =
        message + String(repeating: String(repeating: "z", count: 998) + "\r\n", count: 2048)

    /// A session whose Maildir is on a file system in memory of its own; only it sees it, and we
    /// by way of it.
    private final class Confined {
        let child: Child
        let client: SMTPClient
        private let directory = TemporaryDirectory()
        private let logFile: String

        /// Runs the program behind a command line, as `unshare --mount` or `prlimit`.
        init(behind command: [String], mounting options: String? = nil) {
            let pair = SocketPair()
            let (place, socket) = (directory.path + "/disk", pair.second.rawValue)
            try! FileManager.default.createDirectory(
                atPath: place, withIntermediateDirectories: false)
            logFile = directory.write("", to: "stderr")
            let log = open(logFile, O_WRONLY | O_APPEND | O_CLOEXEC)
            defer { Foundation.close(log) }
            let mount = options.map {
                [
                    "sh", "-c", "mount -t tmpfs -o \($0) tmpfs \(place) && exec \"$0\"",
                    Mailpit.binary,
                ]
            }
            child = Child(
                command + (mount ?? [Mailpit.binary]),
                environment: [
                    "PATH": "/usr/bin:/bin", "MP_MAILDIR": place + "/Maildir",
                    "MP_HOSTNAME": "mx.example",
                    "MP_SMTP_TLS_CERT": TestCertificate.shared.certificateFile,
                    "MP_SMTP_TLS_KEY": TestCertificate.shared.keyFile,
                ], descriptors: [0: socket, 1: socket, 2: log])
            client = SMTPClient(Descriptor(owning: dup(pair.first.rawValue)))
            client.begin()
        }

        var disk: String { "/proc/\(child.pid)/root\(directory.path)/disk" }
        var stored: [String]? { namesInDirectory(disk + "/Maildir/new") }
        var abandoned: [String]? { namesInDirectory(disk + "/Maildir/tmp") }
        var log: String { textOfFile(logFile) ?? "" }

        /// The command that leads into its mounts.
        var enter: [String] {
            (geteuid() == 0 ? ["nsenter"] : ["nsenter", "--user", "--preserve-credentials"])
                + ["--target", "\(child.pid)", "--mount"]
        }
    }

    /// Mounts of their own, also for those who are not root.
    private static let unshare =
        geteuid() == 0 ? ["unshare", "--mount"] : ["unshare", "--map-root-user", "--mount"]

    private func expectFailure(_ session: Confined, _ reason: String) {
        #expect(session.log.contains(" storage-error: "), "\(session.log)")
        #expect(session.log.contains(reason), "\(session.log)")
        #expect(session.abandoned == [])
    }

    @Test func `a full disk is told as such, and the session delivers once there is room`() {
        let session = Confined(behind: Self.unshare, mounting: "size=1m")
        #expect(session.client.deliver(Self.large) == "452 4.3.1 Insufficient system storage")
        expectFailure(session, "No space left on device (errno 28)")
        #expect(session.stored == [])
        #expect(session.client.deliver(Self.message).hasPrefix("250 2.0.0 "))
        #expect(session.stored?.count == 1)
        session.client.quit()
        #expect(session.child.wait() == 75)
    }

    @Test func `a disk that is full before the message comes is told behind the data`() {
        let session = Confined(behind: Self.unshare, mounting: "size=1m")
        let filler = session.disk + "/filler"
        let file = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        let octets = [UInt8](repeating: 1, count: 4096)
        while write(file, octets, octets.count) > 0 {}
        close(file)
        #expect(session.client.deliver(Self.message) == "452 4.3.1 Insufficient system storage")
        expectFailure(session, "No space left on device (errno 28)")
        // RFC 3030 §2: the chunk that fails, and those that follow it.
        session.client.command("MAIL FROM:<alice@example.org>")
        session.client.command("RCPT TO:<bob@example.org>")
        session.client.send("BDAT 1000000\r\n" + String(repeating: "x", count: 1_000_000))
        #expect(session.client.reply().starts(with: "452 4.3.1 "))
        session.client.send("BDAT 3 LAST\r\nabc")
        #expect(session.client.reply().starts(with: "452 4.3.1 "))
        #expect(unlink(filler) == 0)
        #expect(session.client.deliver(Self.message).hasPrefix("250 2.0.0 "))
        #expect(session.stored?.count == 1)
        #expect(session.abandoned == [])
        session.client.quit()
        #expect(session.child.wait() == 75)
    }

    @Test func `a disk without inodes is full`() {
        let session = Confined(behind: Self.unshare, mounting: "nr_inodes=5")
        #expect(session.client.beginData() == ["354 End data with <CR><LF>.<CR><LF>"])
        session.client.send(Self.message)
        #expect(session.client.command(".") == ["452 4.3.1 Insufficient system storage"])
        expectFailure(session, "No space left on device (errno 28)")
        session.client.quit()
        #expect(session.child.wait() == 75)
    }

    @Test func `a file that may not grow is another storage error`() {
        let session = Confined(behind: ["prlimit", "--fsize=65536"])
        #expect(session.client.deliver(Self.large) == "451 4.3.0 Cannot store the message")
        expectFailure(session, "File too large (errno 27)")
        #expect(session.client.deliver(Self.message).hasPrefix("250 2.0.0 "))
        #expect(session.stored?.count == 1)
        session.client.quit()
        #expect(session.child.wait() == 75)
    }

    @Test func `a disk that becomes read-only is another storage error`() {
        let session = Confined(behind: Self.unshare, mounting: "size=8m")
        let place = session.disk.dropFirst("/proc/\(session.child.pid)/root".count)
        let remount = Command(session.enter + ["mount", "-o", "remount,ro", String(place)])
        #expect(remount.status == 0, "\(remount.errors)")
        #expect(session.client.deliver(Self.message) == "451 4.3.0 Cannot store the message")
        expectFailure(session, "Read-only file system (errno 30)")
        let again = Command(session.enter + ["mount", "-o", "remount,rw", String(place)])
        #expect(again.status == 0, "\(again.errors)")
        #expect(session.client.deliver(Self.message).hasPrefix("250 2.0.0 "))
        session.client.quit()
        #expect(session.child.wait() == 75)
    }

    @Test func `a folder that vanishes is another storage error`() {
        let session = Confined(behind: ["env"])
        #expect(rmdir(session.disk + "/Maildir/new") == 0)
        #expect(session.client.deliver(Self.message) == "451 4.3.0 Cannot store the message")
        expectFailure(session, "No such file or directory (errno 2)")
        session.client.quit()
        #expect(session.child.wait() == 75)
    }

    @Test func `what the client does wrong is no storage error`() {
        let session = Confined(behind: ["env"])
        #expect(session.client.command("DATA").starts(with: "503 "))
        session.client.quit()
        #expect(session.child.wait() == 0)
        #expect(!session.log.contains("storage-error"))
    }
}
