internal import Glibc
package import POSIX

/// The connection that the process was started for, and what is known of its other end.
package struct ActivatedConnection: ~Copyable {
    private let input: Descriptor
    /// Nil where the input goes both ways.
    private let output: Descriptor?
    package let isSocket: Bool
    package let peer: Peer
    /// What is written to standard error would reach the client, so that nothing may be.
    package let standardErrorIsClient: Bool
    /// The input and the output blocked before.
    private let blockedBefore: (input: Bool, output: Bool)

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
        input = socket
        output = nil
        isSocket = true
        blockedBefore = (false, false)
    }

    /// A pair of pipes, a terminal or the like.
    init(
        input: consuming Descriptor, output: consuming Descriptor, peer: Peer,
        standardErrorIsClient: Bool
    ) throws(ActivationError) {
        do throws(SystemError) {
            let inputDidNotBlock = try input.setNonBlocking(true)
            let outputDidNotBlock = try output.setNonBlocking(true)
            blockedBefore = (!inputDidNotBlock, !outputDidNotBlock)
        } catch {
            throw .system(error)
        }
        self.input = input
        self.output = consume output
        self.peer = peer
        self.standardErrorIsClient = standardErrorIsClient
        isSocket = false
    }
}

extension ActivatedConnection {
    /// Reads what is there, without waiting.
    package func read(into buffer: inout [UInt8]) -> Transfer {
        input.read(into: &buffer)
    }

    /// Writes as much of `octets`, which must not be empty, as goes without waiting.
    package func write(_ octets: Span<UInt8>) -> Transfer {
        switch output {
        case .some(let output): output.write(octets)
        case nil: input.write(octets)
        }
    }

    /// Waits until something can be read or written, the deadline has passed or a signal comes.
    package func awaitReadiness(
        for interest: Interest, until deadline: Deadline,
        orTermination signals: borrowing TerminationSignals
    ) -> Readiness {
        switch output {
        case .some(let output) where interest == .output:
            POSIX.awaitReadiness(
                of: output, for: interest, until: deadline, orTermination: signals)
        default:
            POSIX.awaitReadiness(of: input, for: interest, until: deadline, orTermination: signals)
        }
    }

    /// Waits until something can be read or written or the deadline has passed.
    package func awaitReadiness(for interest: Interest, until deadline: Deadline) -> Readiness {
        switch output {
        case .some(let output) where interest == .output:
            POSIX.awaitReadiness(of: output, for: interest, until: deadline)
        default:
            POSIX.awaitReadiness(of: input, for: interest, until: deadline)
        }
    }

    /// Tells the client that nothing more comes; where it is no socket, closing does that.
    package func shutDownSending() {
        if isSocket { input.shutDownSending() }
    }

    /// Has pipes and terminals block as they did before, since others go on using them.
    package func giveBack() {
        // Fails only for a descriptor that is none any more.
        if blockedBefore.input { _ = try? input.setNonBlocking(false) }
        switch output {
        case .some(let output) where blockedBefore.output:
            _ = try? output.setNonBlocking(false)
        default: break
        }
    }

    /// The numbers that the two directions go over, for a library that reads and writes by itself.
    package var descriptorNumbers: (input: CInt, output: CInt) {
        switch output {
        case .some(let output): (input.rawValue, output.rawValue)
        case nil: (input.rawValue, input.rawValue)
        }
    }
}
