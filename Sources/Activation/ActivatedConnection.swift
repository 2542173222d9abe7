internal import Glibc
package import POSIX

/// The connection that the process was started for, and what is known of its other end.
package struct ActivatedConnection: ~Copyable {
    package let input: Descriptor
    /// Nil where the input goes both ways.
    package let output: Descriptor?
    package let isSocket: Bool
    package let peer: Peer
    /// What is written to standard error would reach the client, so that nothing may be.
    package let standardErrorIsClient: Bool
    /// The input and the output blocked before, and must do so again, as others go on using them.
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

    deinit {
        // Fails only for a descriptor that is none any more.
        if blockedBefore.input { _ = try? input.setNonBlocking(false) }
        if blockedBefore.output { _ = try? output?.setNonBlocking(false) }
    }
}
