internal import Glibc
package import POSIX

/// What a super-server has started the process with: a connection, or a socket to accept it from.
package struct Handover: ~Copyable {
    private let descriptor: Descriptor
    /// Nil where it is no socket; then the answers go to standard output.
    private let kind: SocketKind?

    /// sd_listen_fds(3): SD_LISTEN_FDS_START.
    private static let firstPassedDescriptor: CInt = 3

    /// Finds it in the first of these places: `LISTEN_FDS`, then standard input.
    ///
    /// Closes everything else that was inherited above the standard streams, so it is to be called
    /// once, before anything is opened.
    package init() throws(ActivationError) {
        let isPassed = try Self.hasPassedDescriptor()
        let number = isPassed ? Self.firstPassedDescriptor : STDIN_FILENO
        StandardStreams.closeOthers(except: number)
        let descriptor = Descriptor(owning: number)
        let kind: SocketKind?
        do throws(SystemError) {
            try StandardStreams.ensureOpen()
            kind = try descriptor.socketKind()
            if isPassed { try StandardStreams.silence(STDIN_FILENO) }
        } catch {
            throw .system(error)
        }
        guard kind != .other, kind != nil || !isPassed else { throw .notAStreamSocket(number) }
        self.descriptor = descriptor
        self.kind = kind
    }

    /// Whether `LISTEN_FDS` passes a descriptor to this very process.
    private static func hasPassedDescriptor() throws(ActivationError) -> Bool {
        let count: Int
        do throws(SystemError) {
            count = try InheritedSocket.passedDescriptors()
        } catch {
            throw .system(error)
        }
        if count > 1 { throw .severalDescriptors(count) }
        return count == 1
    }
}

extension Handover {
    /// Takes the connection; a listening socket is accepted from once, before the deadline.
    ///
    /// Afterwards standard error leads nowhere if it led to the client, and so does standard output
    /// unless it is how the client is answered.
    package consuming func takeConnection(
        until deadline: Deadline, orTermination signals: borrowing TerminationSignals
    ) throws(ActivationError) -> ActivatedConnection {
        switch kind {
        case nil:
            return try takePipes()
        case .listener:
            // Under inetd's `wait` the listener is all three streams; it is not ours to write to.
            let standardErrorIsListener = Self.isStandardError(descriptor.rawValue)
            let connection = try accept(until: deadline, orTermination: signals)
            try closeListener()
            return try Self.take(connection, standardErrorIsListener)
        default:
            return try Self.take(descriptor, false)
        }
    }

    private func accept(
        until deadline: Deadline, orTermination signals: borrowing TerminationSignals
    ) throws(ActivationError) -> Descriptor {
        while true {
            switch awaitReadiness(
                of: descriptor, for: .input, until: deadline, orTermination: signals)
            {
            case .ready: break
            case .timedOut: throw .peerGone
            case .terminated: throw .terminated
            case .failed(let error): throw .system(error)
            }
            do throws(SystemError) {
                if let connection = try descriptor.accept() { return connection }
            } catch {
                throw .system(error)
            }
        }
    }

    /// Closes the listener, and if it was standard input leaves something harmless in its place.
    private consuming func closeListener() throws(ActivationError) {
        guard descriptor.rawValue == STDIN_FILENO else { return }
        do throws(SystemError) {
            try StandardStreams.silence(descriptor.release())
        } catch {
            throw .system(error)
        }
    }

    private static func take(
        _ socket: consuming Descriptor, _ standardErrorIsListener: Bool
    ) throws(ActivationError) -> ActivatedConnection {
        let standardErrorIsClient =
            standardErrorIsListener || isStandardError(socket.rawValue)
        do throws(SystemError) {
            try StandardStreams.silence(STDOUT_FILENO)
            if standardErrorIsClient { try StandardStreams.silence(STDERR_FILENO) }
        } catch {
            throw .system(error)
        }
        return try ActivatedConnection(
            socket: socket, standardErrorIsClient: standardErrorIsClient)
    }

    private consuming func takePipes() throws(ActivationError) -> ActivatedConnection {
        let standardErrorIsClient =
            Self.isStandardError(STDIN_FILENO) || Self.isStandardError(STDOUT_FILENO)
        do throws(SystemError) {
            if standardErrorIsClient { try StandardStreams.silence(STDERR_FILENO) }
        } catch {
            throw .system(error)
        }
        return try ActivatedConnection(
            input: descriptor, output: Descriptor(owning: STDOUT_FILENO),
            peer: .fromEnvironment { Environment[$0] },
            standardErrorIsClient: standardErrorIsClient)
    }

    /// Whether what is written to standard error goes where this descriptor leads.
    ///
    /// A person at a terminal reads both what is said and what is logged, and is no mail client.
    private static func isStandardError(_ descriptor: CInt) -> Bool {
        Descriptor.areSameFile(STDERR_FILENO, descriptor) && isatty(STDERR_FILENO) != 1
    }

    /// Whether standard error may lead to the client: all that can be said without a connection.
    package static var standardErrorMayBeClient: Bool { isStandardError(STDIN_FILENO) }

    /// Whether standard output is the connection that standard input is, so that only SMTP may go
    /// there.
    package static var standardOutputIsConnection: Bool {
        Descriptor.areSameFile(STDIN_FILENO, STDOUT_FILENO) && Descriptor.isSocket(STDIN_FILENO)
    }
}
