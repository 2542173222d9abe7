internal import Glibc

/// A system call that failed: what was being done, to which path, and why.
///
/// It is written for the operator's log and never for the peer.
package struct SystemError: Error, Equatable, Sendable {
    /// The system call, by its name in the manual: `open`, `fsync`.
    package let operation: String
    /// The path it was given, where there is one.
    package let path: String?
    /// The value of `errno`.
    package let code: CInt

    package init(_ operation: String, path: String? = nil, code: CInt) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    /// The failure that `errno` tells of, which must not have been overwritten since.
    package static func last(_ operation: String, path: String? = nil) -> SystemError {
        SystemError(operation, path: path, code: errno)
    }
}

extension SystemError {
    /// There is nothing at the path, or no directory on the way to it.
    package var isAbsence: Bool { code == ENOENT }

    /// The same for a text in which the path stands already.
    package var withoutPath: SystemError { SystemError(operation, code: code) }
}

extension SystemError: CustomStringConvertible {
    /// As in `open /var/mail/tmp: Permission denied (errno 13)`.
    package var description: String {
        let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "unknown error"
        let subject = path.map { "\(operation) \($0)" } ?? operation
        return "\(subject): \(reason) (errno \(code))"
    }
}

/// Calls `body`, which reports through −1 and `errno`, again for as long as a signal interrupts it, and
/// throws what else it fails with.
@discardableResult
package func retrying(
    _ operation: String, path: String? = nil, _ body: () -> Int
) throws(SystemError) -> Int {
    while true {
        let result = body()
        if result >= 0 { return result }
        if errno != EINTR { throw .last(operation, path: path) }
    }
}

/// The same for calls that return an `int`.
@discardableResult
package func retrying(
    _ operation: String, path: String? = nil, _ body: () -> CInt
) throws(SystemError) -> CInt {
    CInt(truncatingIfNeeded: try retrying(operation, path: path) { Int(body()) })
}
