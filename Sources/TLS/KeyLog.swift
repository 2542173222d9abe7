internal import COpenSSL
internal import Glibc
internal import Notation
internal import POSIX

/// The file to which the secrets of TLS are appended, so that a tool that has recorded the
/// connection can read it. Its form is NSS's: a line a secret.
final class KeyLog {
    private let file: Descriptor

    init(file path: String) throws(TLSError) {
        do throws(SystemError) {
            // Nobody else may read it; O_APPEND keeps the lines of concurrent sessions apart.
            let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
            file = try Descriptor(opening: path, flags, mode: 0o600)
        } catch {
            let fault = SystemError("open", code: error.code)
            throw TLSError("opening the TLS key log", path: path, reason: fault.description)
        }
    }

    /// Appends the line and a line end in one write. That it cannot be written harms no session.
    func append(_ line: UnsafePointer<CChar>) {
        let octets = unsafe Array(String(cString: line).utf8) + [.lineFeed]
        _ = file.write(octets.span)
    }
}

/// Takes down what OpenSSL tells of its secrets.
func noteSecret(_ ssl: OpaquePointer?, _ line: UnsafePointer<CChar>?) {
    guard let ssl = unsafe ssl, let line = unsafe line else { return }
    unsafe HandshakeRecord.of(ssl)?.keyLog?.append(line)
}
