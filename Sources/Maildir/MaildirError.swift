internal import Glibc
internal import POSIX

/// Why a Maildir cannot be used, or why a message could not be stored in it.
///
/// The text names the operation, the path and `errno`; it is for the operator and never for the
/// peer.
package struct MaildirError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What it means for whoever sent the message.
    package enum Kind: Sendable {
        /// The disk or the quota is used up: there may be room later.
        case full
        /// Anything else. EFBIG is among it: a limit on the size of files (`ulimit -f`) says
        /// nothing about the room that is left.
        case other
    }

    package let kind: Kind
    package let description: String

    init(_ description: String) {
        kind = .other
        self.description = description
    }

    init(_ cause: SystemError) {
        kind = cause.code == ENOSPC || cause.code == EDQUOT ? .full : .other
        description = cause.description
    }

    private init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// The same failure, with what it left behind.
    func leaving(_ remains: String) -> MaildirError {
        MaildirError(kind, "\(description); \(remains)")
    }
}

/// Makes a system call by `retrying`; the path is put together only if it fails.
@discardableResult
func attempt(
    _ operation: String, _ path: @autoclosure () -> String, _ body: () -> Int
) throws(MaildirError) -> Int {
    do throws(SystemError) {
        return try retrying(operation, body)
    } catch {
        throw MaildirError(SystemError(error.operation, path: path(), code: error.code))
    }
}

/// The same for calls that return an `int`.
@discardableResult
func attempt(
    _ operation: String, _ path: @autoclosure () -> String, _ body: () -> CInt
) throws(MaildirError) -> CInt {
    CInt(truncatingIfNeeded: try attempt(operation, path()) { Int(body()) })
}
