internal import Glibc
package import POSIX

/// The connection that the process was started for, and what is known of its other end.
package struct ActivatedConnection: ~Copyable {
    /// What the octets go over.
    private enum Way: ~Copyable {
        /// It goes both ways.
        case socket(Descriptor)
        case pipes(Pipes)
    }

    /// Two pipes, a terminal or the like.
    private struct Pipes: ~Copyable {
        let input: Descriptor
        let output: Descriptor
        /// What both did before: others go on using them.
        let blocked: (input: Bool, output: Bool)
    }

    private let way: Way
    package let peer: Peer
    /// What is written to standard error would reach the client, so that nothing may be.
    package let standardErrorIsClient: Bool

    /// A connected socket.
    init(socket: consuming Descriptor, standardErrorIsClient: Bool) throws(ActivationError) {
        do throws(SystemError) {
            try socket.closeOnExec()
            try socket.setNonBlocking(true)
            socket.disableSendDelay()
            peer = try Peer(of: socket)
        } catch {
            throw error.code == ENOTCONN ? .peerGone : .system(error)
        }
        self.standardErrorIsClient = standardErrorIsClient
        way = .socket(socket)
    }

    /// A pair of pipes, a terminal or the like.
    init(
        input: consuming Descriptor, output: consuming Descriptor, peer: Peer,
        standardErrorIsClient: Bool
    ) throws(ActivationError) {
        let blocked: (Bool, Bool)
        do throws(SystemError) {
            let inputDidNotBlock = try input.setNonBlocking(true)
            let outputDidNotBlock = try output.setNonBlocking(true)
            blocked = (!inputDidNotBlock, !outputDidNotBlock)
        } catch {
            throw .system(error)
        }
        way = .pipes(Pipes(input: input, output: output, blocked: blocked))
        self.peer = peer
        self.standardErrorIsClient = standardErrorIsClient
    }
}

extension ActivatedConnection {
    package var isSocket: Bool {
        switch way {
        case .socket: true
        case .pipes: false
        }
    }

    /// Reads what is there, without waiting.
    package func read(into buffer: inout [UInt8]) -> Transfer {
        switch way {
        case .socket(let socket): socket.read(into: &buffer)
        case .pipes(let pipes): pipes.input.read(into: &buffer)
        }
    }

    /// Writes as much of `octets`, which must not be empty, as goes without waiting.
    package func write(_ octets: Span<UInt8>) -> Transfer {
        switch way {
        case .socket(let socket): socket.write(octets)
        case .pipes(let pipes): pipes.output.write(octets)
        }
    }

    /// Waits until something can be read or written, the deadline has passed or a signal comes.
    package func awaitReadiness(
        for interest: Interest, until deadline: Deadline,
        orTermination signals: borrowing TerminationSignals
    ) -> Readiness {
        switch way {
        case .socket(let socket):
            POSIX.awaitReadiness(of: socket, for: interest, until: deadline, orTermination: signals)
        case .pipes(let pipes) where interest == .input:
            POSIX.awaitReadiness(
                of: pipes.input, for: interest, until: deadline, orTermination: signals)
        case .pipes(let pipes):
            POSIX.awaitReadiness(
                of: pipes.output, for: interest, until: deadline, orTermination: signals)
        }
    }

    /// Waits until something can be read or written or the deadline has passed.
    package func awaitReadiness(for interest: Interest, until deadline: Deadline) -> Readiness {
        switch way {
        case .socket(let socket):
            POSIX.awaitReadiness(of: socket, for: interest, until: deadline)
        case .pipes(let pipes) where interest == .input:
            POSIX.awaitReadiness(of: pipes.input, for: interest, until: deadline)
        case .pipes(let pipes):
            POSIX.awaitReadiness(of: pipes.output, for: interest, until: deadline)
        }
    }

    /// Tells the client that nothing more comes; where it is no socket, closing does that.
    package func shutDownSending() {
        switch way {
        case .socket(let socket): socket.shutDownSending()
        case .pipes: break
        }
    }

    /// Has the connection end in a reset when it is closed; where it is no socket there is none.
    package func resetWhenClosed() {
        switch way {
        case .socket(let socket): socket.resetWhenClosed()
        case .pipes: break
        }
    }

    /// Has pipes and terminals block as they did before, since others go on using them.
    package func giveBack() {
        switch way {
        case .socket: break
        case .pipes(let pipes):
            // Fails only for a descriptor that is none any more.
            if pipes.blocked.input { _ = try? pipes.input.setNonBlocking(false) }
            if pipes.blocked.output { _ = try? pipes.output.setNonBlocking(false) }
        }
    }

    /// The numbers that the two directions go over, for a library that reads and writes by itself.
    package var descriptorNumbers: (input: CInt, output: CInt) {
        switch way {
        case .socket(let socket): (socket.rawValue, socket.rawValue)
        case .pipes(let pipes): (pipes.input.rawValue, pipes.output.rawValue)
        }
    }
}
