import Foundation
import POSIX
import TestSupport
import Testing

/// A real super-server that listens on a port of 127.0.0.1 and starts the built program.
final class SuperServer {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case activatePassingConnections = "systemd-socket-activate --accept"
        case activateConnectionAsInput = "systemd-socket-activate --accept --inetd"
        case activatePassingListener = "systemd-socket-activate"
        case activateListenerAsInput = "systemd-socket-activate --inetd"
        case xinetd = "xinetd, wait = no"
        case xinetdWait = "xinetd, wait = yes"

        var testDescription: String { rawValue }
        var isXinetd: Bool { self == .xinetd || self == .xinetdWait }
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
        let command =
            kind.isXinetd
            ? Self.xinetd(kind, port, arguments, variables, directory)
            : Self.activate(kind, port, arguments, variables)
        child = Child(
            command, environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
            descriptors: [1: file, 2: file])
        guard child.waitUntilListening(onPort: port) else {
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

    // MARK: - How each is told

    private static func activate(
        _ kind: Kind, _ port: UInt16, _ arguments: [String], _ variables: [String: String]
    ) -> [String] {
        kind.rawValue.split(separator: " ").map { String($0) } + ["--listen", "127.0.0.1:\(port)"]
            + variables.flatMap { ["-E", "\($0)=\($1)"] } + [Mailpit.binary] + arguments
    }

    private static func xinetd(
        _ kind: Kind, _ port: UInt16, _ arguments: [String], _ variables: [String: String],
        _ directory: TemporaryDirectory
    ) -> [String] {
        var settings = variables.map { "    env += \($0)=\($1)\n" }.joined()
        if !arguments.isEmpty {
            settings += "    server_args = \(arguments.joined(separator: " "))\n"
        }
        let user = String(cString: getpwuid(geteuid()).pointee.pw_name)
        let configuration = directory.write(
            """
            service mailpit
            {
                type = UNLISTED
                disable = no
                bind = 127.0.0.1
                port = \(port)
                socket_type = stream
                protocol = tcp
                wait = \(kind == .xinetdWait ? "yes" : "no")
                user = \(user)
                server = \(Mailpit.binary)
                passenv =
            \(settings)
                flags = NODELAY
                instances = UNLIMITED
                per_source = UNLIMITED
                cps = 10000 1
                log_type = FILE \(directory.file("xinetd.log"))
                log_on_success = PID EXIT
            }

            """, to: "xinetd.conf")
        return [
            "xinetd", "-dontfork", "-f", configuration, "-pidfile", directory.file("xinetd.pid"),
            "-filelog", directory.file("super-server.log"),
        ]
    }
}
