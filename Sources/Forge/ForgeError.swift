internal import COpenSSL
internal import POSIX

/// A certificate that could not be made or written: what was being done, and why.
package struct ForgeError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ operation: String, _ reason: String) {
        description = "\(operation): \(reason)"
    }

    init(_ error: SystemError) {
        description = error.description
    }

    /// What OpenSSL's queue tells of, which is empty afterwards.
    static func drained(_ operation: String) -> ForgeError {
        let code = ERR_peek_error()
        ERR_clear_error()
        let reason = unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) }
        return ForgeError(operation, reason ?? "OpenSSL error \(String(code, radix: 16))")
    }
}
