import Foundation
import POSIX
import TestSupport
import Testing

/// Certificate and key that are replaced while mail comes in.
@Suite struct RotationTests {
    /// A pair of files of its own, with a name in it by which it is known.
    private func makePair(_ name: String, in directory: TemporaryDirectory) {
        let made = Command([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "30", "-subj", "/CN=\(name)", "-addext",
            "subjectAltName=DNS:localhost", "-out", directory.file("\(name).cert"), "-keyout",
            directory.file("\(name).key"),
        ])
        #expect(made.status == 0, "\(made.errors)")
    }

    /// Puts a file of one of the pairs where the program looks, as certbot does: at once.
    private func install(_ name: String, _ kind: String, in directory: TemporaryDirectory) {
        let copy = directory.write(textOfFile(directory.file("\(name).\(kind)"))!, to: "new")
        #expect(rename(copy, directory.file("current.\(kind)")) == 0)
    }

    private func environment(_ directory: TemporaryDirectory) -> [String: String] {
        [
            "MP_SMTP_TLS_CERT": directory.file("current.cert"),
            "MP_SMTP_TLS_KEY": directory.file("current.key"),
        ]
    }

    @Test func `the next session has the new certificate, without a reload`() throws {
        let directory = TemporaryDirectory()
        for name in ["first", "second"] { makePair(name, in: directory) }
        for kind in ["cert", "key"] { install("first", kind, in: directory) }
        let server = try SuperServer(
            .activatePassingConnections, environment: environment(directory),
            hasCertificate: false)
        let connected = server.connect()
        _ = connected.reply()
        func subject() -> String {
            Command([
                "openssl", "s_client", "-connect", "127.0.0.1:\(server.port)", "-starttls", "smtp",
            ]).outputText.split(separator: "\n").first { $0.hasPrefix("subject=") }
                .map { String($0).replacing(" ", with: "") } ?? ""
        }
        #expect(subject() == "subject=CN=first")
        for kind in ["cert", "key"] { install("second", kind, in: directory) }
        #expect(subject() == "subject=CN=second")
        // The session that was there before goes on with what it had.
        #expect(connected.enterTLS())
        #expect(connected.command("NOOP") == ["250 2.0.0 Ok"])
    }

    @Test(arguments: [1, 2])
    func `a key that is replaced after its certificate costs no session`(readings: Int) {
        let directory = TemporaryDirectory()
        for name in ["first", "second"] { makePair(name, in: directory) }
        install("second", "cert", in: directory)
        install("first", "key", in: directory)
        let watch = Watch(of: directory.file("current.key"))
        let mailpit = Mailpit(environment: environment(directory), hasCertificate: false)
        // The old key has been looked at so many times, so there are one or two tries left.
        watch.awaitClosings(readings)
        install("second", "key", in: directory)
        #expect(mailpit.client.reply() == ["220 mx.example ESMTP Mailpit"])
        #expect(mailpit.client.enterTLS())
        #expect(!mailpit.log.contains("config-error"))
    }

    @Test func `a pair that goes on not to match is a configuration error after three tries`() {
        let directory = TemporaryDirectory()
        for name in ["first", "second"] { makePair(name, in: directory) }
        install("second", "cert", in: directory)
        install("first", "key", in: directory)
        let begin = Clock.monotonicNanoseconds()
        let watch = Watch(of: directory.file("current.key"))
        let mailpit = Mailpit(environment: environment(directory), hasCertificate: false)
        #expect(
            String(decoding: mailpit.client.rest(), as: UTF8.self)
                == "421 4.3.5 mx.example Server configuration error\r\n")
        #expect(Clock.monotonicNanoseconds() - begin >= 100_000_000)
        #expect(watch.closings() == 3)
        mailpit.client.close()
        #expect(mailpit.child.wait() == 78)
        #expect(mailpit.log.contains("current.key"))
    }
}

/// Counts how often a file was closed by those who read it.
private final class Watch {
    private let descriptor: Descriptor
    private var events = 0

    init(of path: String) {
        descriptor = Descriptor(owning: inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK)))
        let watch = inotify_add_watch(descriptor.rawValue, path, UInt32(IN_OPEN | IN_CLOSE_NOWRITE))
        precondition(watch >= 0, "inotify_add_watch: errno \(errno)")
    }

    func closings() -> Int {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let octets = read(descriptor.rawValue, &buffer, buffer.count), octets > 0 {
            // inotify(7): 16 octets an event for a file that is watched itself. Two of a kind in a
            // row would be reported once, so each opening is counted too.
            events += octets / 16
        }
        return events / 2
    }

    func awaitClosings(_ number: Int) {
        _ = eventually { closings() >= number }
    }
}
