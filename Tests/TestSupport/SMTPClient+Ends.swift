import COpenSSL
import Glibc
import POSIX

/// The ways in which a client leaves the order of things.
extension SMTPClient {
    /// Sends octets past TLS.
    package func sendInPlaintext(_ text: String) {
        let octets = Array(text.utf8)
        _ = Glibc.send(descriptor.rawValue, octets, octets.count, Int32(MSG_NOSIGNAL))
    }

    /// Takes all that comes until the connection ends, past TLS.
    package func restInPlaintext() -> [UInt8] {
        var octets: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 14)
        while case let count = read(descriptor.rawValue, &part, part.count), count > 0 {
            octets += part[..<count]
        }
        return octets
    }

    /// Says that nothing more comes in TLS, and keeps the connection.
    package func closeNotify() { SSL_shutdown(tls) }

    /// Asks for another handshake within TLS 1.2; whether it is granted.
    package func renegotiate() -> Bool { SSL_renegotiate(tls) == 1 && SSL_do_handshake(tls) == 1 }

    /// Ends the sending side of the connection without a word in TLS.
    package func endWithoutCloseNotify() { descriptor.shutDownSending() }

    /// Whether the server has ended the connection or sent something that was not taken yet, or
    /// does within so many milliseconds.
    package func hasInput(milliseconds: Int32) -> Bool {
        !buffer.isEmpty || tls != nil && SSL_pending(tls) > 0
            || isReadable(descriptor.rawValue, milliseconds: milliseconds)
    }

    /// Sends as much as goes without waiting: the number of octets, 0 if none.
    package func sendSome(_ octets: ArraySlice<UInt8>) -> Int {
        max(
            0,
            octets.withUnsafeBytes {
                Glibc.send(
                    descriptor.rawValue, $0.baseAddress, $0.count,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            })
    }

    /// Waits for octets past TLS and takes those that are there, up to 64 KiB; none at the end.
    package func takeSome() -> [UInt8] {
        var part = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(descriptor.rawValue, &part, part.count)
        return Array(part.prefix(max(0, count)))
    }

    /// Whether the server has cut the connection off, be it behind an end in order; asked once.
    package var wasReset: Bool {
        var (error, length) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        getsockopt(descriptor.rawValue, SOL_SOCKET, SO_ERROR, &error, &length)
        return error != 0
    }

    /// Whether the server takes something within so many milliseconds.
    package func canSend(milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor.rawValue, events: Int16(POLLOUT), revents: 0)
        return poll(&entry, 1, milliseconds) > 0 && entry.revents & Int16(POLLOUT) != 0
    }
}
