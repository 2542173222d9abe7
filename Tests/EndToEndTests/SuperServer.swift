import Foundation
import POSIX
import TestSupport
import Testing

/// systemd's super-server, which listens on a port of 127.0.0.1 and starts the built program.
final class SuperServer {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case activatePassingConnections = "systemd-socket-activate --accept"
        case activateConnectionAsInput = "systemd-socket-activate --accept --inetd"
        case activatePassingListener = "systemd-socket-activate"
        case activateListenerAsInput = "systemd-socket-activate --inetd"

        var testDescription: String { rawValue }
        /// It makes way for the one session that it starts, so that there is none after it.
        var servesOne: Bool { self == .activatePassingListener || self == .activateListenerAsInput }
    }

    let kind: Kind
    let port: UInt16
    let directory: TemporaryDirectory
    let maildir: String
    private let child: Child
    private let output: String

    /// Starts it, and waits until it listens.
    init(
        _ kind: Kind, _ arguments: [String] = [], environment: [String: String] = [:],
        hasCertificate: Bool = true, in directory: TemporaryDirectory = TemporaryDirectory()
    ) throws {
        self.kind = kind
        self.directory = directory
        port = FreePort.take()
        maildir = directory.file("Maildir")
        output = directory.write("", to: "super-server.log")
        let file = open(output, O_WRONLY | O_APPEND | O_CLOEXEC)
        defer { Foundation.close(file) }
        var variables = ["MP_MAILDIR": maildir, "MP_HOSTNAME": "mx.example"]
        if hasCertificate {
            variables["MP_SMTP_TLS_CERT"] = TestCertificate.shared.certificateFile
            variables["MP_SMTP_TLS_KEY"] = TestCertificate.shared.keyFile
        }
        variables.merge(environment) { $1 }
        // The others are set up as the manual says by scripts/test.d/servers.
        child = Child(
            kind.rawValue.split(separator: " ").map { String($0) }
                + ["--listen", "127.0.0.1:\(port)"]
                + variables.flatMap { ["-E", "\($0)=\($1)"] } + [Mailpit.binary] + arguments,
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
            descriptors: [1: file, 2: file])
        let isOver = { [child] in child.wait(seconds: 0) != nil }
        guard eventually({ log.contains("Listening on ") || isOver() }), !isOver() else {
            throw Failure(description: "\(kind.rawValue) does not listen: \(log)")
        }
    }

    struct Failure: Error, CustomStringConvertible { let description: String }

    deinit {
        // Stopped first, so that it starts nothing more while its sessions are ended.
        guard child.wait(seconds: 0) == nil else { return }
        child.signal(SIGSTOP)
        let sessions = ProcessTable.children(of: child.pid)
        child.signal(SIGKILL)
        _ = child.wait()
        for session in sessions { kill(session, SIGKILL) }
    }

    /// Connects a client.
    func connect() -> SMTPClient { SMTPClient(connectToLoopback(port: port)) }

    /// The processes that serve connections, as the super-server runs them or becomes one.
    var sessions: [Int32] {
        let candidates = kind.servesOne ? [child.pid] : ProcessTable.children(of: child.pid)
        return candidates.filter { pid in
            ProcessTable.program(of: pid).map { path in
                URL(fileURLWithPath: path).lastPathComponent
                    == URL(fileURLWithPath: Mailpit.binary).lastPathComponent
            } == true
        }
    }

    /// The exit status of the one session of a server that makes way for it.
    func waitForOnlySession() -> Int32? { child.wait() }

    /// What the super-server said, and what its sessions did where their standard error is not the
    /// client.
    var log: String { textOfFile(output) ?? "" }

    var stored: [StoredMessage] {
        (namesInDirectory("\(maildir)/new") ?? []).map {
            StoredMessage(name: $0, octets: octetsOfFile("\(maildir)/new/\($0)") ?? [])
        }
    }
}
