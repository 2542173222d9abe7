internal import Glibc
internal import Notation
internal import POSIX

/// The log of one session: one structured record per event, to one of four sinks.
///
/// The log file comes first, if there is one and it takes the record. Else it is the journal, where
/// standard error leads there; syslog, where standard error is the client, who must never see any of
/// it; and standard error in all other cases. Wherever a record cannot be written it is dropped:
/// nothing here fails, and nothing waits for longer than `Patience` says.
///
/// A line reads like this; `Record` has the rules:
///
///     2026-11-25T03:54:35.123456Z mailpit[123]: 5f3a auth-ok: joe by PLAIN; remote_addr=192.0.2.1 auth_user=joe
package struct Journal: ~Copyable {
    /// What is recorded.
    package enum Verbosity: Sendable {
        /// Errors only.
        case quiet
        /// All but the dialogue.
        case normal
        case verbose
    }

    /// What a line looks like; the journal has fields of its own.
    package enum Format: String, CaseIterable, Sendable {
        case text
        /// An object a line.
        case json
    }

    private enum Sink {
        case systemd(SystemdJournal)
        case syslog
        case standardError
    }

    private let verbosity: Verbosity
    private let format: Format
    private let session: String
    /// The address of the client, where it is known.
    package var remote: String?
    /// As in `mailpit[123]: `.
    private let identity = "mailpit[\(getpid())]: "
    private let logFile: LogFile?
    private let sink: Sink
    private let standardError: StandardError

    /// Opens the log of a session.
    ///
    /// - Parameters:
    ///   - logFile: The path of a file that lines are appended to.
    ///   - format: What its lines, and those that go to standard error or syslog, look like.
    ///   - standardErrorIsClient: Whether descriptor 2 is the connection, as under inetd.
    ///   - session: What tells the records of this session from those of others, without blanks.
    ///   - remote: The address of the client, where it is known.
    package init(
        logFile path: String?, format: Format = .text, verbosity: Verbosity,
        standardErrorIsClient: Bool, session: String, remote: String?
    ) {
        self.verbosity = verbosity
        self.format = format
        self.session = session
        self.remote = remote
        let standardError = StandardError()
        self.standardError = standardError
        sink =
            standardErrorIsClient
            ? .syslog : standardError.isJournal ? .systemd(SystemdJournal()) : .standardError
        var fault: SystemError?
        logFile = path.flatMap { path in
            do throws(SystemError) {
                return try LogFile(path)
            } catch {
                fault = error
                return nil
            }
        }
        if let fault {
            record(.logFailed, priority: .warning, "\(fault); the log goes elsewhere")
        }
    }

    /// Whether records of this priority are wanted.
    package func records(_ priority: Priority) -> Bool {
        switch verbosity {
        case .quiet: priority.rawValue <= Priority.error.rawValue
        case .normal: priority.rawValue <= Priority.info.rawValue
        case .verbose: true
        }
    }

    /// Records an event; message and fields are made only if it is wanted.
    ///
    /// What does not show as itself (line ends, above all) is escaped here. What a client chose is
    /// to go through `logText` before it becomes part of a message.
    package func record(
        _ event: Event, priority: Priority, _ message: @autoclosure () -> String,
        _ fields: @autoclosure () -> [Field] = []
    ) {
        guard records(priority) else { return }
        let origin = remote.map { [Field(.remoteAddress, $0)] } ?? []
        write(
            Record(
                event: event, priority: priority, session: session, message: message(),
                fields: origin + fields()))
    }

    private func write(_ record: Record) {
        if logFile != nil, logFile!.write(line(record)) { return }
        switch sink {
        case .systemd(let journal):
            if journal.send(record) { return }
            // sd-daemon(3): the journal takes the priority from the beginning of a line.
            standardError.write(line(record, prefix: "<\(record.priority.rawValue)>"))
        case .syslog:
            // syslog(3): LOG_MAIL is 2 << 3. RFC 3164 §4.3.2: the time is for the daemon to add.
            Syslog.send(line(record, prefix: "<\(16 + record.priority.rawValue)>\(identity)"))
        case .standardError:
            standardError.write(line(record))
        }
    }

    private func line(_ record: Record) -> [UInt8] {
        if format == .json { return line(record, prefix: "") }
        var line: [UInt8] = []
        line.reserveCapacity(512)
        Self.appendTime(to: &line)
        line.append(.space)
        line.append(identity.utf8.span)
        record.append(to: &line)
        return line
    }

    private func line(_ record: Record, prefix: String) -> [UInt8] {
        var line = Array(prefix.utf8)
        switch format {
        case .text: record.append(to: &line)
        case .json:
            var time: [UInt8] = []
            Self.appendTime(to: &time)
            record.appendObject(to: &line, time: time)
        }
        return line
    }

    private static func appendTime(to text: inout [UInt8]) {
        let now = Clock.now()
        UTCTime(secondsSince1970: now.seconds)
            .append(withMicroseconds: now.microseconds, to: &text)
    }
}
