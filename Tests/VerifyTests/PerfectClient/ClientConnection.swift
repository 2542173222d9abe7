import COpenSSL
import Glibc
import POSIX
import TestSupport

/// The client's end of a connection.
final class ClientConnection {
    struct Reply {
        let code: Int
        /// What stands behind the code in each line.
        let lines: [String]
    }

    private let descriptor: Descriptor
    private let takesPartOfReply: Bool
    private var buffer: [UInt8] = []
    private var context: OpaquePointer?
    private(set) var tls: OpaquePointer?
    private(set) var isInTLS = false

    init(port: UInt16, takesPartOfReply: Bool) {
        descriptor = connectToLoopback(port: port)
        self.takesPartOfReply = takesPartOfReply
        patience(Client.patienceMilliseconds)
    }

    deinit {
        SSL_free(tls)
        SSL_CTX_free(context)
    }

    /// How long it waits for octets.
    func patience(_ milliseconds: Int) {
        var limit = timeval(
            tv_sec: milliseconds / 1000, tv_usec: __suseconds_t(milliseconds % 1000 * 1000))
        setsockopt(
            descriptor.rawValue, SOL_SOCKET, SO_RCVTIMEO, &limit,
            socklen_t(MemoryLayout<timeval>.size))
    }

    var isBufferEmpty: Bool { buffer.isEmpty }

    func discardBuffer() {
        buffer = []
    }

    func command(_ line: String) throws -> Reply {
        let octets = Array("\(line)\r\n".utf8)
        let count =
            isInTLS
            ? Int(SSL_write(tls, octets, CInt(octets.count)))
            : Glibc.send(descriptor.rawValue, octets, octets.count, CInt(MSG_NOSIGNAL))
        if count != octets.count { throw ClientFailure.lost }
        return try reply()
    }

    func reply() throws -> Reply {
        var lines: [String] = []
        while true {
            let line = try line()
            lines.append(line.text)
            if line.isLast { return Reply(code: line.code, lines: lines) }
        }
    }

    func line() throws -> (code: Int, isLast: Bool, text: String) {
        while !buffer.contains(10) {
            do {
                try fill()
            } catch ClientFailure.lost where takesPartOfReply && buffer.count >= 3 {
                buffer.append(10)
            }
        }
        let line = buffer.prefix { $0 != 10 }
        buffer.removeFirst(line.count + 1)
        let text = String(decoding: line.filter { $0 != 13 }, as: UTF8.self)
        return (Int(text.prefix(3)) ?? 0, text.dropFirst(3).first != "-", String(text.dropFirst(4)))
    }

    private func fill() throws {
        var octets = [UInt8](repeating: 0, count: 4096)
        errno = 0
        let count =
            isInTLS
            ? Int(SSL_read(tls, &octets, CInt(octets.count)))
            : recv(descriptor.rawValue, &octets, octets.count, 0)
        if count <= 0 { throw errno == EAGAIN ? ClientFailure.timedOut : ClientFailure.lost }
        buffer += octets[..<count]
    }

    /// Ends the sending side, in TLS by close_notify.
    func close() {
        if isInTLS { SSL_shutdown(tls) }
        descriptor.shutDownSending()
    }
}

// MARK: - TLS

extension ClientConnection {
    /// Shakes hands without a look at the certificate; false where it fails.
    func handshake(host: String, minimum: Int, maximum: Int) -> Bool {
        context = SSL_CTX_new(TLS_client_method())
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, minimum, nil)
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, maximum, nil)
        // What is too weak is for the judgement of the certificate to say.
        SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0")
        tls = SSL_new(context)
        SSL_set_fd(tls, descriptor.rawValue)
        _ = host.withCString {
            SSL_ctrl(
                tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name),
                UnsafeMutableRawPointer(mutating: $0))
        }
        ERR_clear_error()
        isInTLS = SSL_connect(tls) == 1
        return isInTLS
    }

    /// What is sent from now on goes in plaintext, whatever has become of the handshake.
    func leaveTLS() {
        isInTLS = false
    }

    func certificateIsGood(for client: Client) -> Bool {
        guard let certificate = SSL_get0_peer_certificate(tls) else { return false }
        let check = CertificateCheck(client)
        return check.isTrusted(certificate, SSL_get_peer_cert_chain(tls))
            && check.isFor(client.host, certificate)
    }
}
