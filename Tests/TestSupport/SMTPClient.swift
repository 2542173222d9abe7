import COpenSSL
import Foundation
package import POSIX

/// The client's end of a connection, in plaintext or TLS, that fails a test rather than wait for
/// ever.
package final class SMTPClient {
    let descriptor: Descriptor
    private var context: OpaquePointer?
    package private(set) var tls: OpaquePointer?
    private(set) var buffer: [UInt8] = []

    package init(_ descriptor: consuming Descriptor, patience: Int64 = Child.patience) {
        self.descriptor = descriptor
        // OpenSSL writes to whatever the server has left of the connection.
        signal(SIGPIPE, SIG_IGN)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            var limit = timeval(tv_sec: Int(patience), tv_usec: 0)
            setsockopt(
                self.descriptor.rawValue, SOL_SOCKET, option, &limit,
                socklen_t(MemoryLayout<timeval>.size))
        }
    }

    deinit {
        SSL_free(tls)
        SSL_CTX_free(context)
    }

    package var rawDescriptor: Int32 { descriptor.rawValue }

    /// Sends the octets as they are.
    package func send(_ octets: [UInt8]) {
        var sent = 0
        while sent < octets.count {
            let count = octets[sent...].withUnsafeBytes { rest in
                tls == nil
                    ? Glibc.send(
                        descriptor.rawValue, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
                    : Int(SSL_write(tls, rest.baseAddress, Int32(min(rest.count, 1 << 30))))
            }
            // The server may end the connection at any time; what it said is still to be read.
            if count <= 0 { return }
            sent += count
        }
    }

    /// Sends as much in plaintext as goes without waiting for the server; whether that is any.
    package func sendWithoutWaiting(_ octets: [UInt8]) -> Bool {
        var sent = 0
        while sent < octets.count {
            let count = octets[sent...].withUnsafeBytes {
                Glibc.send(
                    descriptor.rawValue, $0.baseAddress, $0.count,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count <= 0 { break }
            sent += count
        }
        return sent > 0
    }

    /// Sends the text as it is.
    package func send(_ text: String) {
        send(Array(text.utf8))
    }

    /// Sends a command line, and takes the reply.
    @discardableResult
    package func command(_ line: String) -> [String] {
        send(line + "\r\n")
        return reply()
    }

    /// Takes a whole reply, its lines without their ends; what there is if the connection ends.
    package func reply() -> [String] {
        var lines: [String] = []
        while let line = line() {
            lines.append(line)
            if line.utf8.dropFirst(3).first != UInt8(ascii: "-") { break }
        }
        return lines
    }

    /// Takes all that comes until the connection ends; where it does not in time, what there is and
    /// a word on it, so that no test takes a session that hangs for one that has ended.
    package func rest() -> [UInt8] {
        errno = 0
        while fill() { errno = 0 }
        let hangs = errno == EAGAIN
        defer { buffer = [] }
        return hangs ? buffer + Array("<no end>".utf8) : buffer
    }

    private func line() -> String? {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                let line = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeSubrange(...end)
                // A reply that does not end in CRLF is shown with a mark.
                return line.hasSuffix("\r") ? String(line.dropLast()) : line + "<LF>"
            }
            if !fill() { return nil }
        }
    }

    private func fill() -> Bool {
        var part = [UInt8](repeating: 0, count: 1 << 14)
        let count =
            tls == nil
            ? read(descriptor.rawValue, &part, part.count)
            : Int(SSL_read(tls, &part, Int32(part.count)))
        if count > 0 { buffer += part[..<count] }
        return count > 0
    }

    /// Ends the sending side, in TLS by close_notify.
    package func close() {
        if tls != nil { SSL_shutdown(tls) }
        descriptor.shutDownSending()
    }
}

// MARK: - TLS

extension SMTPClient {
    /// Says EHLO, STARTTLS and EHLO again; false, and goes no further, where one is not granted:
    /// what a test does next then fails.
    @discardableResult
    package func enterTLS() -> Bool {
        command("EHLO client.example").last?.hasPrefix("250 ") == true
            && command("STARTTLS") == ["220 2.0.0 Ready to start TLS"]
            && handshake()
            && command("EHLO client.example").last?.hasPrefix("250 ") == true
    }

    /// Shakes hands as the client, with this SNI, and with this TLS version (0x0302 for 1.1) at
    /// most; false where it fails.
    package func handshake(
        serverName: String = "localhost", maximumVersion: Int32 = TLS1_3_VERSION
    ) -> Bool {
        context = SSL_CTX_new(TLS_client_method())
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(maximumVersion), nil)
        // OpenSSL gives versions before 1.2 up unless told that no security is expected.
        if maximumVersion < TLS1_2_VERSION { SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0") }
        return handshake(in: context, serverName: serverName)
    }

    /// The same with settings of the caller's, which say whether the name is verified, too; and by
    /// what an earlier session can be resumed with.
    package func handshake(
        in context: OpaquePointer?, resuming session: OpaquePointer? = nil,
        serverName: String = "localhost"
    ) -> Bool {
        tls = SSL_new(context)
        SSL_set_fd(tls, descriptor.rawValue)
        SSL_set1_host(tls, serverName)
        if let session { SSL_set_session(tls, session) }
        _ = serverName.withCString { name in
            SSL_ctrl(
                tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name),
                UnsafeMutableRawPointer(mutating: name))
        }
        return SSL_connect(tls) == 1
    }

    /// The cipher suite in use, by its registered name.
    package var cipherSuite: String? {
        guard let cipher = SSL_get_current_cipher(tls) else { return nil }
        return String(cString: SSL_CIPHER_standard_name(cipher))
    }

    /// The group of the key exchange, by its registered name.
    package var group: String? { copenssl_negotiated_group(tls).map { String(cString: $0) } }
}
