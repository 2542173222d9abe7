internal import FoundationEssentials
internal import Glibc
package import POSIX

/// Why a client cannot be isolated on this machine.
package struct IsolationError: Error, Equatable, CustomStringConvertible {
    /// The call that was refused, and what the system's settings say about that, if anything.
    package let description: String

    package init(_ description: String) { self.description = description }

    package init(_ cause: SystemError) {
        let settings = Self.prohibitions.filter { path, value in
            let text = try? String(contentsOfFile: path, encoding: .ascii)
            return text?.split(whereSeparator: \.isWhitespace) == [Substring(value)]
        }
        let reasons = settings.map { "\($0.path) is \($0.value)" }
        description = ([cause.description] + reasons).joined(separator: "; ")
    }

    /// The settings by which systems forbid it to ordinary users, with the value that does.
    private static let prohibitions: [(path: String, value: String)] = [
        ("/proc/sys/user/max_user_namespaces", "0"),
        ("/proc/sys/kernel/unprivileged_userns_clone", "0"),
        ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"),
    ]
}
