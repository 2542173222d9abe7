internal import CLinux
internal import Glibc

/// What a socket is, as far as it matters for taking a connection from it.
package enum SocketKind: Equatable, Sendable {
    /// A stream socket that is, or was, connected.
    case connection
    /// A stream socket that connections can be accepted from.
    case listener
    /// A datagram socket or the like, which carries no connection.
    case other
}

extension Descriptor {
    /// What kind of socket this is, or nil where it is none.
    package func socketKind() throws(SystemError) -> SocketKind? {
        let type: CInt
        do throws(SystemError) {
            type = try socketOption(SOL_SOCKET, SO_TYPE)
        } catch  where error.code == ENOTSOCK {
            return nil
        }
        guard type == SOCK_STREAM.rawValue else { return .other }
        return try socketOption(SOL_SOCKET, SO_ACCEPTCONN) == 0 ? .connection : .listener
    }

    /// The process at the other end of a local socket when it was connected. unix(7)
    package func peerCredentials() throws(SystemError) -> (uid: UInt32, pid: Int32) {
        var credentials = clinux_credentials()
        try getSocketOption(SOL_SOCKET, SO_PEERCRED, &credentials)
        return (credentials.uid, credentials.pid)
    }

    /// Sends what is written at once. tcp(7); of no use, and no harm, where it is not TCP.
    package func disableSendDelay() {
        var on: CInt = 1
        _ = unsafe setsockopt(
            rawValue, CInt(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
    }

    /// Tells the other side that nothing more comes.
    package func shutDownSending() {
        // Fails only where the other side has gone, and then has nothing to tell.
        _ = shutdown(rawValue, CInt(SHUT_WR))
    }

    /// Has the connection end in a reset, and what was not sent yet dropped, once the last who has it
    /// open closes it. socket(7), SO_LINGER; without effect where it is not TCP.
    package func resetWhenClosed() {
        var patience = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            rawValue, SOL_SOCKET, SO_LINGER, &patience, socklen_t(MemoryLayout<linger>.size))
    }

    /// Takes a connection that waits on a listener, or nil where none does any more.
    package func accept() throws(SystemError) -> Descriptor? {
        do throws(SystemError) {
            return Descriptor(
                owning: try retrying("accept4") { clinux_accept(rawValue) })
        } catch  where error.code == EAGAIN || error.code == ECONNABORTED {
            return nil
        }
    }

    private func socketOption(_ level: CInt, _ name: CInt) throws(SystemError) -> CInt {
        var value: CInt = 0
        try getSocketOption(level, name, &value)
        return value
    }

    private func getSocketOption<Value: BitwiseCopyable>(
        _ level: CInt, _ name: CInt, _ value: inout Value
    ) throws(SystemError) {
        var length = socklen_t(MemoryLayout<Value>.size)
        try retrying("getsockopt") { unsafe getsockopt(rawValue, level, name, &value, &length) }
    }
}
