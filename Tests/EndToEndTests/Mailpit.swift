import Foundation
import POSIX
import TestSupport

/// The built program, started as a super-server would for one connection, and the client at the
/// other end.
final class Mailpit {
    let child: Child
    let client: SMTPClient
    let maildir: String
    private let directory: TemporaryDirectory
    private let logFile: String

    /// The release binary if the environment names one, else what `swift build` has made.
    static let binary: String =
        ProcessInfo.processInfo.environment["MAILPIT_BIN"]
        ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("mailpit").path

    /// How the connection is handed over.
    enum Handover: Sendable {
        /// As descriptors 0, 1 and 2, as inetd does.
        case inetd
        /// As descriptors 0 and 1, while 2 is a file.
        case standardInput
        /// As descriptor 3 by `LISTEN_FDS`.
        case listenFDs
    }

    /// Starts it with a connection over a pair of local sockets.
    convenience init(
        _ arguments: [String] = [], environment: [String: String] = [:],
        by handover: Handover = .standardInput, hasCertificate: Bool = true,
        through launcher: [String] = [], in directory: TemporaryDirectory = TemporaryDirectory()
    ) {
        let pair = SocketPair()
        self.init(
            arguments, environment: environment, by: handover, hasCertificate: hasCertificate,
            through: launcher, in: directory, server: pair.second,
            client: Descriptor(owning: dup(pair.first.rawValue)))
    }

    /// Starts it with this socket, a connection or a listener, by a launcher that becomes it if
    /// there is one.
    init(
        _ arguments: [String] = [], environment: [String: String] = [:],
        by handover: Handover = .standardInput, hasCertificate: Bool = true,
        through launcher: [String] = [], in directory: TemporaryDirectory = TemporaryDirectory(),
        server: borrowing Descriptor, client: consuming Descriptor
    ) {
        self.directory = directory
        maildir = directory.file("Maildir")
        logFile = directory.write("", to: "stderr")
        let log = open(logFile, O_WRONLY | O_APPEND | O_CLOEXEC)
        defer { Foundation.close(log) }
        var variables = [
            "PATH": "/usr/bin:/bin", "MP_MAILDIR": maildir, "MP_HOSTNAME": "mx.example",
        ]
        if hasCertificate {
            variables["MP_SMTP_TLS_CERT"] = TestCertificate.shared.certificateFile
            variables["MP_SMTP_TLS_KEY"] = TestCertificate.shared.keyFile
        }
        variables.merge(environment) { $1 }
        var command = launcher + [Self.binary] + arguments
        let socket = server.rawValue
        let descriptors: [Int32: Int32]
        switch handover {
        case .inetd: descriptors = [0: socket, 1: socket, 2: socket]
        case .standardInput: descriptors = [0: socket, 1: socket, 2: log]
        case .listenFDs:
            descriptors = [2: log, 3: socket]
            // Only the process itself knows its number.
            command = ["/bin/sh", "-c", "LISTEN_PID=$$ LISTEN_FDS=1 exec \"$0\" \"$@\""] + command
        }
        child = Child(command, environment: variables, descriptors: descriptors)
        self.client = SMTPClient(client)
    }

    /// What was written to standard error while that was a file.
    var log: String { textOfFile(logFile) ?? "" }

    /// The names of the stored messages; nil where there is no Maildir.
    var stored: [String]? { namesInDirectory("\(maildir)/new") }

    /// The names of what is left of messages under way.
    var abandoned: [String] { namesInDirectory("\(maildir)/tmp") ?? [] }

    /// The only stored message.
    var onlyMessage: String? {
        guard let stored, stored.count == 1 else { return nil }
        return textOfFile("\(maildir)/new/\(stored[0])")
    }
}
